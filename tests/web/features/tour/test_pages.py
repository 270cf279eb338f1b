"""The first-time tour."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from skipgram_audit_web.common.tour import STEPS
from tests.audit_sample import make_audit
from tests.conftest import settings_on
from tests.web import page as reading

settings = settings_on("sqlite")
HEADERS = {"origin": "http://127.0.0.1:8000"}


def test_without_an_audit_there_is_no_tour(client: TestClient) -> None:
    assert reading.values(client.get("/").text, "tour-offer") == []
    assert client.get("/tour/1").status_code == 404
    assert "/tour/1" not in reading.links(client.get("/help").text)


def test_each_step_leads_to_a_page_that_says_what_to_look_at(client: TestClient, database: Database) -> None:
    sample = make_audit(database)
    for number in range(1, len(STEPS) + 1):
        answer = client.get(f"/tour/{number}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/audits/{sample.audit_id}")
        page = client.get(answer.headers["location"]).text
        assert reading.values(page, "tour") == [str(number)]
        links = reading.links(page)
        assert (f"/tour/{number + 1}" in links) is (number < len(STEPS))
        assert "/tour/end" in links
    assert len(STEPS) == 5
    assert client.get("/tour/6").status_code == 404


def test_who_ends_it_is_not_offered_it_again(client: TestClient, database: Database) -> None:
    make_audit(database)
    assert "/tour/1" in reading.links(client.get("/").text)
    client.post("/tour/end", headers=HEADERS)
    assert reading.values(client.get("/").text, "tour-offer") == []
    assert "/tour/1" in reading.links(client.get("/help").text)


@pytest.mark.parametrize("step", ["0", "9", "x", "1&tour=2"])
def test_other_pages_and_odd_steps_have_no_bar(client: TestClient, step: str) -> None:
    shown = reading.values(client.get(f"/probes?tour={step}").text, "tour")
    assert shown == (["2"] if "2" in step else [])
