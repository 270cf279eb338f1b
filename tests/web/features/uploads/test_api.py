"""Uploads through the API: in pieces, gone on with, refused, looked at."""

import hashlib
import os
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit_web.features.uploads.receiving import Receiver
from skipgram_audit_web.main import create_app
from skipgram_audit_web.security.guard import cookie_name
from tests.conftest import settings_on
from tests.web.features.uploads.sending import HEADERS, TWO_DOCUMENTS, append, begin, upload

settings = settings_on("sqlite", "postgres")


def test_pieces_make_a_file(client: TestClient, settings: Settings) -> None:
    data = os.urandom(3_000_000)
    answer = begin(client, "C:\\folder\\my corpus.jsonl", len(data))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["filename"], made["received_bytes"], made["sha256"]) == ("my corpus.jsonl", 0, None)
    assert append(client, made["id"], 0, data[:1_300_000]).json()["received_bytes"] == 1_300_000
    head = client.head(f"/api/v1/uploads/{made['id']}")
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("1300000", "3000000")
    done = append(client, made["id"], 1_300_000, data[1_300_000:]).json()
    assert (done["received_bytes"], done["sha256"]) == (3_000_000, hashlib.sha256(data).hexdigest())
    assert settings.upload_path(made["id"]).read_bytes() == data
    assert [path.name for path in settings.uploads_folder.iterdir()] == [made["id"]]


def test_bytes_that_do_not_follow_are_refused(client: TestClient) -> None:
    upload_id = begin(client, "a.txt", 10).json()["id"]
    append(client, upload_id, 0, b"12345")
    for offset in (0, 4, 6):
        answer = append(client, upload_id, offset, b"x")
        assert answer.status_code == 409
        assert answer.json()["error"]["details"] == {"received_bytes": 5}
    assert append(client, upload_id, 5, b"67890").json()["sha256"]
    assert append(client, upload_id, 10, b"").status_code == 409
    assert client.patch(f"/api/v1/uploads/{upload_id}", content=b"x", headers=HEADERS).status_code == 422


