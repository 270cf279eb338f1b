"""The web's side of background work: it enqueues and cancels. The row in ``jobs`` is what users see.

The workflow library is imported on first use: it costs a second, and most requests never need it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from sqlalchemy import event, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status

if TYPE_CHECKING:
    from dbos import DBOSClient

logger = logging.getLogger(__name__)

APPLICATION_NAME = "skipgram-audit"
APPLICATION_VERSION = "4"
"""Changed when the steps of a workflow change; workflows of another version are not resumed by mistake."""

DEVICE_QUEUE = "device"
"""One audit, check or comparison of mitigations at a time: it uses the whole device."""

LIGHT_QUEUE = "light"
"""Previews, imports, near-duplicates, maps, indexes, reports: they must not wait behind an audit."""

WHAT_IF_QUEUE = "what-if"
"""One predicted what-if at a time: somebody looks at the page that waits for it."""

DEVICE_KINDS = (JobKind.AUDIT, JobKind.CHECK, JobKind.MITIGATIONS, JobKind.REWRITE)
QUEUE_OF_KIND = {
    **dict.fromkeys(JobKind, LIGHT_QUEUE),
    **dict.fromkeys(DEVICE_KINDS, DEVICE_QUEUE),
    JobKind.WHAT_IF: WHAT_IF_QUEUE,
}


class JobQueue:
    """Starts and stops durable work that a worker process carries out.

    Args:
        settings: where the workflow state lives.
        database: where the jobs rows live; a new connection pool is opened when it is left out.
    """

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self._settings = settings
        self._owns_database = database is None
        self._database = database or Database(settings)
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()

    def enqueue(self, session: Session, kind: JobKind, subject: str | int) -> str:
        """Writes a job in the transaction that writes its subject; its workflow is queued once that has committed.

        So there is never a subject without its job. When the workflow cannot be queued, or the process is killed just
        then, the job waits: the worker queues what waits without a workflow.

        Args:
            session: one of Database.session().
            subject: the id of the upload, corpus, model, audit or check.

        Returns:
            The job's id; that of the job that is on its way where one of this kind and subject is.
        """
        job_id, is_new = jobs.add(session, kind, subject)
        if is_new:
            event.listen(session, "after_commit", lambda _: self._queue_or_leave(job_id, kind, str(subject)), once=True)
        return job_id

    def queue_waiting(self) -> None:
        """Queues the workflows of waiting jobs; nothing happens to those that have one, for it bears the job's id."""
        with self._database.session() as session:
            waiting = [(job.id, job.kind, job.subject) for job in jobs.active(session) if job.status == Status.WAITING]
        for job_id, kind, subject in waiting:
            self._queue(job_id, kind, subject)

    def cancel(self, job_id: str) -> None:
        """Asks a job to stop: a waiting one never starts, a running one stops within two seconds.

        Raises:
            NotFound: no such job.
            Conflict: the job has already ended.
        """
        with self._database.session() as session:
            # The update comes first: it makes a worker that is about to start this job wait for the outcome.
            ask = update(Job).where(Job.id == job_id, Job.status.in_(jobs.ACTIVE)).values(cancel_requested=True)
            asked = session.scalar(ask.returning(Job.id))
            job = jobs.get(session, job_id)
            if asked is None:
                raise Conflict(f"This job has already ended: it is {job.status}.")
            waiting = job.status == Status.WAITING
            if waiting:
                jobs.end(session, job_id, Status.CANCELLED)
        if waiting:
            self._cancel_workflow(job_id)

    def _cancel_workflow(self, job_id: str) -> None:
        """Spares the worker a look at a job that has ended; without it, that look is all that happens."""
        try:
            self._connect().cancel_workflow(job_id)
        except Exception:
            logger.exception("The workflow of the job %s could not be cancelled.", job_id)

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._owns_database:
            self._database.close()

    def _queue_or_leave(self, job_id: str, kind: JobKind, subject: str) -> None:
        """Queues a workflow; its job waits for the worker to queue it where that fails."""
        try:
            self._queue(job_id, kind, subject)
        except Exception:
            logger.exception("The job %s could not be queued; the worker will do it.", job_id)

    def _queue(self, job_id: str, kind: JobKind, subject: str) -> None:
        self._connect().enqueue(
            {
                "workflow_name": str(kind),
                "queue_name": QUEUE_OF_KIND[kind],
                "workflow_id": job_id,
                "app_version": APPLICATION_VERSION,
            },
            job_id,
            subject,
        )

    def _connect(self) -> DBOSClient:
        with self._lock:
            if self._client is None:
                from dbos import DBOSClient, DBOSPortableJSONSerializer

                self._client = DBOSClient(
                    system_database_url=self._settings.jobs_url,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=APPLICATION_NAME,
                )
            return self._client
