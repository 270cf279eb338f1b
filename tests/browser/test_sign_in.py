"""Signing in with a real browser, and what every page must be."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from skipgram_audit_web.security.guard import cookie_name
from tests.serving import Server


def test_the_printed_link_signs_in_once(
    server: Server, new_page: Callable[..., Page], expected_console_errors: list[str]
) -> None:
    expected_console_errors.append("401")
    page = new_page()
    page.goto("/probes")
    assert page.locator("[data-sign-in]").get_attribute("data-sign-in") == "needed"
    page.goto(server.printed_link)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Probes")).to_be_visible()
    (cookie,) = page.context.cookies()
    assert cookie["name"] == cookie_name(server.settings)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    page.goto("/probes")
    assert page.inner_text("h1") == "Probes"
    other = new_page()
    other.goto(server.printed_link)
    assert other.locator("[data-sign-in]").get_attribute("data-sign-in") == "failed"


@pytest.fixture
def foreign_site(server: Server) -> Iterator[tuple[str, list[str]]]:
    """A site of another origin (localhost, another port) whose page is whatever the list holds last."""
    pages = [""]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(pages[-1].encode())

        def log_message(self, *_: object) -> None:
            pass

    site = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield f"http://localhost:{site.server_port}/", pages
    site.shutdown()
    thread.join()
    site.server_close()


def test_the_link_works_when_it_is_followed_from_another_site(
    browser: Browser, server: Server, foreign_site: tuple[str, list[str]]
) -> None:
    address, pages = foreign_site
    pages.append(f"<a href='{server.sign_in_link()}'>in</a>")
    page = browser.new_page()
    page.goto(address)
    page.click("a")
    page.wait_for_url(lambda url: server.address in url and "/sign-in" not in url)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Probes")).to_be_visible()
    page.close()


def test_another_sites_form_changes_nothing(
    browser: Browser, server: Server, foreign_site: tuple[str, list[str]]
) -> None:
    address, pages = foreign_site
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.sign_in_link())
    page.wait_for_url(lambda url: "/sign-in" not in url)
    pages.append(f"<form method=post action='{server.address}/sign-out'><button>out</button></form>")
    page.goto(address)
    page.click("button")
    page.wait_for_url(f"{server.address}/sign-out")
    assert page.locator("[data-error]").get_attribute("data-error") == "forbidden"
    page.goto(f"{server.address}/probes")
    assert page.inner_text("h1") == "Probes"
    context.close()


def test_signing_out(browser_page: Page, expected_console_errors: list[str]) -> None:
    expected_console_errors.append("401")
    browser_page.goto("/probes")
    browser_page.click("text=Sign out")
    assert browser_page.locator("[data-sign-in]").get_attribute("data-sign-in") == "needed"
    browser_page.goto("/probes")
    assert browser_page.locator("[data-sign-in]").get_attribute("data-sign-in") == "needed"
