"""The start page, on the first day and later."""

from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from tests.audit_sample import make_audit
from tests.web import page as reading


def test_the_first_visit_shows_three_steps(client: TestClient) -> None:
    page = client.get("/").text
    assert {"/corpora/new", "/probes", "/audits/new"} <= set(reading.links(page))
    assert reading.rows(page, "Latest audits") == []
    assert 'class="steps"' in page


def test_later_it_shows_the_latest_audits_with_their_scores(client: TestClient, database: Database) -> None:
    make_audit(database)
    page = client.get("/").text
    ((_, _, scores, status),) = reading.rows(page, "Latest audits")
    assert scores.startswith("weat-6 +1.25")
    assert status == "Done"
    assert 'class="steps"' not in page


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
