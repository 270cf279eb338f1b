"""Parameters of an address that nothing reads are refused: a filter that is mistyped gives no unfiltered list."""

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from tests.audit_sample import make_audit
from tests.conftest import settings_on

settings = settings_on("sqlite")


def test_every_address_of_the_api_refuses_a_parameter_that_it_does_not_take(app: FastAPI, client: TestClient) -> None:
    """Whether or not its ids are there: the address alone says what it takes."""
    paths = [path for path, methods in app.openapi()["paths"].items() if "get" in methods]
    assert len(paths) > 40
    for path in paths:
        answer = client.get(re.sub(r"\{[^}]*\}", "1", path), params={"field.nope": "1"})
        assert answer.status_code == 422, path
        assert answer.json()["error"]["details"]["unknown"] == ["field.nope"], path


def test_a_refusal_names_what_the_address_takes(client: TestClient, database: Database) -> None:
    made = make_audit(database)
    address = f"/api/v1/audits/{made.audit_id}/documents"
    error = client.get(f"{address}?serach=home&view=amplifying").json()["error"]
    assert "'serach'" in error["message"]
    assert "search" in error["remedy"]
    assert "view" not in error["message"]
    assert client.get(f"{address}?search=home&view=amplifying").status_code == 200
    answer = client.post(f"/api/v1/audits/{made.audit_id}/what-ifs?filed=source&value=x", json={"strongest": 1})
    assert answer.status_code == 422


def test_a_filter_by_a_field_that_is_not_there_is_refused(client: TestClient, database: Database) -> None:
    """With a value or without one, on pages and in the API."""
    made = make_audit(database)
    for root in (f"/audits/{made.audit_id}", f"/api/v1/audits/{made.audit_id}"):
        for query in ("field=nope", "field=nope&value=1", "field=nope&absent=on"):
            for ranked in ("documents", "sentences"):
                answer = client.get(f"{root}/{ranked}?{query}")
                assert answer.status_code == 422, (root, ranked, query)
                assert "nope" in answer.text
        assert client.get(f"{root}/documents?field=source").status_code == 200
