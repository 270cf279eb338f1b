"""Addresses that lead nowhere, that a form was sent to, or that hold anything: plain words, never a server error."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, Job, JobKind, Status
from skipgram_audit_web.features.uploads import service as upload_service
from tests.audit_sample import make_audit, make_corpus
from tests.stored_files import audit_of

ORIGIN = {"origin": "http://127.0.0.1:8000"}
BEYOND = ("9223372036854775808", "99999999999999999999", "2147483648", "0", "-1", "9" * 5000, "abc", "1.5", "%00")


@pytest.mark.parametrize("identifier", BEYOND)
@pytest.mark.parametrize("kind", ["audits", "corpora", "models", "probes"])
def test_an_id_that_cannot_be_is_not_there(client: TestClient, kind: str, identifier: str) -> None:
    page = client.get(f"/{kind}/{identifier}")
    assert page.status_code == 404
    assert "Input should be" not in page.text
    answer = client.get(f"/api/v1/{kind}/{identifier}")
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "invalid_input"
    assert "Input should be" not in str(error)


@pytest.mark.parametrize("query", ["view=foo", "minimum_words=two", "minimum_words=1e30", "stable=perhaps"])
def test_what_is_wrong_with_a_parameter_is_said_in_plain_words(
    client: TestClient, database: Database, query: str
) -> None:
    made = make_audit(database)
    for address in (f"/audits/{made.audit_id}/documents?{query}", f"/api/v1/audits/{made.audit_id}/documents?{query}"):
        answer = client.get(address)
        assert answer.status_code == 422
        assert query.partition("=")[0] in answer.text
        assert not [raw for raw in ("Input should be", "unable to parse", "valid integer") if raw in answer.text]


def test_seeds_that_are_no_numbers_are_said_in_plain_words(client: TestClient, database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    form = {name: str(value) for name, value in AuditSettings().model_dump(exclude={"models"}).items()}
    form |= {"corpus": str(corpus_id), "probes": "weat-6", "seeds": "one, two"}
    answer = client.post("/audits", data=form, headers=ORIGIN)
    assert answer.status_code == 422
    assert "a whole number is needed" in answer.text
    assert "Input should be" not in answer.text


@pytest.mark.parametrize("identifier", ["a", "a\0b"])
def test_text_that_cannot_be_stored_is_refused(client: TestClient, identifier: str) -> None:
    body = {"corpus_id": 1, "name": identifier, "probes": ["weat-6"]}
    answer = client.post("/api/v1/audits", json=body)
    assert answer.status_code == (422 if "\0" in identifier else 404)
    assert client.get("/api/v1/uploads/a%00b").status_code in (404, 422)


def test_names_that_are_not_unicode_are_refused(client: TestClient) -> None:
    """As a field, as a value, and as the name of a list."""
    for body in (
        '{"filename": "\\ud800", "total_bytes": 1}',
        '{"filename": "a", "total_bytes": 1, "\\ud800": 1}',
        '{"filename": "a", "total_bytes": 1e400}',
        '{"filename": "a", "total_bytes": NaN}',
    ):
        answer = client.post("/api/v1/uploads", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, body
        assert answer.json()["error"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("POST", "/api/v1/uploads/x", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("PATCH", "/api/v1/probes", {"GET", "POST"}),
        ("GET", "/api/v1/corpora/1/cancel", {"POST"}),
        ("DELETE", "/corpora/new", {"GET", "POST"}),
        ("POST", "/static/style.css", {"GET", "HEAD"}),
    ],
)
def test_a_refused_method_names_all_that_are_taken(
    client: TestClient, method: str, address: str, allowed: set[str]
) -> None:
    answer = client.request(method, address, headers=ORIGIN)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/audits/1/restart", "/audits/1"),
        ("/audits/1/checks/2/train", "/audits/1/checks/2"),
        ("/audits/1/marked/view", "/audits/1/marked"),
        ("/corpora/uploads/x/import", "/corpora/uploads/x"),
        ("/probes/form", "/probes/new"),
        ("/sign-out", "/"),
    ],
)
def test_the_address_of_a_form_can_be_loaded_again(client: TestClient, address: str, page: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_sign_in_leads_a_signed_in_browser_to_the_start(client: TestClient) -> None:
    answer = client.get("/sign-in")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_place_beyond_the_end_claims_nothing(client: TestClient, database: Database) -> None:
    made = make_audit(database)
    places = {
        f"/audits/{made.audit_id}/documents": "after.999999999",
        f"/audits/{made.audit_id}/sentences": "after.999999999",
        f"/corpora/{made.corpus_id}/documents": "after.999999999",
        "/audits": "after.0",
        "/corpora": "after.0",
    }
    for address, cursor in places.items():
        page = client.get(address, params={"cursor": cursor})
        assert page.status_code == 200
        assert f'href="{address}"' in page.text, "the way back to the first page"
        assert not [
            claim for claim in ("No such", "No audits yet", "No corpora yet", "has no documents") if claim in page.text
        ]


def test_deleting_a_cancelled_import_keeps_the_file(client: TestClient, settings: Settings, database: Database) -> None:
    upload_id = upload_service.begin(database, settings, "c.txt", 5).id
    settings.uploads_folder.mkdir()
    settings.upload_path(upload_id).write_bytes(b"words")
    with database.session() as session:
        corpus = CorpusRow(name="c", filename="c.txt", reader_options={}, upload_id=upload_id, status=Status.CANCELLED)
        session.add(corpus)
        session.flush()
        corpus_id = corpus.id
    assert client.delete(f"/api/v1/corpora/{corpus_id}").status_code == 204
    assert settings.upload_path(upload_id).read_bytes() == b"words"
    assert client.get(f"/api/v1/uploads/{upload_id}").status_code == 200


def test_an_audit_whose_job_cannot_be_written_is_not_written(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, or killed, at the second step: nothing is left that can neither be cancelled, restarted nor deleted."""
    corpus_id, _ = make_corpus(database)
    body = {"corpus_id": corpus_id, "probes": ["weat-6"]}

    def locked(*_: object) -> tuple[str, bool]:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(jobs, "add", locked)
    with pytest.raises(RuntimeError):
        client.post("/api/v1/audits", json=body)
    with database.session() as session:
        assert session.query(AuditRow).count() == 0


