"""Notes on probes and documents: by the form on their pages, by the API, and where they are shown."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.model.name_and_note import MAXIMUM_NOTE_LENGTH
from skipgram_audit.store import corpora
from skipgram_audit.store.database import Database
from tests.audit_sample import Sample, make_audit
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}
MARKUP = "<script>alert(1)</script>\nsecond line"


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database)


@pytest.fixture(params=["probe", "document"])
def address(request: pytest.FixtureRequest, sample: Sample) -> str:
    """Of a page with the form; the probe is a built-in one."""
    document = f"/corpora/{sample.corpus_id}/documents/{sample.document_ids[0]}"
    return "/probes/6" if request.param == "probe" else document


def send(client: TestClient, address: str, **fields: str) -> Any:
    return client.post(f"{address}/note", data=fields, headers=HEADERS)


def shown(client: TestClient, address: str) -> list[str]:
    return [one.text_content() for one in html.fromstring(client.get(address).text).xpath("//*[@data-note]")]


def test_a_note_is_shown_as_it_was_written_until_it_is_taken_away(client: TestClient, address: str) -> None:
    assert shown(client, address) == []
    assert send(client, address, note=MARKUP.replace("\n", "\r\n")).headers["location"] == address
    assert shown(client, address) == [MARKUP]
    assert client.get(f"/api/v1{address}").json()["note"] == MARKUP
    answer = client.patch(f"/api/v1{address}", json={"note": " other "})
    assert (answer.status_code, answer.json()["note"]) == (200, "other")
    send(client, address, note=" ")
    assert shown(client, address) == []


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(client: TestClient, address: str) -> None:
    long = "x" * (MAXIMUM_NOTE_LENGTH + 1)
    answer = send(client, address, note=long)
    assert answer.status_code == 422
    assert reading.values(answer.text, "note-form") == ["refused"]
    assert reading.form_values(answer.text, f"{address}/note")["note"] == long
    assert client.patch(f"/api/v1{address}", json={"note": long}).status_code == 422
    assert client.patch(f"/api/v1{address}", json={"name": "x"}).status_code == 422
    assert shown(client, address) == []


def test_a_note_stands_wherever_its_document_or_probe_is_listed(client: TestClient, sample: Sample) -> None:
    document, audit = sample.document_ids[0], f"/audits/{sample.audit_id}"
    back = f"{audit}/documents/{document}?probe=weat-6"
    own = f"/corpora/{sample.corpus_id}/documents/{document}"
    assert send(client, own, note="mine", back=back).headers["location"] == back
    for address in (f"/corpora/{sample.corpus_id}/documents", back):
        assert shown(client, address) == ["mine"]
    listed = [
        note
        for view in ("amplifying", "mitigating", "neutral")
        for note in shown(client, f"{audit}/documents?probe=weat-6&view={view}")
    ]
    assert listed == ["mine"]
    client.put(f"/api/v1{audit}/marked/{document}", headers=HEADERS)
    assert shown(client, f"{audit}/marked") == ["mine"]
    send(client, "/probes/6", note="of the probe")
    assert shown(client, "/probes") == ["of the probe"]
    assert shown(client, f"/audits/new?corpus={sample.corpus_id}") == ["of the probe"]


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/audits/1/delete", "/audits/1/documents/99"]
)
def test_saving_leads_to_a_page_of_the_document_alone(client: TestClient, sample: Sample, back: str) -> None:
    own = f"/corpora/{sample.corpus_id}/documents/{sample.document_ids[0]}"
    assert send(client, own, note="x", back=back).headers["location"] == own


def test_a_note_goes_with_its_document(client: TestClient, database: Database, sample: Sample) -> None:
    own = f"/corpora/{sample.corpus_id}/documents/{sample.document_ids[0]}"
    send(client, own, note="x")
    with database.session() as session:
        corpora.remove(session, sample.corpus_id)
    assert send(client, own, note="y").status_code == 404
    assert client.patch(f"/api/v1{own}", json={"note": "y"}).status_code == 404
