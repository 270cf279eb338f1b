"""A real server with its worker, and a real browser.

``server`` is one ``skipgram-audit serve`` for all browser tests. ``page`` (also called ``browser_page``) is a page of
Debian's Chromium that is signed in to it; ``new_page`` makes further ones that are not. A test fails when a page logs
an error or a warning (a broken script, a violation of the Content-Security-Policy, a missing file), unless the test
announced it in ``expected_console_errors``, or when a page asks another machine for anything.
"""

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.conftest import missing
from tests.serving import Server

BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60_000
"""Milliseconds: a worker on a busy machine takes its time to start."""


def chromium() -> str | None:
    """Path of the installed browser."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server") / "data")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        missing("Chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
        yield launched
        launched.close()


@pytest.fixture
def expected_console_errors() -> list[str]:
    """Parts of messages that a test expects on the console: ``expected_console_errors.append("422")``."""
    return []


@pytest.fixture
def new_page(browser: Browser, server: Server, expected_console_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Makes watched pages that are not signed in; options are those of a browser context (color_scheme, viewport)."""
    troubles: list[str] = []
    contexts = []

    def watch_console(message: ConsoleMessage) -> None:
        expected = any(part in message.text for part in expected_console_errors)
        if message.type in ("error", "warning") and not expected:
            troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def watch_request(request: Request) -> None:
        if request.url.startswith("http") and urlsplit(request.url).netloc != urlsplit(server.address).netloc:
            troubles.append(f"asked another machine: {request.url}")

    def make(**options: object) -> Page:
        context = browser.new_context(base_url=server.address, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", watch_console)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("request", watch_request)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(new_page: Callable[..., Page], server: Server) -> Page:
    """A signed-in page; questions of the page are answered with yes."""
    opened = new_page()
    opened.goto(server.sign_in_link())
    opened.wait_for_url(lambda url: "/sign-in" not in url)
    return opened


@pytest.fixture
def browser_page(page: Page) -> Page:
    return page
