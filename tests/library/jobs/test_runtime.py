"""Durable jobs against a real worker process: killed, restarted, cancelled, failing."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from dbos import DBOSClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from skipgram_audit.jobs.runtime import migrate_jobs, registered
from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, Job, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from tests.conftest import on_sqlite
from tests.queueing import enqueue

Process = subprocess.Popen[bytes]
PATIENCE = 60.0


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[[], Process]]:
    """Starts worker processes; whatever still runs at the end is killed."""
    processes: list[Process] = []

    def start() -> Process:
        command = [sys.executable, "-m", "tests.library.jobs.stand_in_worker"]
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
        corpus = CorpusRow(name="corpus", filename="corpus.txt", reader_options={})
        session.add(corpus)
        session.flush()
        return corpus.id


KILLED = """
import os, signal, sys
from pathlib import Path
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.queue import JobQueue
settings = Settings(data_folder=Path(sys.argv[1]), database_url=sys.argv[2])
database = Database(settings)
queue = JobQueue(settings, database)
queue._queue = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with database.session() as session:
    queue.enqueue(session, JobKind.PREVIEW, "killed")
"""
"""A web server that dies when a job is committed and its workflow is not."""


def waiting_workflows(queue: JobQueue) -> list[str]:
    return [one.workflow_id for one in queue._connect().list_queued_workflows()]


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


def wait_for_steps(settings: Settings, step: str, times: int) -> None:
    wait_for(lambda: steps(settings).count(step) == times)


def wait_for_status(database: Database, job_id: str, status: Status) -> Job:
    wait_for(lambda: job_row(database, job_id).status == status)
    return job_row(database, job_id)


def test_a_killed_worker_is_replaced_without_redoing_finished_steps(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = enqueue(database, queue, JobKind.IMPORT, corpus_id)
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
        corpus = session.get_one(CorpusRow, corpus_id)
        assert corpus.status == Status.DONE
        assert corpus.finished_at == row.finished_at


def test_cancelling_acts_in_the_middle_of_a_step(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = enqueue(database, queue, JobKind.IMPORT, corpus_id)
    start_worker()
    wait_for(lambda: "second begins" in steps(settings))
    queue.cancel(job_id)
    wait_for_status(database, job_id, Status.CANCELLED)  # the step lasts until a file appears that never does
    assert steps(settings)[-1] == "second begins"
    with database.session() as session:
        assert session.get_one(CorpusRow, corpus_id).status == Status.CANCELLED
    with pytest.raises(Conflict):
        queue.cancel(job_id)


def test_a_waiting_job_that_is_cancelled_never_starts(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    cancelled, kept = (
        enqueue(database, queue, JobKind.IMPORT, corpus_id),
        enqueue(database, queue, JobKind.PREVIEW, "good"),
    )
    queue.cancel(cancelled)
    assert job_row(database, cancelled).status == Status.CANCELLED
    start_worker()
    wait_for_status(database, kept, Status.DONE)
    assert steps(settings) == ["preview of good"]
    with pytest.raises(NotFound):
        queue.cancel("no such job")


def test_a_subject_is_never_stored_without_its_job(database: Database, queue: JobQueue, corpus_id: int) -> None:
    """The subject's change and its job are one transaction: when the job cannot be written, nothing is."""

    def change() -> None:
        with database.session() as session:
            session.get_one(CorpusRow, corpus_id).name = "changed"
            queue.enqueue(session, JobKind.IMPORT, corpus_id)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        change()
    with database.session() as session:
        assert session.get_one(CorpusRow, corpus_id).name == "corpus"
        assert session.query(Job).count() == 0
    assert waiting_workflows(queue) == []


def test_what_waits_without_a_workflow_is_queued_by_the_worker(
    settings: Settings,
    database: Database,
    queue: JobQueue,
    start_worker: Callable[[], Process],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed, or refused, between the two: at the worker's start, and while it runs."""

    def locked() -> DBOSClient:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(queue, "_connect", locked)
    before = enqueue(database, queue, JobKind.PREVIEW, "before")
    assert job_row(database, before).status == Status.WAITING
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.data_folder), settings.database_url], check=False
    )
    assert killed.returncode == -9
    with database.session() as session:
        killed_job = session.scalars(select(Job.id).where(Job.subject == "killed")).one()
    start_worker()
    wait_for_status(database, before, Status.DONE)
    wait_for_status(database, killed_job, Status.DONE)
    later = enqueue(database, queue, JobKind.PREVIEW, "later")
    wait_for_status(database, later, Status.DONE)
    assert sorted(steps(settings)) == ["preview of before", "preview of killed", "preview of later"]


