"""Probes in a real browser: by mouse, by keyboard, in the dark."""

from playwright.sync_api import Page

from tests.web.features.probes.sample import FORM


def test_a_probe_is_made_copied_and_deleted(browser_page: Page, expected_console_errors: list[str]) -> None:
    expected_console_errors.append("422")
    page = browser_page
    page.goto("/probes")
    page.click("main header >> text=New probe")
    for name, value in FORM.items():
        page.fill(f"#{name}", value)
    page.click("text=Save the probe")
    assert page.inner_text("h1") == "work and home"
    assert page.locator(".word").count() == 12
    page.click("text=Make a copy")
    assert page.input_value("#name") == "work and home copy"
    page.fill("#second_target_words", "she")
    page.click("text=Save the probe")
    assert "contain she" in page.inner_text(".notice-error")
    page.fill("#second_target_words", FORM["second_target_words"])
    page.click("text=Save the probe")
    assert page.inner_text("h1") == "work and home copy"
    page.click("text=Delete")
    page.wait_for_url("**/probes")
    assert page.locator("text=work and home copy").count() == 0


def test_another_kind_shows_its_own_lists_at_once(browser_page: Page) -> None:
    page = browser_page
    page.goto("/probes/new")
    page.fill("#first_target_words", "doctor")
    with page.expect_navigation():
        page.select_option("#kind", "membership")
    assert page.input_value("#first_target_words") == "doctor"
    assert page.locator("#second_target_words").count() == 0
    fields = {"first_target_name": "Jobs", "first_attribute_name": "Men", "first_attribute_words": "he, him"}
    for name, value in {**fields, "second_attribute_name": "Women", "second_attribute_words": "she, her"}.items():
        page.fill(f"#{name}", value)
    page.fill("#name", "near which")
    page.click("text=Save the probe")
    page.wait_for_selector("text=why is a word near a group?")
    page.click("text=Delete")
    page.wait_for_url("**/probes")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(browser_page: Page) -> None:
    browser_page.goto("/probes")
    browser_page.keyboard.press("Tab")
    focused = browser_page.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "content"
    browser_page.keyboard.press("Tab")
    assert browser_page.locator("main :focus").count() == 1


def test_colours_follow_the_system(browser_page: Page) -> None:
    browser_page.goto("/probes")
    backgrounds = set()
    for scheme in ("light", "dark"):
        browser_page.emulate_media(color_scheme=scheme)
        backgrounds.add(browser_page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(backgrounds) == 2
