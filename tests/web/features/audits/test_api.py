from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from tests.audit_sample import Sample, make_audit, make_corpus
from tests.conftest import settings_on

settings = settings_on("sqlite", "postgres")

HEADERS = {"origin": "http://127.0.0.1:8000"}
OWN_PROBE = {
    "name": "mine",
    "targets": {"X": ["he", "his", "him"], "Y": ["she", "her", "hers"]},
    "attributes": {"A": ["office", "career", "salary"], "B": ["home", "family", "kitchen"]},
}


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


def create(client: TestClient, corpus_id: int, **changes: Any) -> Any:
    body = {"corpus_id": corpus_id, "probes": ["weat-6"], **changes}
    return client.post("/api/v1/audits", json=body, headers=HEADERS)


def test_an_audit_is_created_read_cancelled_and_deleted(client: TestClient, database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    answer = create(client, corpus_id, probes=["weat-6", OWN_PROBE], settings={"epochs": 3})
    assert answer.status_code == 201
    made = answer.json()
    assert made["status"] == "waiting"
    assert made["probes"] == ["weat-6", "mine"]
    assert made["settings"]["epochs"] == 3
    assert made["job"]["status"] == "waiting"
    address = f"/api/v1/audits/{made['id']}"
    assert client.get(address).json() == made
    assert client.delete(address, headers=HEADERS).status_code == 409
    assert client.post(f"{address}/cancel", headers=HEADERS).json()["status"] == "cancelled"
    assert client.post(f"{address}/restart", headers=HEADERS).json()["status"] == "waiting"
    client.post(f"{address}/cancel", headers=HEADERS)
    assert client.delete(address, headers=HEADERS).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"corpus_id": 999}, 404, "no corpus 999"),
        ({"probes": []}, 422, "at least one probe"),
        ({"probes": ["gone"]}, 404, "no probe named 'gone'"),
        ({"probes": [{**OWN_PROBE, "targets": {"X": ["he"], "Y": ["He"]}}]}, 422, "both lists of [targets] contain he"),
        ({"settings": {"epochs": 0}}, 422, "the least is 1"),
        ({"settings": {"speed": 1}}, 422, "there is no such field"),
    ],
)
def test_a_request_that_cannot_be_carried_out_says_why(
    client: TestClient, database: Database, changes: dict[str, Any], status: int, message: str
) -> None:
    corpus_id, _ = make_corpus(database)
    answer = create(client, **{"corpus_id": corpus_id, **changes})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "remedy", "details"}
    assert message in answer.json()["error"]["message"]


def test_a_finished_audit_has_its_results(client: TestClient, sample: Sample) -> None:
    detail = client.get(f"/api/v1/audits/{sample.audit_id}").json()
    assert detail["document_count"] == 15
    first, second, third = detail["results"]
    assert (first["name"], first["score"], first["measured"]) == ("weat-6", 1.25, True)
    assert second["score"] == -0.5
    assert third["measured"] is False
    assert third["missing"]["Flowers"] == ["aster", "clover"]
    assert len(first["associations"]) == 32
    assert sum(first["histogram"]["counts"]) + first["zero_documents"] == 15
    listed = client.get("/api/v1/audits").json()
    assert [item["id"] for item in listed["items"]] == [sample.audit_id]
    assert client.get(f"/api/v1/audits?corpus={sample.corpus_id + 1}").json()["items"] == []


def test_what_does_not_exist_is_not_found(client: TestClient, sample: Sample) -> None:
    address = f"/api/v1/audits/{sample.audit_id}/documents"
    assert client.get(f"{address}/999999").status_code == 404
    assert client.get(address, params={"probe": "nonsense"}).status_code == 404
    assert client.get(address, params={"probe": "weat-1"}).status_code == 409
    assert client.get("/api/v1/audits/999").json()["error"]["code"] == "not_found"


def test_the_schema_describes_every_answer(client: TestClient) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    ours = {path: operations for path, operations in schema["paths"].items() if path.startswith("/api/v1/audits")}
    assert len(ours) > 20
    for path, operations in ours.items():
        for method, operation in operations.items():
            good = next(code for code in operation["responses"] if code.startswith("2"))
            content = operation["responses"][good].get("content", {})
            assert method == "delete" or content, path
            documented = {"400", "401", "403", "404", "405", "409", "413", "422", "507"}
            assert documented <= set(operation["responses"]), path


def test_a_probe_with_too_few_words_is_refused_by_name_and_number(client: TestClient, database: Database) -> None:
    corpus_id = make_audit(database).corpus_id
    probe = {**OWN_PROBE, "targets": {"X": ["he"], "Y": ["she"]}}
    answer = client.post("/api/v1/audits", json={"corpus_id": corpus_id, "probes": [probe]})
    assert answer.status_code == 422
    message = answer.json()["error"]["message"]
    assert "word list 'X' of [targets] has 1" in message
    assert "function-" not in message


def test_the_cost_of_a_request_is_told_without_starting_it(client: TestClient, database: Database) -> None:
    request = {"corpus_id": make_corpus(database)[0], "probes": ["weat-6"], "settings": {"estimator": "replay"}}
    cost = client.post("/api/v1/audits/cost", json=request, headers=HEADERS).json()
    kinds = [phase["kind"] for phase in cost["phases"]]
    assert kinds == ["encode", "train", "null", "influence replay", "rank", "report"]
    assert cost["seconds"] == pytest.approx(sum(phase["seconds"] for phase in cost["phases"]))
    assert cost["runs"] == 0
    assert client.get("/api/v1/audits").json()["items"] == []
    lost = client.post("/api/v1/audits/cost", json=request | {"corpus_id": 99}, headers=HEADERS)
    assert lost.status_code == 404
