"""The JSON API of probes."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Status
from tests.conftest import settings_on
from tests.web.features.probes.sample import DEFINITION, make_corpus

settings = settings_on("sqlite", "postgres")

API = "/api/v1/probes"


def test_create_show_change_delete(client: TestClient) -> None:
    created = client.post(API, json=DEFINITION)
    assert created.status_code == 201
    address = created.headers["location"]
    assert client.get(address).json()["definition"] == DEFINITION
    changed = {**DEFINITION, "description": "new"}
    assert client.put(address, json=changed).json()["definition"] == changed
    assert client.delete(address).status_code == 204
    assert client.get(address).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"name": "weat-1"}, 409, "conflict"),
        ({"targets": {"one": ["a"]}}, 422, "invalid_input"),
        ({"targets": {"one": ["a"], "two": ["A"]}}, 422, "invalid_input"),
        ({"kind": "rnsb"}, 422, "invalid_input"),
        ({"targets": {"one": ["a"], "two": ["b"]}}, 422, "invalid_input"),
        ({"surplus": 1}, 422, "invalid_input"),
    ],
)
def test_bad_probes_are_refused_with_the_one_error_shape(
    client: TestClient, changes: dict[str, object], status: int, code: str
) -> None:
    response = client.post(API, json={**DEFINITION, **changes})
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"code", "message", "remedy", "details"}
    assert error["code"] == code


def test_built_in_probes_are_read_only(client: TestClient) -> None:
    probe = client.get(API).json()["probes"][0]
    assert probe["built_in"]
    assert client.put(f"{API}/{probe['id']}", json=DEFINITION).status_code == 403
    assert client.delete(f"{API}/{probe['id']}").status_code == 403


def test_coverage(client: TestClient, database: Database) -> None:
    corpus_id = make_corpus(database)
    address = client.post(API, json=DEFINITION).headers["location"]
    body = client.get(f"{address}/coverage", params={"corpus": corpus_id}).json()
    assert [(item["name"], item["role"]) for item in body["sets"]] == [
        ("She", "target"),
        ("He", "target"),
        ("Home", "attribute"),
        ("Work", "attribute"),
    ]
    assert body["sets"][1]["words"] == [
        {"word": "he", "count": 5},
        {"word": "his", "count": 0},
        {"word": "man", "count": 0},
    ]
    assert body["sets"][2]["missing"] == ["Küche", "sofa"]
    exact = client.get(f"{address}/coverage", params={"corpus": corpus_id, "casefold": False}).json()
    assert exact["sets"][1]["words"][0]["count"] == 3
    assert exact["sets"][3]["missing"] == ["office", "NASA", "desk"]
    assert {"name": "He", "found": 1, "needed": 3} in body["lacking"]


def test_coverage_needs_a_corpus_that_has_been_read(client: TestClient, database: Database) -> None:
    waiting = make_corpus(database, Status.RUNNING)
    address = client.post(API, json=DEFINITION).headers["location"]
    assert client.get(f"{address}/coverage", params={"corpus": waiting}).status_code == 409
    assert client.get(f"{address}/coverage", params={"corpus": 10**6}).status_code == 404


def test_the_description_names_every_route_and_the_error_shape(client: TestClient) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert {f"{API}", f"{API}/{{probe_id}}", f"{API}/{{probe_id}}/coverage"} <= set(description["paths"])
    assert "ErrorBody" in description["components"]["schemas"]
    assert all(path.startswith("/api/v1/") for path in description["paths"])
