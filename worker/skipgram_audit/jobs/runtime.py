"""Durable jobs over DBOS, behind a small interface: nothing else in the house imports the workflow library.

A job is a function of a context and its subject (the upload, corpus or audit id, as text)::

    from skipgram_audit.store.models import JobKind
    from skipgram_audit.jobs.context import JobContext
    from skipgram_audit.jobs.runtime import job

    @job(JobKind.IMPORT)
    def import_corpus(context: JobContext, subject: str) -> None:
        def read() -> int:
            context.phase(1, 2, "Reading documents")
            for number, batch in enumerate(batches):
                with context.database.session() as session:   # one short transaction a batch
                    ...
                context.progress(number / len(batches))       # outside the transaction; raises Cancelled
            return count                                      # plain JSON values only

        count = context.step("read", read)                    # stored: never run again once finished
        context.step("count words", lambda: count_words(context, int(subject), count))

What the runtime does, so that jobs need not:

- The module of a job (JOB_MODULES) is imported for the first job of its kind: what computes takes seconds to load.
- The jobs row and, for imports and audits, the status, error, started_at and finished_at of the corpus or audit
  follow the job: running when it starts, done when it returns, failed when it raises, cancelled on Cancelled.
- An AuditError becomes the error and the remedy that the user sees. Any other exception is a bug: its trace goes to
  the log and the user gets a plain sentence.
- A waiting job whose workflow was never queued (the web server was killed just then) is queued.
- After kill -9 the job is taken up again when the worker restarts; finished steps are not run again. A worker that
  died twice on one job does not get it a third time: the job fails, and says in which phase that was.
- Audits wait for each other (they use the whole device); previews and imports do not wait for audits.
"""

import errno
import importlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from skipgram_audit.jobs.context import Cancelled, JobContext, Value
from skipgram_audit.jobs.folder_lock import FolderLock
from skipgram_audit.jobs.sweep import sweep
from skipgram_audit.model.errors import AuditError
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database, now
from skipgram_audit.store.filling import fill_columns
from skipgram_audit.store.models import Job, JobKind, Status
from skipgram_audit.store.queue import (
    APPLICATION_NAME,
    APPLICATION_VERSION,
    DEVICE_QUEUE,
    LIGHT_QUEUE,
    WHAT_IF_QUEUE,
    JobQueue,
)

logger = logging.getLogger(__name__)

JobFunction = Callable[[JobContext, str], None]
FollowUp = Callable[[Session, JobQueue, str], None]


@dataclass(frozen=True)
class Registered:
    """What carries out the jobs of a kind.

    Attributes:
        follow_up: queues what comes after a job that is done, in the transaction that ends it.
    """

    carry_out: JobFunction
    follow_up: FollowUp | None


JOBS: dict[JobKind, Registered] = {}

JOB_MODULES = {
    JobKind.PREVIEW: "preview",
    JobKind.IMPORT: "imports",
    JobKind.MODEL: "models",
    JobKind.AUDIT: "audits",
    JobKind.CHECK: "checks",
    JobKind.NEAR_DUPLICATES: "near_duplicates",
    JobKind.MAP: "maps",
    JobKind.SEARCH: "search",
    JobKind.CALIBRATION: "what_ifs",
    JobKind.WHAT_IF: "what_ifs",
    JobKind.MITIGATIONS: "mitigations",
    JobKind.REWRITE: "rewritings",
    JobKind.DERIVE: "derivations",
    JobKind.REPORT: "check_results",
}
"""Kind of job -> the module of this folder that registers it."""

MAXIMUM_DEATHS = 2
"""A job during which the worker died this often is given up: it would die again. A worker that was stopped has not
died."""

QUEUE_POLL_SECONDS = 0.25
LOCK_POLL_SECONDS = 0.5

LIGHT_JOBS = 4
"""At a time. Files are read in processes of their own; one that takes long leaves room for others."""

PENDING = ("ENQUEUED", "PENDING", "DELAYED")


def job(kind: JobKind, follow_up: FollowUp | None = None) -> Callable[[JobFunction], JobFunction]:
    """Registers a function as the one that carries out jobs of a kind, and what comes after them."""

    def register(function: JobFunction) -> JobFunction:
        JOBS[kind] = Registered(function, follow_up)
        return function

    return register


