"""Probes in a real browser: by mouse, by keyboard, on a phone, in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.app.probes.sample import FORM
from tests.serving import Server


def test_a_probe_is_made_copied_and_deleted(browser_page: Page, expected_console_errors: list[str]) -> None:
    expected_console_errors.append("422")
    page = browser_page
    page.goto("/probes")
    page.click("main header >> text=New probe")
    for name, value in FORM.items():
        page.fill(f"#{name}", value)
    page.click("text=Save the probe")
    assert page.inner_text("h1") == "work and home"
    assert page.locator(".word").count() == 8
    page.click("text=Make a copy")
    assert page.input_value("#name") == "work and home copy"
    page.fill("#second_target_words", "she")
    page.click("text=Save the probe")
    assert "contain she" in page.inner_text(".notice-error")
    page.fill("#second_target_words", "he")
    page.click("text=Save the probe")
    assert page.inner_text("h1") == "work and home copy"
    page.click("text=Delete")
    page.wait_for_url("**/probes")
    assert page.locator("text=work and home copy").count() == 0


def test_the_skip_link_is_the_first_stop_of_the_keyboard(browser_page: Page) -> None:
    browser_page.goto("/probes")
    browser_page.keyboard.press("Tab")
    focused = browser_page.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "content"
    browser_page.keyboard.press("Tab")
    assert browser_page.locator("main :focus").count() == 1


@pytest.mark.parametrize("path", ["/probes", "/probes/6", "/probes/new", "/probes/upload", "/corpora", "/audits"])
def test_pages_fit_a_phone_in_light_and_dark(new_page: Callable[..., Page], server: Server, path: str) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme, viewport={"width": 360, "height": 740})
        page.goto(server.sign_in_link())
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds[0] != backgrounds[1]
