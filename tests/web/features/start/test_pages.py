"""The start page, on the first day and later."""

from fastapi.testclient import TestClient
from tests.audit_sample import make_audit

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status


def test_the_first_visit_shows_three_steps(client: TestClient) -> None:
    page = client.get("/").text
    assert "1. Load a corpus" in page
    assert "Latest audits" not in page


def test_later_it_shows_the_latest_audits_with_their_scores(client: TestClient, database: Database) -> None:
    make_audit(database)
    page = client.get("/").text
    assert "Latest audits" in page
    assert "weat-6" in page
    assert "+1.25" in page
    assert "1. Load a corpus" not in page


def test_a_running_audit_is_followed(client: TestClient, database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        job = Job(
            id="b" * 32, kind=JobKind.AUDIT, subject=str(sample.audit_id), status=Status.RUNNING, phase="Training"
        )
        session.add(job)
    page = client.get("/").text
    assert f'data-job="/api/v1/jobs/{"b" * 32}"' in page
    assert "Training" in page
