"""A throw-away Postgres cluster for the test session: made in a temporary folder, reachable on loopback only."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

UNPRIVILEGED_USERS = ("postgres", "nobody")


def find_binaries() -> Path | None:
    """The folder of initdb and postgres: the newest of Debian's, or what is on the path."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class PostgresCluster:
    """initdb and postgres, as an unprivileged user when the tests run as root, which Postgres refuses to do."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="skipgram-audit-postgres-"))
        self.user = _unprivileged_user() if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.port = _free_port()
        data = self.folder / "data"
        command = [binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(command, check=True, capture_output=True, user=self.user, cwd=self.folder)
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories="
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"
        with (self.folder / "log").open("w") as log:
            self._server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options.split(" ")],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://test@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        """A new database, copied from a template; its address."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.address(name)

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        self._server.send_signal(signal.SIGQUIT)  # immediate: nothing in it will be needed again
        self._server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=test dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._execute("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    raise RuntimeError(f"Postgres did not start:\n{(self.folder / 'log').read_text()}") from error
                time.sleep(0.1)


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED_USERS if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
