"""A real server with its worker, and a real browser that is signed in to it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import missing

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 60.0
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+")


@dataclass
class Server:
    """A running ``skipgram-audit serve`` with a data folder of its own."""

    address: str
    data_folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Starts the server and its worker; returns the sign-in link that it prints."""
        log = self.data_folder.parent / "server.log"
        environment = os.environ | {
            "SKIPGRAM_AUDIT_DATA_FOLDER": str(self.data_folder),
            "SKIPGRAM_AUDIT_PORT": self.address.rsplit(":", 1)[1],
            "SKIPGRAM_AUDIT_DATABASE_URL": "",
        }
        command = [sys.executable, "-c", "from worker.cli.main import main; main()", "serve"]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while (found := LINK.search(log.read_text())) is None:
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return found[0]

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        running = Server(f"http://127.0.0.1:{port}", Path(folder) / "data")
        running.data_folder.mkdir()
        yield running
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, server: Server) -> dict[str, object]:
    """The cookies of a browser that has followed the sign-in link."""
    link = server.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/corpora")
    state = dict(context.storage_state())
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, server: Server, signed_in: dict[str, object]) -> Iterator[Page]:
    """A page of a signed-in browser; errors of scripts and violations of the content policy fail the test."""
    context = browser.new_context(base_url=server.address, storage_state=signed_in)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.on(
        "console",
        lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield opened
    context.close()
    assert troubles == []