def test_an_audit_whose_workflow_cannot_be_queued_waits_and_can_be_handled(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus_id, _ = make_corpus(database)

    def locked() -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(client.app.state.queue, "_connect", locked)  # type: ignore[attr-defined]
    made = client.post("/api/v1/audits", json={"corpus_id": corpus_id, "probes": ["weat-6"]})
    assert (made.status_code, made.json()["status"]) == (201, "waiting")
    address = f"/api/v1/audits/{made.json()['id']}"
    assert client.post(f"{address}/cancel").json()["status"] == "cancelled"
    assert client.post(f"{address}/restart").json()["status"] == "waiting"
    assert client.post(f"{address}/restart").status_code == 409
    assert client.post(f"{address}/cancel").json()["status"] == "cancelled"
    assert client.delete(address).status_code == 204
    with database.session() as session:
        assert session.query(Job).count() == 0, "a later audit may get this one's id"


def test_a_new_audit_of_a_reused_id_has_files_and_jobs_of_its_own(database: Database) -> None:
    first = make_audit(database, packed=False)
    name = audit_of(database, first.audit_id).storage_name
    with database.session() as session:
        jobs.add(session, JobKind.MAP, first.audit_id)
        audits.remove(session, first.audit_id)
        again = AuditRow(id=first.audit_id, corpus_id=first.corpus_id, name="again", settings={})
        session.add(again)
        session.flush()
        assert again.storage_name != name
        assert jobs.latest(session, JobKind.MAP, first.audit_id) is None
        assert corpora.get(session, first.corpus_id)
