"""serve as a process: the worker is kept alive, nothing is left behind, and a taken port is said plainly."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from tests.queueing import enqueue
from tests.serving import Server


def worker_processes(folder: Path) -> list[int]:
    """Processes of ours that have this data folder in their environment or command line, but for serve itself."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            if (
                b"skipgram_audit.cli.main\0worker" in command
                and str(folder).encode() in (process / "environ").read_bytes()
            ):
                found.append(int(process.name))
        except (OSError, ValueError):
            continue
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.1)


def wait_for_end(process: int, those: Callable[[], list[int]]) -> None:
    """Until a process is no longer one of those."""
    wait_for(lambda: process not in those())


def test_a_killed_worker_is_started_again_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    folder = tmp_path / "d?a%20t#a b&'c"  # no address may take a part of the name for something else
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
        assert server.stop() == 0
    assert worker_processes(folder) == []
    assert {path.name for path in tmp_path.iterdir()} == {folder.name, "server.log"}


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
        command = [sys.executable, "-m", "skipgram_audit.cli.main", "serve", "--port", port]
        folder = tmp_path / "data"
        result = subprocess.run([*command, "--data-folder", str(folder)], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in result.stderr
    assert "Traceback" not in result.stderr
    assert not folder.exists()


def test_a_second_worker_says_who_works_and_takes_over(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    command = [sys.executable, "-m", "skipgram_audit.cli.main", "worker", "--data-folder", str(settings.data_folder)]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    assert any("ready" in line for line in first.stderr)
    second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    said = next(line for line in second.stderr if "Another worker already works" in line)
    assert f"process {first.pid} on {socket.gethostname()}, since 20" in said
    time.sleep(1)
    assert second.poll() is None
    first.kill()
    first.wait()
    assert any("ready" in line for line in second.stderr)
    third = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert third.stderr is not None
    assert any(f"process {second.pid} on" in line for line in third.stderr)
    for waiting in (third, second):
        waiting.terminate()
        assert waiting.wait(20) == 0
    for stream in (first.stderr, second.stderr, third.stderr):
        stream.close()


CHILD_OF_THE_WORKER = """
import os, subprocess, sys
if sys.orig_argv[1:5] == ["-P", "-m", "skipgram_audit.cli.main", "worker"]:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", deaf, os.environ["MARK"]], stdout=subprocess.PIPE)
    child.stdout.read(1)
    os.environ["CHILD"] = str(child.pid)
"""


@pytest.fixture
def deaf_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """Lets every worker start a child that ignores requests to end; gives those that there are."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(CHILD_OF_THE_WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("MARK", str(tmp_path))

    def found() -> list[int]:
        return [pid for pid, command in processes() if command.endswith(f"\0{tmp_path}\0".encode())]

    return found


def processes() -> Iterator[tuple[int, bytes]]:
    """Number and command line of all living processes."""
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            yield int(process.name), (process / "cmdline").read_bytes()


def defunct_children(parent: int) -> list[str]:
    """Children of a process that have ended and have not been reaped."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            state, parent_of_it = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            if (state, parent_of_it) == ("Z", str(parent)):
                found.append((process / "stat").read_text())
    return found


def test_stopping_ends_what_the_worker_started(tmp_path: Path, deaf_children: Callable[[], list[int]]) -> None:
    server = Server(tmp_path / "data")
    server.start()
    wait_for(lambda: len(deaf_children()) == 1)
    assert server.stop() == 0
    assert deaf_children() == []


def test_killing_serve_ends_a_worker_that_is_held_up_and_what_it_started(
    tmp_path: Path, deaf_children: Callable[[], list[int]]
) -> None:
    server = Server(tmp_path / "data")
    server.start()
    wait_for(lambda: "The worker is ready" in (tmp_path / "server.log").read_text())
    (worker,) = worker_processes(server.data_folder)
    assert len(deaf_children()) == 1
    os.kill(worker, signal.SIGSTOP)
    server.kill()
    wait_for(lambda: worker_processes(server.data_folder) == [] and deaf_children() == [], 10)


def test_children_are_reaped_and_restarts_are_told_and_slow_down(
    tmp_path: Path, deaf_children: Callable[[], list[int]]
) -> None:
    server = Server(tmp_path / "data")
    folder, log = server.data_folder, tmp_path / "server.log"
    folder.mkdir()
    (folder / "demo.json").write_text('{"upload_id": "", "corpus_id": 1, "audit_id": 1}')  # nothing is left to load
    server.start("--demo")
    for _ in range(2):
        wait_for(lambda: len(worker_processes(folder)) == 1 and len(deaf_children()) == 1)
        (worker,), (child,) = worker_processes(folder), deaf_children()
        os.kill(worker, signal.SIGKILL)
        wait_for_end(worker, lambda: worker_processes(folder))
        wait_for_end(child, deaf_children)
    wait_for(lambda: "in 2 s" in log.read_text())
    assert "The worker was ended by signal SIGKILL (Killed). It is started again in 1 s." in log.read_text()
    loader = b"\0demo\0--stop-with-stdin"
    wait_for(lambda: not any(loader in command for _, command in processes()))
    assert server.process is not None
    assert defunct_children(server.process.pid) == []
    assert server.stop() == 0
    assert "Fatal Python error" not in log.read_text()


def test_files_of_the_current_folder_are_not_taken_for_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json.py", "queue.py", "app.py", "worker.py", "test.py"):
        (tmp_path / name).write_text("raise SystemExit(1)  # a file of the user's")
    (tmp_path / "templates").mkdir()
    monkeypatch.chdir(tmp_path)
    server = Server(tmp_path / "data")
    server.start()
    wait_for(lambda: "The worker is ready" in (tmp_path / "server.log").read_text())
    assert server.stop() == 0
