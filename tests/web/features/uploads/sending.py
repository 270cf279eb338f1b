"""A program's way of sending a file, and of importing it."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

HEADERS = {"origin": "http://127.0.0.1:8000"}
TWO_DOCUMENTS = b'{"id": "a", "title": "First", "text": "He is here. She is not."}\n{"id": "b", "text": "Nobody."}\n'


def begin(client: TestClient, filename: str, total_bytes: int) -> Any:
    body = {"filename": filename, "total_bytes": total_bytes}
    return client.post("/api/v1/uploads", json=body, headers=HEADERS)


def append(client: TestClient, upload_id: str, offset: int, data: bytes) -> Any:
    headers = HEADERS | {"upload-offset": str(offset), "content-type": "application/octet-stream"}
    return client.patch(f"/api/v1/uploads/{upload_id}", content=data, headers=headers)


def upload(client: TestClient, data: bytes, filename: str = "corpus.jsonl") -> str:
    upload_id = str(begin(client, filename, len(data)).json()["id"])
    assert append(client, upload_id, 0, data).status_code == 200
    return upload_id


def import_corpus(
    client: TestClient, work: Callable[[], None], data: bytes, filename: str = "corpus.jsonl", **changes: Any
) -> Any:
    """The corpus as the API tells it when the worker is done."""
    body = {"upload_id": upload(client, data, filename), "options": {"format": "jsonl"}} | changes
    made = client.post("/api/v1/corpora", json=body, headers=HEADERS)
    assert made.status_code == 201, made.text
    work()
    return client.get(f"/api/v1/corpora/{made.json()['id']}").json()