def test_a_job_without_a_workflow_can_be_cancelled(
    database: Database, queue: JobQueue, corpus_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> DBOSClient:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(queue, "_connect", locked)
    job_id = enqueue(database, queue, JobKind.IMPORT, corpus_id)
    queue.cancel(job_id)
    with database.session() as session:
        assert session.get_one(CorpusRow, corpus_id).status == Status.CANCELLED


def test_one_job_at_a_time_of_a_subject(database: Database, queue: JobQueue, corpus_id: int) -> None:
    """Two tabs that ask at once, and every preview, which may be asked for with other options."""
    first = enqueue(database, queue, JobKind.IMPORT, corpus_id)
    assert enqueue(database, queue, JobKind.IMPORT, corpus_id) == first
    assert enqueue(database, queue, JobKind.NEAR_DUPLICATES, corpus_id) != first
    assert enqueue(database, queue, JobKind.PREVIEW, "one") != enqueue(database, queue, JobKind.PREVIEW, "one")
    queue.cancel(first)
    assert enqueue(database, queue, JobKind.IMPORT, corpus_id) != first
    assert len(waiting_workflows(queue)) == 4


@on_sqlite
def test_errors_are_shown_in_words_and_a_deadly_job_is_given_up(
    database: Database, queue: JobQueue, start_worker: Callable[[], Process]
) -> None:
    user, bug = enqueue(database, queue, JobKind.PREVIEW, "user"), enqueue(database, queue, JobKind.PREVIEW, "bug")
    worker = start_worker()
    row = wait_for_status(database, user, Status.FAILED)
    assert (row.error, row.remedy) == ("Row 3 is empty.", "Fill it.")
    row = wait_for_status(database, bug, Status.FAILED)
    assert row.error == "Something went wrong inside the worker (ZeroDivisionError)."
    assert "secret" not in row.error + row.remedy
    deadly = enqueue(database, queue, JobKind.PREVIEW, "deadly")
    for _ in range(2):
        assert worker.wait(PATIENCE) == -9
        worker = start_worker()
    row = wait_for_status(database, deadly, Status.FAILED)
    assert "died 2 times while it was on this job" in row.error
    assert worker.poll() is None


@on_sqlite
def test_a_worker_that_is_stopped_has_not_died(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = enqueue(database, queue, JobKind.IMPORT, corpus_id)
    for number in range(1, 4):
        worker = start_worker()
        wait_for_steps(settings, "second begins", number)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    row = job_row(database, job_id)
    assert (row.status, row.deaths) == (Status.WAITING, 0)
    (settings.data_folder / "go").touch()
    start_worker()
    wait_for_status(database, job_id, Status.DONE)


@on_sqlite
def test_a_job_that_killed_two_workers_says_in_which_phase(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    job_id = enqueue(database, queue, JobKind.IMPORT, corpus_id)
    for number in range(1, 3):
        worker = start_worker()
        wait_for_steps(settings, "second begins", number)
        worker.kill()
        worker.wait()
    start_worker()
    row = wait_for_status(database, job_id, Status.FAILED)
    assert "in the phase 'Second'" in row.error
    with database.session() as session:
        assert session.get_one(CorpusRow, corpus_id).status == Status.FAILED


def test_audits_wait_for_each_other_but_previews_do_not_wait_for_audits(
    settings: Settings, database: Database, queue: JobQueue, corpus_id: int, start_worker: Callable[[], Process]
) -> None:
    audits = []
    with database.session() as session:
        for name in ("one", "two"):
            session.add(audit := AuditRow(corpus_id=corpus_id, name=name, settings={}))
            session.flush()
            audits.append(audit.id)
    jobs = [enqueue(database, queue, JobKind.AUDIT, audit_id) for audit_id in audits]
    start_worker()
    wait_for(lambda: len(steps(settings)) == 1)
    preview = enqueue(database, queue, JobKind.PREVIEW, "good")
    for job_id in [preview, *jobs]:
        wait_for_status(database, job_id, Status.DONE)
    audit_lines = [line for line in steps(settings) if line.startswith("audit")]
    assert audit_lines == [f"audit {audit_id} {what}" for audit_id in audits for what in ("begins", "ends")]
    assert steps(settings)[1] == "preview of good"


def test_every_kind_of_job_is_carried_out_by_something() -> None:
    assert [kind for kind in JobKind if not callable(registered(kind).carry_out)] == []
