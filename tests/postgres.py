"""A Postgres cluster for a test session or a benchmark, reachable on loopback only."""

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
    """initdb and postgres, as an unprivileged user when the tests run as root, which Postgres refuses to do.

    Args:
        folder: where the cluster is, or is made, and stays; when left out, a temporary one that goes with the cluster.
    """

    def __init__(self, binaries: Path, folder: Path | None = None, shared_buffers: str = "32MB") -> None:
        self._kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="skipgram-audit-postgres-"))
        self.folder.mkdir(exist_ok=True)
        self.user = _unprivileged_user() if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.port = _free_port()
        data = self.folder / "data"
        command = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "test",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        if not data.exists():
            subprocess.run(command, check=True, capture_output=True, user=self.user, cwd=self.folder)
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories="
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options += f" -c shared_buffers={shared_buffers}"
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

    def exists(self, name: str) -> bool:
        with self._connection() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Cleanly when the cluster stays, else at once: nothing in it will be needed again."""
        self._server.send_signal(signal.SIGINT if self._kept else signal.SIGQUIT)
        self._server.wait(60)
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with self._connection() as connection:
            connection.execute(statement)

    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(f"host=127.0.0.1 port={self.port} user=test dbname=postgres", autocommit=True)

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
