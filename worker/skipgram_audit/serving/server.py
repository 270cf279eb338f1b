"""The web server process, and ``serve``, which also keeps a worker process alive."""

import json
import logging
import socket
import threading
import time
from pathlib import Path

import uvicorn

from skipgram_audit.model.errors import AuditError
from skipgram_audit.serving.process_groups import PATIENCE_SECONDS, ProcessGroup, ending_in_words
from skipgram_audit.settings import Settings
from skipgram_audit.store.migrate import migrate
from skipgram_audit_web.main import create_app
from skipgram_audit_web.security.secrets import sign_in_address

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 120.0
"""A worker that ran so long is started again at once; one that did not, after twice the pause before."""


SERVER_FOLDER, OPENED = "server", "opened"
"""Of the folder of an audit that is served: where its server keeps its data, and the mark that the audit is in it."""


class CannotListen(AuditError):
    code = "cannot_listen"


def migrate_everything(settings: Settings) -> None:
    """Our tables and the workflow library's."""
    from skipgram_audit.jobs.runtime import migrate_jobs

    migrate(settings)
    migrate_jobs(settings)


def serve(settings: Settings, demo: bool) -> None:
    """Web server in this process, worker in another one that is started again when it dies."""
    listener = _listen(settings)
    migrate_everything(settings)
    supervisor = WorkerSupervisor(settings)
    supervisor.start()
    # The demo is loaded by a process of its own: the articles are read by a library that the web server never imports.
    loader = ProcessGroup(["demo", "--stop-with-stdin"], _as_environment(settings)) if demo else None
    if loader is not None:
        threading.Thread(target=loader.wait, daemon=True).start()  # so that it is reaped when it has ended
    try:
        _run_web(settings, listener)
    finally:
        supervisor.stop()
        if loader is not None:
            loader.end()


def serve_folder(folder: Path, port: int) -> None:
    """Opens the web application on a server's data folder, or on the folder of an audit, which is taken in once."""
    from skipgram_audit.auditing.folder import MANIFEST

    data_folder = folder / SERVER_FOLDER if (folder / MANIFEST).is_file() else folder
    settings = Settings(data_folder=data_folder, port=port)
    if data_folder != folder and not (data_folder / OPENED).is_file():
        take_in(settings, folder)
    serve(settings, demo=False)


def take_in(settings: Settings, folder: Path) -> int:
    """Takes a finished audit into a server; returns its number there."""
    from skipgram_audit.computing.progress import progress_bars
    from skipgram_audit.jobs.opening import open_in_server

    settings.create_data_folder()
    migrate_everything(settings)
    with progress_bars() as phase:
        audit_id = open_in_server(settings, folder, phase)
    (settings.data_folder / OPENED).touch()
    return audit_id


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

    The worker runs in a session of its own, so that Ctrl-C reaches it through us and so that it is ended together with
    the processes that it starts.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: ProcessGroup | None = None
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._starting:
            self._stopping.set()
        if self._worker is not None:
            self._worker.end()
        self._thread.join(PATIENCE_SECONDS)

    def _keep_alive(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            with self._starting:
                if self._stopping.is_set():
                    return
                self._worker = ProcessGroup(["worker", "--stop-with-stdin"], _as_environment(self._settings))
            began = time.monotonic()
            code = self._worker.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            logger.error("The worker %s. It is started again in %.0f s.", ending_in_words(code), pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _as_environment(settings: Settings) -> dict[str, str]:
    """The settings for a child process; a database address may hold a password, which a command line would show."""
    return {
        "SKIPGRAM_AUDIT_DATA_FOLDER": str(settings.data_folder.resolve()),
        "SKIPGRAM_AUDIT_DATABASE_URL": settings.database_url,
        "SKIPGRAM_AUDIT_DEVICE": settings.device,
        "SKIPGRAM_AUDIT_SCHEDULER": settings.scheduler,
        "SKIPGRAM_AUDIT_TRAINING_RESOURCES": json.dumps(settings.training_resources),
    }
