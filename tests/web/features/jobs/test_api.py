"""The JSON of background work, as pages ask for it."""

from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from tests.conftest import settings_on
from tests.queueing import enqueue

settings = settings_on("sqlite", "postgres")


def test_a_job_is_shown_and_cancelled(client: TestClient, database: Database) -> None:
    queue: JobQueue = client.app.state.queue  # type: ignore[attr-defined]
    job_id = enqueue(database, queue, JobKind.PREVIEW, "upload")
    body = client.get(f"/api/v1/jobs/{job_id}").json()
    assert (body["kind"], body["subject"], body["status"], body["fraction"]) == ("preview", "upload", "waiting", 0.0)
    assert body["seconds_left"] is None
    cancelled = client.post(f"/api/v1/jobs/{job_id}/cancel").json()
    assert (cancelled["status"], cancelled["cancel_requested"]) == ("cancelled", True)
    again = client.post(f"/api/v1/jobs/{job_id}/cancel")
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "conflict"


def test_a_running_job_is_asked_to_stop(client: TestClient, database: Database) -> None:
    with database.session() as session:
        session.add(Job(id="a" * 32, kind="audit", subject="1", status=Status.RUNNING))
    body = client.post(f"/api/v1/jobs/{'a' * 32}/cancel").json()
    assert (body["status"], body["cancel_requested"]) == ("running", True)
