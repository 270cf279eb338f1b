"""The web server process, and ``serve``, which also keeps a worker process alive."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import uvicorn

from app.errors import AuditError
from app.main import create_app
from app.security.secrets import sign_in_address
from app.settings import Settings
from app.store.migrate import migrate

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE_SECONDS = 5.0
RESTART_SECONDS = 1.0


class CannotListen(AuditError):
    code = "cannot_listen"


def migrate_everything(settings: Settings) -> None:
    """Our tables and the workflow library's."""
    from worker.jobs.runtime import migrate_jobs

    migrate(settings)
    migrate_jobs(settings)


def serve(settings: Settings, demo: bool) -> None:
    """Web server in this process, worker in another one that is started again when it dies."""
    listener = _listen(settings)
    migrate_everything(settings)
    supervisor = WorkerSupervisor(settings)
    supervisor.start()
    # The demo is loaded by a process of its own: the articles are read by a library that the web server never imports.
    loader = _start_command(settings, "demo") if demo else None
    try:
        _run_web(settings, listener)
    finally:
        supervisor.stop()
        if loader is not None:
            _end_group(loader)


def serve_web(settings: Settings) -> None:
    """The web server alone."""
    listener = _listen(settings)
    migrate_everything(settings)
    _run_web(settings, listener)


def _listen(settings: Settings) -> socket.socket:
    """Takes the port before anything else is started.

    Raises:
        CannotListen: the port is taken or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotListen(
            f"The address {settings.host}:{settings.port} cannot be used: {error.strerror}.",
            "Choose another port with --port, or stop the program that uses this one.",
        ) from error
    return listener


def _run_web(settings: Settings, listener: socket.socket) -> None:
    if settings.host not in LOOPBACK:
        logger.warning(
            "Listening on %s: other machines can reach this server, and the connection is not encrypted.", settings.host
        )
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), log_level="warning", server_header=False, timeout_graceful_shutdown=3)
    )
    print(f"\nOpen this link in your browser (it works once):\n\n    {sign_in_address(settings)}\n", flush=True)
    print("Another link: skipgram-audit sign-in-link. Stop with Ctrl-C.", flush=True)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        print("Stopped.", flush=True)


class WorkerSupervisor:
    """Keeps one worker process running.

    The worker runs in a session of its own, so that Ctrl-C reaches it through us and so that it can be ended together
    with the processes that it starts. It also watches its standard input, a pipe from here: when this process is
    killed, the pipe ends and so does the worker.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        process = self._process
        if process is not None:
            _end_group(process)
        self._thread.join(PATIENCE_SECONDS)

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            process = _start_command(self._settings, "worker", "--stop-with-stdin")
            self._process = process
            if self._stopping.is_set():
                _end_group(process)
            code = process.wait()
            if process.stdin is not None:
                process.stdin.close()
            if self._stopping.is_set():
                return
            logger.error("The worker ended with code %s; it is started again.", code)
            self._stopping.wait(RESTART_SECONDS)


def _start_command(settings: Settings, *arguments: str) -> "subprocess.Popen[bytes]":
    """One of our commands as a process in a session of its own, with a pipe as its standard input."""
    return subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", *arguments],
        env={**os.environ, **_as_environment(settings)},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Asks a process group to end, then makes it."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, request)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)


def _as_environment(settings: Settings) -> dict[str, str]:
    """The settings for a child process; a database address may hold a password, which a command line would show."""
    return {
        "SKIPGRAM_AUDIT_DATA_FOLDER": str(settings.data_folder.resolve()),
        "SKIPGRAM_AUDIT_DATABASE_URL": settings.database_url,
        "SKIPGRAM_AUDIT_DEVICE": settings.device,
        "SKIPGRAM_AUDIT_SCHEDULER": settings.scheduler,
        "SKIPGRAM_AUDIT_TRAINING_RESOURCES": json.dumps(settings.training_resources),
    }
