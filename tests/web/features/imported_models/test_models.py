"""Models from upload to audit form, by API and pages, and what their deletion takes with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Status, Upload
from tests.audit_sample import make_corpus
from tests.library.pretrained.samples import converted, train
from tests.stored_files import audit_folder, model_path
from tests.web import page as reading
from tests.web.features.uploads.sending import HEADERS, append, begin

Work = Callable[[], None]
TEXT = b"3 2\nhe 1 2\nshe 2 1\nhe 3 3\n"


def send(client: TestClient, data: bytes, filename: str = "vectors.txt") -> str:
    body = {"filename": filename, "total_bytes": len(data), "purpose": "model"}
    made = client.post("/api/v1/uploads", json=body, headers=HEADERS).json()
    assert append(client, made["id"], 0, data).status_code == 200
    return str(made["id"])


def import_model(client: TestClient, work: Work, data: bytes, filename: str = "vectors.txt") -> dict[str, Any]:
    send(client, data, filename)
    work()
    newest = client.get("/api/v1/models").json()["items"][0]
    return dict(client.get(f"/api/v1/models/{newest['id']}").json())


def word2vec(tmp_path: Path, **options: object) -> bytes:
    train(**options).save(str(tmp_path / "m"))
    return converted(tmp_path / "m").read_bytes()


def test_an_upload_for_a_model_is_read_as_soon_as_it_has_arrived(
    client: TestClient, work: Work, settings: Settings, database: Database
) -> None:
    model = import_model(client, work, TEXT)
    assert (model["status"], model["name"], model["upload_id"]) == ("done", "vectors.txt", None)
    assert (model["facts"]["words"], model["facts"]["dimension"]) == (2, 2)
    assert list(model["facts"]["left_out"].values()) == [1]
    assert model_path(settings, database, model["id"]).is_file()
    assert list(settings.uploads_folder.iterdir()) == []
    with database.session() as session:
        assert session.query(Upload).count() == 0
    page = client.get(f"/models/{model['id']}").text
    assert "repeated words" in page
    assert "not stated" in page
    assert "vectors.txt" in client.get("/models").text
    assert "vectors.txt" not in client.get("/corpora").text


def test_a_model_that_cannot_be_read_says_why_and_can_be_deleted(
    client: TestClient, work: Work, settings: Settings
) -> None:
    model = import_model(client, work, b"2 2\nhe 1 2\n<b>x</b> nan 1\n", "bad<i>.txt")
    assert model["status"] == "failed"
    assert "not finite" in model["error"]
    page = client.get(f"/models/{model['id']}").text
    assert "<b>x</b>" not in page
    assert "<i>" not in page
    assert client.post(f"/models/{model['id']}/restart", headers=HEADERS, follow_redirects=False).status_code == 303
    work()
    assert client.delete(f"/api/v1/models/{model['id']}", headers=HEADERS).status_code == 204
    assert client.get(f"/api/v1/models/{model['id']}").status_code == 404
    assert list(settings.uploads_folder.iterdir()) == []


def test_a_pickle_is_refused_with_the_command_that_converts_it(client: TestClient, work: Work, tmp_path: Path) -> None:
    train().save(str(tmp_path / "m"))
    model = import_model(client, work, (tmp_path / "m").read_bytes(), "word2vec.model")
    assert model["status"] == "failed"
    assert "skipgram-audit convert" in model["error"]
    assert "skipgram-audit convert" in client.get(f"/models/{model['id']}").text
    assert "skipgram-audit convert" in client.get("/models/new").text


def test_a_plain_form_takes_a_file_and_an_upload_leads_to_its_model(client: TestClient, work: Work) -> None:
    sent = client.post("/models/new", files={"file": ("plain.txt", TEXT)}, headers=HEADERS, follow_redirects=False)
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert "plain.txt" in client.get(address).text
    upload_id = client.get(f"/api/v1{address}").json()["upload_id"]
    led = client.get(f"/models/uploads/{upload_id}", follow_redirects=False)
    assert led.headers["location"] == address
    work()
    assert client.get(f"/api/v1{address}").json()["upload_id"] is None
    led = client.get(f"/models/uploads/{upload_id}", follow_redirects=False)
    assert led.headers["location"] == address
    unknown = client.get("/models/uploads/0123")
    assert unknown.status_code == 404
    assert reading.values(unknown.text, "error") == ["not_found"]
    unfinished = begin(client, "half.txt", 100).json()["id"]
    assert unfinished in str(client.get("/api/v1/uploads/unfinished?filename=half.txt&total_bytes=100").json())
    query = "filename=half.txt&total_bytes=100&purpose=model"
    assert client.get(f"/api/v1/uploads/unfinished?{query}").json() == []


def audit(client: TestClient, corpus_id: int, **changes: Any) -> Any:
    body = {"corpus_id": corpus_id, "probes": ["weat-6"], "settings": {"estimator": "per-word"}, **changes}
    return client.post("/api/v1/audits", json=body, headers=HEADERS)


def test_an_audit_takes_what_the_file_states_and_goes_with_the_model(
    client: TestClient, work: Work, database: Database, settings: Settings, tmp_path: Path
) -> None:
    corpus_id, _ = make_corpus(database)
    model = import_model(client, work, word2vec(tmp_path, window=3, negative=7))
    made = audit(client, corpus_id, model_ids=[model["id"]])
    assert made.status_code == 201, made.text
    chosen = made.json()["settings"]
    assert (chosen["window"], chosen["negatives"], chosen["dimension"], chosen["epochs"]) == (3, 7, 12, 2)
    assert (chosen["seeds"], chosen["null_shuffles"]) == ([1], 0)
    assert chosen["models"][0]["sha256"] == model["source_sha256"]
    address = f"/api/v1/models/{model['id']}"
    assert client.get(address).json()["audit_ids"] == [made.json()["id"]]
    assert client.delete(address, headers=HEADERS).status_code == 409
    with database.session() as session:
        job = jobs.active(session)[0]
        jobs.end(session, job.id, Status.CANCELLED)
    folder = audit_folder(settings, database, made.json()["id"])
    folder.mkdir(parents=True)
    file = model_path(settings, database, model["id"])
    assert file.is_file()
    assert client.delete(address, headers=HEADERS).status_code == 204
    with database.session() as session:
        assert audits.page(session).items == []
        assert corpora.get(session, corpus_id).status == Status.DONE
    assert not folder.exists()
    assert not file.exists()


@pytest.mark.parametrize(
    ("options", "changes", "message"),
    [
        ({}, {"settings": {"estimator": "replay"}}, "only its end"),
        ({"sg": 0}, {}, "trained by cbow with negative sampling"),
        ({"hs": 1, "negative": 0}, {}, "hierarchical softmax"),
        ({"window": 60}, {}, "window"),
    ],
)
def test_what_cannot_be_done_with_a_model_is_refused_before_it_starts(
    options: dict[str, object],
    changes: dict[str, Any],
    message: str,
    client: TestClient,
    work: Work,
    database: Database,
    tmp_path: Path,
) -> None:
    corpus_id, _ = make_corpus(database)
    model = import_model(client, work, word2vec(tmp_path, **options))
    refused = audit(client, corpus_id, model_ids=[model["id"]], **changes)
    assert refused.status_code == 422
    assert message in refused.json()["error"]["message"]


def test_models_of_different_trainings_are_no_seeds(
    client: TestClient, work: Work, database: Database, tmp_path: Path
) -> None:
    corpus_id, _ = make_corpus(database)
    ids = [import_model(client, work, word2vec(tmp_path, seed=1))["id"]]
    ids.append(import_model(client, work, word2vec(tmp_path, seed=2))["id"])
    assert audit(client, corpus_id, model_ids=ids).json()["settings"]["seeds"] == [1, 2]
    ids.append(import_model(client, work, word2vec(tmp_path, window=2))["id"])
    refused = audit(client, corpus_id, model_ids=ids).json()["error"]
    assert refused["code"].startswith("invalid")
    assert "window" in refused["message"]
    assert audit(client, corpus_id, model_ids=[ids[0], ids[0]]).status_code == 422
    sent = {"settings": {"estimator": "per-word", "models": [{"name": "x", "sha256": "y", "facts": {
        "format": "f", "words": 1, "dimension": 2}}]}}  # fmt: skip
    assert "model_ids" in audit(client, corpus_id, **sent).json()["error"]["remedy"]


def test_the_form_offers_models_refuses_estimators_and_says_what_cannot_be_claimed(
    client: TestClient, work: Work, database: Database, tmp_path: Path
) -> None:
    make_corpus(database)
    assert 'name="models"' not in client.get("/audits/new").text
    model = import_model(client, work, word2vec(tmp_path))
    plain = client.get("/audits/new").text
    assert f'name="models" value="{model["id"]}"' in plain
    assert 'value="replay" disabled' not in plain
    ticked = client.get(f"/audits/new?models={model['id']}").text
    assert "limits" in reading.values(ticked, "notice")
    assert 'value="per-word" checked' in ticked
    assert 'value="replay" disabled' in ticked
