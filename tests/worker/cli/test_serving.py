"""serve as a process: the worker is kept alive, nothing is left behind, and a taken port is said plainly."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.settings import Settings
from app.store.database import Database
from app.store.models import Job, JobKind, Status
from app.store.queue import JobQueue
from tests.queueing import enqueue
from tests.serving import Server


def worker_processes(folder: Path) -> list[int]:
    """Processes of ours that have this data folder in their environment or command line, but for serve itself."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            if b"worker.cli.main\0worker" in command and str(folder).encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except (OSError, ValueError):
            continue
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.1)


def test_a_killed_worker_is_started_again_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    server = Server(folder)
    server.start()
    try:
        wait_for(lambda: len(worker_processes(folder)) == 1)
        (first,) = worker_processes(folder)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: worker_processes(folder) not in ([], [first]))
        database = Database(server.settings)
        queue = JobQueue(server.settings, database)
        job_id = enqueue(database, queue, JobKind.PREVIEW, "no such upload")

        def failed() -> bool:
            with database.session() as session:
                return session.get_one(Job, job_id).status == Status.FAILED

        wait_for(failed)
        queue.close()
        database.close()
    finally:
        began = time.monotonic()
        assert server.stop() == 0
    assert time.monotonic() - began < 10
    assert worker_processes(folder) == []


def test_the_worker_ends_when_serve_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    server = Server(folder)
    server.start()
    wait_for(lambda: len(worker_processes(folder)) == 1)
    server.kill()
    wait_for(lambda: worker_processes(folder) == [], 20)


def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "worker.cli.main", "serve", "--port", port]
        folder = tmp_path / "data"
        result = subprocess.run([*command, "--data-folder", str(folder)], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in result.stderr
    assert "Traceback" not in result.stderr
    assert not folder.exists()


def test_a_second_worker_says_that_there_is_one(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    command = [sys.executable, "-m", "worker.cli.main", "worker", "--data-folder", str(settings.data_folder)]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    assert any("ready" in line for line in first.stderr)
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "Another worker already works" in second.stderr
    assert "Traceback" not in second.stderr
    first.terminate()
    assert first.wait(20) == 0
    first.stderr.close()
