"""The web's side of background work: it enqueues and cancels. The row in ``jobs`` is what users see.

The workflow library is imported on first use: it costs a second, and most requests never need it.
"""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import update

from app.errors import Conflict
from app.settings import Settings
from app.store import jobs
from app.store.database import Database
from app.store.models import Job, JobKind, Status

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION_NAME = "skipgram-audit"
APPLICATION_VERSION = "4"
"""Changed when the steps of a workflow change; workflows of another version are not resumed by mistake."""

DEVICE_QUEUE = "device"
"""One audit or check at a time: it uses the whole device."""

LIGHT_QUEUE = "light"
"""Previews, imports of corpora and models, near-duplicates, maps, indexes: they must not wait behind an audit."""

QUEUE_OF_KIND = {
    JobKind.PREVIEW: LIGHT_QUEUE,
    JobKind.IMPORT: LIGHT_QUEUE,
    JobKind.MODEL: LIGHT_QUEUE,
    JobKind.AUDIT: DEVICE_QUEUE,
    JobKind.CHECK: DEVICE_QUEUE,
    JobKind.NEAR_DUPLICATES: LIGHT_QUEUE,
    JobKind.MAP: LIGHT_QUEUE,
    JobKind.SEARCH: LIGHT_QUEUE,
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

    def enqueue_preview(self, upload_id: str) -> str:
        """Looks at an upload's beginning; the result lands in ``uploads.preview``."""
        return self._enqueue(JobKind.PREVIEW, upload_id)

    def enqueue_import(self, corpus_id: int) -> str:
        """Reads a corpus's upload into documents."""
        return self._enqueue(JobKind.IMPORT, str(corpus_id))

    def enqueue_model(self, model_id: int) -> str:
        """Reads an imported model from its upload."""
        return self._enqueue(JobKind.MODEL, str(model_id))

    def enqueue_audit(self, audit_id: int) -> str:
        """Trains, measures and attributes; the row of the audit holds the settings."""
        return self._enqueue(JobKind.AUDIT, str(audit_id))

    def enqueue_check(self, check_id: int) -> str:
        """Retrains an audit's corpus without sets of documents; the row of the check holds the plan."""
        return self._enqueue(JobKind.CHECK, str(check_id))

    def enqueue_near_duplicates(self, corpus_id: int) -> str:
        """Looks for near-duplicates in a corpus that an older version imported."""
        return self._enqueue(JobKind.NEAR_DUPLICATES, str(corpus_id))

    def enqueue_map(self, audit_id: int) -> str:
        """Draws the map of an audit's documents."""
        return self._enqueue(JobKind.MAP, str(audit_id))

    def enqueue_search(self, corpus_id: int) -> str:
        """Makes the search index of a corpus."""
        return self._enqueue(JobKind.SEARCH, str(corpus_id))

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
            self._connect().cancel_workflow(job_id)

    def close(self) -> None:
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._owns_database:
            self._database.close()

    def _enqueue(self, kind: JobKind, subject: str) -> str:
        """Writes the jobs row, then the workflow: a worker that is quicker than us finds its row.

        Call it after the session that wrote the subject has committed.
        """
        job_id = uuid.uuid4().hex
        with self._database.session() as session:
            session.add(Job(id=job_id, kind=kind, subject=subject))
        try:
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
        except Exception:
            with self._database.session() as session:
                jobs.end(session, job_id, Status.FAILED, "The job could not be queued.", "Start it again.")
            raise
        return job_id

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
