"""Corpora through the API: imported, shown, refused, deleted."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, CorpusWord, Document, SkippedRow, Status
from tests.conftest import settings_on
from tests.stored_files import audit_folder
from tests.web.features.uploads.sending import HEADERS, TWO_DOCUMENTS, begin, import_corpus, upload

settings = settings_on("sqlite", "postgres")

Work = Callable[[], None]


def test_a_corpus_is_imported_and_shown(client: TestClient, work: Work, settings: Settings) -> None:
    corpus = import_corpus(client, work, TWO_DOCUMENTS + b"nonsense\n", name="Mine", language="en")
    assert (corpus["name"], corpus["status"]) == ("Mine", "done")
    assert (corpus["document_count"], corpus["sentence_count"], corpus["token_count"]) == (2, 3, 7)
    assert corpus["skipped_reasons"] == {"not valid JSON": 1}
    assert corpus["rows"] == {
        "in_file": 3, "documents": 2, "skipped": {"not valid JSON": 1}, "notes": [], "remarks": [], "advice": [],
        "files": [],
    }  # fmt: skip
    assert corpus["finished_at"]
    address = f"/api/v1/corpora/{corpus['id']}"
    assert client.get(f"/api/v1/jobs/{corpus['job_id']}").json()["status"] == "done"
    assert [item["id"] for item in client.get("/api/v1/corpora").json()["items"]] == [corpus["id"]]
    page = client.get(f"{address}/documents").json()
    assert [(item["external_id"], item["title"], item["snippet"]) for item in page["items"]] == [
        ("a", "First", "He is here. She is not."),
        ("b", "", "Nobody."),
    ]
    document = client.get(f"{address}/documents/{page['items'][0]['id']}").json()
    assert [document["text"][start:end] for start, end in document["sentences"]] == ["He is here.", "She is not."]
    assert client.get(f"{address}/skipped").json() == [{"place": "line 3", "reason": "not valid JSON"}]
    download = client.get(f"/corpora/{corpus['id']}/skipped.csv")
    assert download.text.splitlines() == ["place,reason", "line 3,not valid JSON"]
    assert "attachment" in download.headers["content-disposition"]
    assert client.get(f"{address}/words", params={"limit": 2}).json() == [
        {"word": "is", "count": 2},
        {"word": "he", "count": 1},
    ]
    assert client.get("/api/v1/uploads").json() == []
    assert [file.name for file in settings.uploads_folder.iterdir()] == [corpus["upload_id"]]


def test_documents_come_in_pages(client: TestClient, work: Work) -> None:
    rows = "".join(json.dumps({"text": f"Document number {number}."}) + "\n" for number in range(25))
    corpus = import_corpus(client, work, rows.encode())
    address = f"/api/v1/corpora/{corpus['id']}/documents"
    first = client.get(address, params={"size": 10}).json()
    second = client.get(address, params={"size": 10, "cursor": first["next"]}).json()
    third = client.get(address, params={"size": 10, "cursor": second["next"]}).json()
    positions = [item["position"] for page in (first, second, third) for item in page["items"]]
    assert positions == list(range(25))
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(address, params={"size": 10, "cursor": third["previous"]}).json()["items"] == second["items"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"body": "words"}\n', "No document could be read: 1 row was skipped (no text field: 1)."),
        (b"\xff\xfe\xfa", "The file is binary"),
        ('{"text": "naïve"}'.encode("cp1252"), "Line 1, byte 12 of the file (0xef) is not valid utf-8."),
    ],
)
def test_an_import_that_fails_says_why(client: TestClient, work: Work, data: bytes, message: str) -> None:
    corpus = import_corpus(client, work, data)
    assert corpus["status"] == "failed"
    if data[:1] != b"\xff":
        assert corpus["error"].startswith(message)
    job = client.get(f"/api/v1/jobs/{corpus['job_id']}").json()
    assert (job["status"], bool(job["remedy"])) == ("failed", True)


def test_another_try_takes_the_place_of_a_failed_one(client: TestClient, work: Work) -> None:
    failed = import_corpus(client, work, b'{"body": "Some words."}\n')
    (upload_id,) = [item["id"] for item in client.get("/api/v1/uploads").json()]
    body = {"upload_id": upload_id, "options": {"format": "jsonl", "text_field": "body"}}
    made = client.post("/api/v1/corpora", json=body, headers=HEADERS).json()
    refused = client.post("/api/v1/corpora", json=body, headers=HEADERS)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    work()
    assert client.get(f"/api/v1/corpora/{made['id']}").json()["status"] == "done"
    assert [item["id"] for item in client.get("/api/v1/corpora").json()["items"]] == [made["id"]]
    assert failed["id"] == made["id"] or client.get(f"/api/v1/corpora/{failed['id']}").status_code == 404


def test_an_import_can_be_cancelled(client: TestClient, work: Work) -> None:
    body = {"upload_id": upload(client, TWO_DOCUMENTS), "options": {"format": "jsonl"}}
    corpus = client.post("/api/v1/corpora", json=body, headers=HEADERS).json()
    address = f"/api/v1/corpora/{corpus['id']}"
    assert client.delete(address, headers=HEADERS).status_code == 409
    assert client.delete(f"/api/v1/uploads/{body['upload_id']}", headers=HEADERS).status_code == 409
    assert client.post(f"{address}/cancel", headers=HEADERS).status_code == 202
    work()
    assert client.get(address).json()["status"] == "cancelled"
    assert client.post(f"{address}/cancel", headers=HEADERS).status_code == 409
    assert [item["id"] for item in client.get("/api/v1/uploads").json()] == [body["upload_id"]]


def test_an_upload_that_has_not_arrived_cannot_be_imported(client: TestClient) -> None:
    upload_id = begin(client, "a.jsonl", 100).json()["id"]
    body = {"upload_id": upload_id, "options": {"format": "jsonl"}}
    assert client.post("/api/v1/corpora", json=body, headers=HEADERS).status_code == 409
    assert client.post(f"/api/v1/uploads/{upload_id}/preview", json={}, headers=HEADERS).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"upload_id": "none"}, 404),
        ({"language": "not a language"}, 422),
        ({"language": "xx"}, 422),
        ({"options": {"format": "jsonl", "text_field": ""}}, 422),
        ({"options": {}}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_an_import_that_cannot_be_started(client: TestClient, changes: dict[str, Any], status: int) -> None:
    body = {"upload_id": upload(client, TWO_DOCUMENTS), "options": {"format": "jsonl"}} | changes
    assert client.post("/api/v1/corpora", json=body, headers=HEADERS).status_code == status
    assert client.get("/api/v1/corpora").json()["items"] == []


def test_deleting_a_corpus_deletes_everything_of_it(
    client: TestClient, work: Work, database: Database, settings: Settings
) -> None:
    kept = import_corpus(client, work, TWO_DOCUMENTS + b"nonsense\n")
    gone = import_corpus(client, work, TWO_DOCUMENTS + b"nonsense\n")
    with database.session() as session:
        audit = AuditRow(corpus_id=gone["id"], name="An audit", settings={}, status=Status.RUNNING)
        session.add(audit)
        session.flush()
        audit_id = audit.id
    folder = audit_folder(settings, database, audit_id)
    folder.mkdir(parents=True)
    address = f"/api/v1/corpora/{gone['id']}"
    refused = client.delete(address, headers=HEADERS)
    assert refused.status_code == 409
    assert "An audit" in refused.json()["error"]["message"]
    with database.session() as session:
        session.execute(update(AuditRow).values(status=Status.DONE))
    refused = client.delete(address, headers=HEADERS)
    assert refused.status_code == 409
    assert refused.json()["error"]["details"]["audits"] == [{"id": audit_id, "name": "An audit"}]
    assert client.get(address).status_code == 200
    assert client.delete(f"{address}?with_audits=true", headers=HEADERS).status_code == 204
    assert client.get(address).status_code == 404
    assert not folder.exists()
    with database.session() as session:
        for model in (Document, CorpusWord, SkippedRow):
            assert set(session.scalars(select(model.corpus_id))) == {kept["id"]}
        assert session.scalars(select(CorpusRow.id)).all() == [kept["id"]]


def test_what_is_not_there(client: TestClient, work: Work) -> None:
    corpus = import_corpus(client, work, TWO_DOCUMENTS)
    other = import_corpus(client, work, TWO_DOCUMENTS)
    document = client.get(f"/api/v1/corpora/{other['id']}/documents").json()["items"][0]["id"]
    for address in ("9999", "9999/documents", "9999/words", "9999/skipped", f"{corpus['id']}/documents/{document}"):
        assert client.get(f"/api/v1/corpora/{address}").status_code == 404
    assert client.get(f"/api/v1/corpora/{corpus['id']}/documents", params={"cursor": "x"}).status_code == 422


def test_the_api_is_described(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"get", "post"} <= set(paths["/api/v1/corpora"])
    assert {"get", "head", "patch", "delete"} <= set(paths["/api/v1/uploads/{upload_id}"])
