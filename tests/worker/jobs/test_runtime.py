"""Durable jobs against a real worker process: killed, restarted, cancelled, failing."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from app.errors import Conflict, NotFound
from app.settings import Settings
from app.store.database import Database
from app.store.models import Audit, Corpus, Job, Status
from app.store.queue import JobQueue
from worker.jobs.runtime import migrate_jobs

Process = subprocess.Popen[bytes]
PATIENCE = 60.0


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[[], Process]]:
    """Starts worker processes; whatever still runs at the end is killed."""
    processes: list[Process] = []

    def start() -> Process:
        command = [sys.executable, "-m", "tests.worker.jobs.stand_in_worker"]
        process = subprocess.Popen([*command, str(settings.data_folder), settings.database_url])
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def queue(settings: Settings, database: Database) -> Iterator[JobQueue]:
    migrate_jobs(settings)
    opened = JobQueue(settings, database)
    yield opened
    opened.close()


@pytest.fixture
def corpus_id(database: Database) -> int:
    with database.session() as session:
        corpus = Corpus(name="corpus", filename="corpus.txt", reader_options={})
        session.add(corpus)
        session.flush()
        return corpus.id


def steps(settings: Settings) -> list[str]:
    file = settings.data_folder / "steps.txt"
    return file.read_text().splitlines() if file.exists() else []


def job_row(database: Database, job_id: str) -> Job:
    with database.session() as session:
        return session.get_one(Job, job_id)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


def wait_for_status(database: Database, job_id: str, status: Status) -> Job:
    wait_for(lambda: job_row(database, job_id).status == status)
    return job_row(database, job_id)


def test_a_killed_worker_is_replaced_without_redoing_finished_steps(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = queue.enqueue_import(corpus_id)
    first = start_worker()
    wait_for(lambda: "second begins" in steps(settings))
    row = job_row(database, job_id)
    assert (row.status, row.phase, row.phase_number, row.phase_count) == (Status.RUNNING, "Second", 2, 3)
    started_at = row.started_at
    first.kill()
    first.wait()
    (settings.data_folder / "go").touch()
    start_worker()
    row = wait_for_status(database, job_id, Status.DONE)
    assert steps(settings) == ["first", "second begins", "second begins", "second ends", "third knows 42"]
    assert (row.fraction, row.seconds_left, row.started_at) == (1.0, None, started_at)
    with database.session() as session:
        corpus = session.get_one(Corpus, corpus_id)
        assert corpus.status == Status.DONE
        assert corpus.finished_at == row.finished_at


def test_cancelling_acts_within_two_seconds(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = queue.enqueue_import(corpus_id)
    start_worker()
    wait_for(lambda: "second begins" in steps(settings))
    asked = time.monotonic()
    queue.cancel(job_id)
    wait_for_status(database, job_id, Status.CANCELLED)
    assert time.monotonic() - asked < 2.0
    with database.session() as session:
        assert session.get_one(Corpus, corpus_id).status == Status.CANCELLED
    with pytest.raises(Conflict):
        queue.cancel(job_id)


def test_a_waiting_job_that_is_cancelled_never_starts(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    cancelled, kept = queue.enqueue_import(corpus_id), queue.enqueue_preview("good")
    queue.cancel(cancelled)
    assert job_row(database, cancelled).status == Status.CANCELLED
    start_worker()
    wait_for_status(database, kept, Status.DONE)
    assert steps(settings) == ["preview of good"]
    with pytest.raises(NotFound):
        queue.cancel("no such job")


def test_errors_are_shown_in_words_and_a_deadly_job_is_given_up(
    database: Database, queue: JobQueue, start_worker: Callable[[], Process]
) -> None:
    user, bug = queue.enqueue_preview("user"), queue.enqueue_preview("bug")
    worker = start_worker()
    row = wait_for_status(database, user, Status.FAILED)
    assert (row.error, row.remedy) == ("Row 3 is empty.", "Fill it.")
    row = wait_for_status(database, bug, Status.FAILED)
    assert row.error == "Something went wrong inside the worker (ZeroDivisionError)."
    assert "secret" not in row.error + row.remedy
    deadly = queue.enqueue_preview("deadly")
    for _ in range(2):
        assert worker.wait(PATIENCE) == -9
        worker = start_worker()
    row = wait_for_status(database, deadly, Status.FAILED)
    assert "died 2 times while it was on this job" in row.error
    assert worker.poll() is None


def test_a_worker_that_is_stopped_has_not_died(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = queue.enqueue_import(corpus_id)
    for number in range(1, 4):
        worker = start_worker()
        wait_for(lambda number=number: steps(settings).count("second begins") == number)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    row = job_row(database, job_id)
    assert (row.status, row.deaths) == (Status.WAITING, 0)
    (settings.data_folder / "go").touch()
    start_worker()
    wait_for_status(database, job_id, Status.DONE)


def test_a_job_that_killed_two_workers_says_in_which_phase(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = queue.enqueue_import(corpus_id)
    for number in range(1, 3):
        worker = start_worker()
        wait_for(lambda number=number: steps(settings).count("second begins") == number)
        worker.kill()
        worker.wait()
    start_worker()
    row = wait_for_status(database, job_id, Status.FAILED)
    assert "in the phase 'Second'" in row.error
    with database.session() as session:
        assert session.get_one(Corpus, corpus_id).status == Status.FAILED


def test_audits_wait_for_each_other_but_previews_do_not_wait_for_audits(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    audits = []
    with database.session() as session:
        for name in ("one", "two"):
            session.add(audit := Audit(corpus_id=corpus_id, name=name, settings={}))
            session.flush()
            audits.append(audit.id)
    jobs = [queue.enqueue_audit(audit_id) for audit_id in audits]
    start_worker()
    wait_for(lambda: len(steps(settings)) == 1)
    preview = queue.enqueue_preview("good")
    for job_id in [preview, *jobs]:
        wait_for_status(database, job_id, Status.DONE)
    audit_lines = [line for line in steps(settings) if line.startswith("audit")]
    assert audit_lines == [f"audit {audit_id} {what}" for audit_id in audits for what in ("begins", "ends")]
    assert steps(settings)[1] == "preview of good"


def test_a_second_worker_on_the_same_folder_is_refused(start_worker: Callable[[], Process], settings: Settings) -> None:
    first = start_worker()
    wait_for(lambda: (settings.data_folder / "worker.lock").exists())
    time.sleep(0.5)
    second = start_worker()
    assert second.wait(PATIENCE) == 1
    assert first.poll() is None
