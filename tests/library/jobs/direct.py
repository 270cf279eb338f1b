"""Jobs carried out on the spot, without a worker process: what a step does and leaves, not how it is scheduled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from skipgram_audit.jobs import derivations, imports, models, near_duplicates, preview, search
from skipgram_audit.jobs.context import JobContext, Value
from skipgram_audit.model.errors import AuditError
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from tests.library.jobs.reading_here import reading_here

FUNCTIONS = {
    JobKind.IMPORT: imports.import_corpus,
    JobKind.NEAR_DUPLICATES: near_duplicates.find_near_duplicates,
    JobKind.MODEL: models.import_model,
    JobKind.PREVIEW: preview.preview_upload,
    JobKind.SEARCH: search.prepare_search,
    JobKind.DERIVE: derivations.derive_corpus,
}


def run_step(name: str, function: Callable[[], Value]) -> Value:
    return function()


@contextmanager
def job_context(settings: Settings, database: Database, kind: JobKind, subject: str) -> Iterator[JobContext]:
    """The context of a job that has started; its row is in the database."""
    with database.session() as session:
        job = Job(id=f"{kind}-{subject}"[:32], kind=kind, subject=subject)
        session.merge(job)
    with running_job(settings, database, job.id) as context:
        yield context


@contextmanager
def running_job(settings: Settings, database: Database, job_id: str) -> Iterator[JobContext]:
    with database.session() as session:
        jobs.start(session, job_id)
    reports = Database(settings, busy_milliseconds=50)
    try:
        with reading_here():
            yield JobContext(job_id, settings, database, reports, run_step)
    finally:
        reports.close()


def carry_out_waiting_jobs(settings: Settings, database: Database) -> None:
    """Does what the worker would do with all previews and imports that wait."""
    with database.session() as session:
        waiting = [job for job in jobs.active(session) if job.status == Status.WAITING and job.kind in FUNCTIONS]
    for job in waiting:
        status, error, remedy = Status.DONE, "", ""
        with running_job(settings, database, job.id) as context:
            try:
                FUNCTIONS[job.kind](context, job.subject)
            except AuditError as failure:
                status, error, remedy = Status.FAILED, failure.message, failure.remedy
        with database.session() as session:
            jobs.end(session, job.id, status, error, remedy)
