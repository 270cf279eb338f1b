"""A real ``skipgram-audit serve`` process, web server and worker, for tests that need one."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from skipgram_audit.settings import Settings
from skipgram_audit_web.security.secrets import sign_in_address

LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+")
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class Server:
    """The product as a user runs it, on a free port and in a data folder of its own.

    Attributes:
        settings: as the processes have them.
        address: without a slash at the end.
        data_folder: where everything is written.
        printed_link: the sign-in link that the latest start printed.
    """

    def __init__(self, data_folder: Path) -> None:
        self.data_folder = data_folder
        self.settings = Settings(data_folder=data_folder, port=free_port())
        self.address = f"http://127.0.0.1:{self.settings.port}"
        self.printed_link = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> str:
        """Starts the processes; returns the link that is printed."""
        self.data_folder.parent.mkdir(parents=True, exist_ok=True)
        log = self.data_folder.parent / "server.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SKIPGRAM_AUDIT_")}
        command = [sys.executable, "-P", "-m", "skipgram_audit.cli.main", "serve", "--port", str(self.settings.port)]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--data-folder", str(self.data_folder), *options],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while (found := LINK.search(log.read_text())) is None:
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        self.printed_link = found[0]
        return self.printed_link

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def sign_in_link(self) -> str:
        """A fresh link, as ``skipgram-audit sign-in-link`` prints it."""
        return sign_in_address(self.settings)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