def job_of_one_step(kind: JobKind, step: str) -> Callable[[JobFunction], JobFunction]:
    """Registers a function that is all of its job, as a step of this name."""

    def register(function: JobFunction) -> JobFunction:
        @wraps(function)
        def carry_out(context: JobContext, subject: str) -> None:
            context.step(step, lambda: function(context, subject))

        return job(kind)(carry_out)

    return register


def registered(kind: JobKind) -> Registered:
    """What carries out the jobs of a kind; its module is imported for the first."""
    if kind not in JOBS:
        importlib.import_module(f"skipgram_audit.jobs.{JOB_MODULES[kind]}")
    return JOBS[kind]


def migrate_jobs(settings: Settings) -> None:
    """Creates or updates the tables of the workflow library; on SQLite its file is put in WAL mode."""
    url = make_url(settings.jobs_url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
    DBOS.migrate(settings.jobs_url)


class Worker:
    """One worker process: carries out jobs until it is stopped.

    Only one worker may work on a data folder at a time; a second one waits until the first has ended, because it would
    take up the jobs that the first is working on.

    Args:
        reconcile_seconds: between two looks for jobs that nothing will ever carry out.
        orphan_seconds: how old such a job must be; a younger one may just be on its way into the queue.
    """

    def __init__(self, settings: Settings, reconcile_seconds: float = 20.0, orphan_seconds: float = 30.0) -> None:
        self.settings = settings
        self._reconcile_seconds = reconcile_seconds
        self._orphan_seconds = orphan_seconds
        self.database = Database(settings)
        self._reports = Database(settings, busy_milliseconds=50)
        self._queue = JobQueue(settings, self.database)
        self._stop = threading.Event()
        self._lock = FolderLock(settings.data_folder)

    def run(self) -> None:
        """Works until stop() is called. The process must then end at once: what still runs is cut off with it, and
        is taken up again by the next worker.
        """
        if not self._wait_for_folder():
            return
        self._tidy()
        self._launch()
        logger.info("The worker is ready.")
        while not self._stop.wait(self._reconcile_seconds):
            try:
                self._queue.queue_waiting()
                self._reconcile()
            except SQLAlchemyError:
                logger.exception("The database could not be asked for interrupted jobs; the next round asks again.")
        with self.database.session() as session:
            jobs.put_back(session)

    def stop(self) -> None:
        """Lets run() return."""
        self._stop.set()

    def _tidy(self) -> None:
        """Removes files that no row names, and makes the tables that pages need; neither keeps jobs from being done."""
        try:
            sweep(self.settings, self.database)
            fill_columns(self.database)
        except Exception:
            logger.exception("The data folder could not be tidied.")

    def _wait_for_folder(self) -> bool:
        """Takes the data folder's lock, however long another worker has it; False when we are stopped before."""
        self.settings.create_data_folder()
        reported = ""
        while not self._lock.take():
            holder = self._lock.holder()
            if holder != reported:
                logger.warning(
                    "Another worker already works on %s: %s. It carries out the jobs; this one waits until it ends.",
                    self.settings.data_folder,
                    holder,
                )
                reported = holder
            if self._stop.wait(LOCK_POLL_SECONDS):
                return False
        return True

    def _launch(self) -> None:
        migrate_jobs(self.settings)
        DBOS(
            config=DBOSConfig(
                name=APPLICATION_NAME,
                system_database_url=self.settings.jobs_url,
                executor_id="worker",
                application_version=APPLICATION_VERSION,
                serializer=DBOSPortableJSONSerializer(),
                run_migrations=False,
                log_level="WARNING",
            )
        )
        for kind in JobKind:
            self._register(kind)
        DBOS.launch()
        DBOS.register_queue(DEVICE_QUEUE, global_concurrency=1, polling_interval_sec=QUEUE_POLL_SECONDS)
        DBOS.register_queue(WHAT_IF_QUEUE, global_concurrency=1, polling_interval_sec=QUEUE_POLL_SECONDS)
        DBOS.register_queue(LIGHT_QUEUE, worker_concurrency=LIGHT_JOBS, polling_interval_sec=QUEUE_POLL_SECONDS)
        self._queue.queue_waiting()
        self._reconcile()

    def _register(self, kind: JobKind) -> None:
        @DBOS.workflow(
            name=str(kind), max_recovery_attempts=None
        )  # jobs.deaths counts, and distinguishes stops from deaths
        def workflow(job_id: str, subject: str) -> str:
            return str(self._carry_out(kind, job_id, subject))

    def _carry_out(self, kind: JobKind, job_id: str, subject: str) -> Status:
        """Runs a job and writes how it ended; never raises because of what the job did."""
        with self.database.session() as session:
            row = jobs.start(session, job_id)
            if row is None:
                return Status.CANCELLED
            if row.deaths >= MAXIMUM_DEATHS:
                jobs.end(session, job_id, Status.FAILED, *_given_up(row))
                return Status.FAILED
        context = JobContext(job_id, self.settings, self.database, self._reports, _durable_step)
        status, error, remedy = Status.DONE, "", ""
        try:
            context.check()
            registered(kind).carry_out(context, subject)
            context.keep_costs()
        except Cancelled:
            status = Status.CANCELLED
        except AuditError as failure:
            status, error, remedy = Status.FAILED, failure.message, failure.remedy
        except Exception as failure:
            logger.exception("Job %s failed", job_id)
            status, (error, remedy) = Status.FAILED, _plain_words(failure)
        with self.database.session() as session:
            if jobs.end(session, job_id, status, error, remedy) and status == Status.DONE:
                self._follow_up(session, kind, subject)
        return status

    def _follow_up(self, session: Session, kind: JobKind, subject: str) -> None:
        """What comes after a job; the job has ended whatever becomes of it."""
        follow_up = registered(kind).follow_up
        if follow_up is None:
            return
        try:
            with session.begin_nested():
                follow_up(session, self._queue, subject)
        except Exception:
            logger.exception("What comes after %s %s was not queued.", kind, subject)

    def _reconcile(self) -> None:
        """Fails jobs that nothing will ever carry out, so that nobody waits for them in vain."""
        with self.database.session() as session:
            for row in jobs.active(session):
                if (now() - row.created_at).total_seconds() < self._orphan_seconds:
                    continue
                workflow = DBOS.get_workflow_status(row.id)
                if workflow is not None and workflow.status in PENDING and workflow.app_version == APPLICATION_VERSION:
                    continue
                # Read again: the job may have ended between the two looks.
                session.refresh(row)
                error, remedy = "This job was interrupted and cannot be taken up again.", "Start it again."
                jobs.end(session, row.id, Status.FAILED, error, remedy)


def _durable_step(name: str, function: Callable[[], Value]) -> Value:
    """A step whose stored outcome is its value, or the error that a user caused: both survive a restart as they were.

    Other exceptions pass through; the library stores them by name and message only.
    """

    def attempt() -> dict[str, Any]:
        try:
            return {"value": function()}
        except Cancelled:
            return {"cancelled": True}
        except AuditError as failure:
            return {"error": failure.message, "remedy": failure.remedy}

    outcome = DBOS.run_step({"name": name}, attempt)
    if "cancelled" in outcome:
        raise Cancelled
    if "error" in outcome:
        raise AuditError(outcome["error"], outcome["remedy"])
    return cast(Value, outcome["value"])


def _given_up(row: Job) -> tuple[str, str]:
    """Error and remedy for a job on which the worker died too often; why it died, nothing here knows."""
    phase = f", at last in the phase {row.phase!r}" if row.phase else ""
    return (
        f"The worker died {row.deaths} times while it was on this job{phase}, so it is not tried again.",
        "If the system's log says that it ended a process for want of memory, try a smaller corpus, a smaller vector "
        "dimension, fewer seeds at once or another estimator. If it does not, this is a fault of the program: report "
        "it with the worker's log. The job can be started again.",
    )


def _plain_words(failure: Exception) -> tuple[str, str]:
    """Error and remedy for an exception that no code expected."""
    if isinstance(failure, MemoryError):
        return "The worker ran out of memory.", "Try a smaller corpus or a smaller vector dimension."
    if isinstance(failure, OSError) and failure.errno == errno.ENOSPC:
        return "The disk that holds the data folder is full.", "Free some space and start again."
    return (
        f"Something went wrong inside the worker ({type(failure).__name__}).",
        "The worker's log says what; starting again may help.",
    )