def test_an_upload_goes_on_after_a_restart_of_the_server(client: TestClient, settings: Settings) -> None:
    data = b"word " * 300_000
    upload_id = begin(client, "a.txt", len(data)).json()["id"]
    append(client, upload_id, 0, data[:1_200_000])
    with settings.upload_path(upload_id).open("ab") as file:  # bytes that arrived just before the server was killed
        file.write(data[1_200_000:1_200_010])
    again: FastAPI = create_app(settings)
    with TestClient(again, base_url="http://127.0.0.1:8000") as restarted:
        restarted.cookies.set(cookie_name(settings), again.state.secrets.new_session())
        query: dict[str, str | int] = {"filename": "a.txt", "total_bytes": len(data)}
        (found,) = restarted.get("/api/v1/uploads/unfinished", params=query).json()
        assert (found["id"], found["received_bytes"]) == (upload_id, 1_200_010)
        tail = data[1_200_010 - 1024 * 1024 : 1_200_010]
        assert found["tail_sha256"] == hashlib.sha256(tail).hexdigest()
        other = query | {"total_bytes": 5}
        assert restarted.get("/api/v1/uploads/unfinished", params=other).json() == []
        done = append(restarted, upload_id, 1_200_010, data[1_200_010:]).json()
    assert done["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("total_bytes", "status", "code"),
    [
        (10 * 1024**3, 413, "too_large"),
        (0, 422, "invalid_input"),
        (-1, 422, "invalid_input"),
        (10**15, 413, "too_large"),
    ],
)
def test_a_file_is_refused_before_its_first_byte(
    client: TestClient, settings: Settings, total_bytes: int, status: int, code: str
) -> None:
    answer = begin(client, "a.txt", total_bytes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["remedy"]
    assert client.get("/api/v1/uploads").json() == []


def test_a_file_larger_than_the_disk_is_refused(client: TestClient, settings: Settings) -> None:
    settings.maximum_upload_bytes = 10**15
    answer = begin(client, "a.txt", 10**15)
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")


def test_more_bytes_than_announced_are_cut_off(client: TestClient, settings: Settings) -> None:
    upload_id = begin(client, "a.txt", 3_000_000).json()["id"]
    answer = append(client, upload_id, 0, b"x" * 5_000_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert settings.upload_path(upload_id).stat().st_size <= 3_000_000


def test_only_one_request_may_send_at_a_time(client: TestClient, settings: Settings) -> None:
    upload_id = begin(client, "a.txt", 10).json()["id"]
    with Receiver(settings.upload_path(upload_id), 0, 10):
        answer = append(client, upload_id, 0, b"x")
    assert answer.status_code == 409
    assert "already" in answer.json()["error"]["message"]
    assert append(client, upload_id, 0, b"x").status_code == 200


@pytest.mark.parametrize("upload_id", ["0" * 32, "..%2F..%2Fjobs.sqlite", "x" * 5000])
def test_an_unknown_upload(client: TestClient, upload_id: str) -> None:
    assert client.get(f"/api/v1/uploads/{upload_id}").status_code == 404
    assert append(client, upload_id, 0, b"x").status_code == 404
    assert client.delete(f"/api/v1/uploads/{upload_id}", headers=HEADERS).status_code == 404


def test_the_preview_of_an_upload(client: TestClient, work: Callable[[], None]) -> None:
    upload_id = upload(client, TWO_DOCUMENTS)
    waiting = client.get(f"/api/v1/uploads/{upload_id}").json()
    assert (waiting["found"], waiting["error"]) == (None, None)
    assert client.get(f"/api/v1/jobs/{waiting['job_id']}").json()["status"] == "waiting"
    work()
    found = client.get(f"/api/v1/uploads/{upload_id}").json()["found"]
    assert found["options"]["format"] == "jsonl"
    assert found["fields"] == ["id", "title", "text"]
    assert [document["title"] for document in found["documents"]] == ["First", ""]
    options = {"format": "jsonl", "text_field": "title"}
    asked = client.post(f"/api/v1/uploads/{upload_id}/preview", json={"options": options}, headers=HEADERS)
    assert asked.status_code == 202
    work()
    found = client.get(f"/api/v1/uploads/{upload_id}").json()["found"]
    assert [document["text"] for document in found["documents"]] == ["First"]
    assert found["skipped"] == [["line 2", "no text field"]]


def test_the_preview_of_a_file_that_is_none(client: TestClient, work: Callable[[], None]) -> None:
    upload_id = upload(client, b"\x89PNG\r\n\x1a\n\0\0", "corpus.jsonl")
    work()
    shown = client.get(f"/api/v1/uploads/{upload_id}").json()
    assert shown["error"]["message"] == "The file is a PNG picture, not text."
    assert client.get(f"/api/v1/jobs/{shown['job_id']}").json()["status"] == "failed"


def test_deleting_an_upload_deletes_its_bytes(client: TestClient, settings: Settings) -> None:
    upload_id = upload(client, TWO_DOCUMENTS)
    assert client.delete(f"/api/v1/uploads/{upload_id}", headers=HEADERS).status_code == 204
    assert client.get(f"/api/v1/uploads/{upload_id}").status_code == 404
    assert list(settings.uploads_folder.iterdir()) == []


def test_options_that_make_no_sense(client: TestClient) -> None:
    upload_id = upload(client, TWO_DOCUMENTS)
    for options in ({"format": "xlsx"}, {"format": "csv", "delimiter": '"'}, {"format": "csv", "colour": "red"}):
        answer = client.post(f"/api/v1/uploads/{upload_id}/preview", json={"options": options}, headers=HEADERS)
        assert answer.status_code == 422
    assert begin(client, "", 5).status_code == 422
