import pytest
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Status
from skipgram_audit_web.features.reports.service import available_downloads
from tests.audit_sample import Sample, make_audit
from tests.stored_files import audit_of


@pytest.fixture
def sample(settings: Settings, database: Database) -> Sample:
    made = make_audit(database)
    folder = settings.audit_folder(audit_of(database, made.audit_id).storage_name)
    folder.mkdir(parents=True)
    for name in ("report.html", "documents.csv", "manifest.json", "vectors-seed-2.txt", "vectors-seed-1.txt"):
        (folder / name).write_text(f"content of {name}", encoding="utf-8")
    (folder / "secret.txt").write_text("not to be handed out")
    (folder.parent / "corpus.npz").write_text("not to be handed out")
    return made


def test_known_files_are_offered_in_order(settings: Settings, database: Database, sample: Sample) -> None:
    names = [item.filename for item in available_downloads(settings, audit_of(database, sample.audit_id))]
    assert names == ["report.html", "documents.csv", "manifest.json", "vectors-seed-1.txt", "vectors-seed-2.txt"]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_download_is_an_attachment(client: TestClient, sample: Sample, prefix: str) -> None:
    answer = client.get(f"{prefix}/audits/{sample.audit_id}/downloads/documents.csv")
    assert answer.status_code == 200
    assert answer.text == "content of documents.csv"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-{sample.audit_id}-documents.csv"'


@pytest.mark.parametrize("name", ["secret.txt", "..%2Fcorpus.npz", "%2Fetc%2Fpasswd", "unfinished"])
def test_nothing_else_is_handed_out(client: TestClient, sample: Sample, name: str) -> None:
    assert client.get(f"/api/v1/audits/{sample.audit_id}/downloads/{name}").status_code == 404


def test_the_list_holds_addresses_that_answer(client: TestClient, sample: Sample) -> None:
    listed = client.get(f"/api/v1/audits/{sample.audit_id}/downloads").json()
    assert len(listed) == 5
    assert all(client.get(item["address"]).status_code == 200 for item in listed)


def test_an_audit_that_runs_has_no_downloads(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        session.get_one(AuditRow, sample.audit_id).status = Status.RUNNING
    answer = client.get(f"/api/v1/audits/{sample.audit_id}/downloads/report.html")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "conflict"
