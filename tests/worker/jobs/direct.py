"""Jobs carried out on the spot, without a worker process: what a step does and leaves, not how it is scheduled."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.settings import Settings
from app.store import jobs
from app.store.database import Database
from app.store.models import Job, JobKind
from worker.jobs.context import JobContext, Value


def run_step(name: str, function: Callable[[], Value]) -> Value:
    return function()


@contextmanager
def job_context(settings: Settings, database: Database, kind: JobKind, subject: str) -> Iterator[JobContext]:
    """The context of a job that has started; its row is in the database."""
    job_id = uuid.uuid4().hex
    with database.session() as session:
        session.add(Job(id=job_id, kind=kind, subject=subject))
    with database.session() as session:
        jobs.start(session, job_id)
    reports = Database(settings.sqlalchemy_url, busy_milliseconds=50)
    try:
        yield JobContext(job_id, settings, database, reports, run_step)
    finally:
        reports.close()
