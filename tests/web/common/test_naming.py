"""Names and notes of audits and corpora: by the form on their pages, and by the API."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Status
from tests.audit_sample import Sample, make_audit
from tests.web import page as reading
from tests.web.elements import Elements

HEADERS = {"origin": "http://127.0.0.1:8000"}
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</textarea>{{ 7919*6007 }}"
KINDS = ("audits", "corpora")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database)


@pytest.fixture(params=["audits", "unfinished audits", "corpora"])
def address(request: pytest.FixtureRequest, database: Database, sample: Sample) -> str:
    """Of a page with the form."""
    if request.param == "corpora":
        return f"/corpora/{sample.corpus_id}"
    if request.param == "unfinished audits":
        with database.session() as session:
            audits.get(session, sample.audit_id).status = Status.FAILED
    return f"/audits/{sample.audit_id}"


def send(client: TestClient, address: str, **fields: str) -> Any:
    return client.post(f"{address}/name", data=fields, headers=HEADERS)


def patch(client: TestClient, address: str, body: Any) -> Any:
    return client.patch(f"/api/v1{address}", json=body, headers=HEADERS)


def heading(page: str) -> str:
    (found,) = html.fromstring(page).xpath("//h1")
    return str(found.text_content())


def notes(page: str) -> list[str]:
    return [str(one.text_content()) for one in html.fromstring(page).xpath("//*[@data-note]")]


def test_a_name_and_a_note_are_given_on_the_page(client: TestClient, address: str) -> None:
    before = client.get(address).text
    assert notes(before) == []
    filled = reading.form_values(before, f"{address}/name")
    assert (filled["name"], filled["note"]) == (heading(before), "")
    answer = send(client, address, name=" Another \n name ", note=" First line.\r\n\r\nSecond line. ")
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    after = client.get(address).text
    assert heading(after) == "Another name"
    assert notes(after) == ["First line.\n\nSecond line."]
    filled = reading.form_values(after, f"{address}/name")
    assert filled == {"name": "Another name", "note": "First line.\n\nSecond line."}
    assert send(client, address, name="Another name", note="").status_code == 303
    assert notes(client.get(address).text) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "Good", "note": "x" * 2001}, "note"),
        ({"name": "Good", "note": "a\0b"}, "note"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_was_written(
    client: TestClient, address: str, fields: dict[str, str], wrong: str
) -> None:
    before = heading(client.get(address).text)
    answer = send(client, address, **fields)
    assert answer.status_code == 422
    assert reading.values(answer.text, "naming") == ["refused"]
    described = [one for _, one in Elements(answer.text).found if one.get("aria-invalid")]
    assert [one["id"] for one in described] == [wrong]
    assert "item" not in answer.text.partition('class="field-error"')[2].partition("</p>")[0]
    assert heading(answer.text) == before
    page = client.get(address).text
    assert (heading(page), notes(page)) == (before, [])


def test_the_longest_name_and_note_fit(client: TestClient, address: str) -> None:
    lines = "12345678\r\n" * 222 + "12"
    assert send(client, address, name="é" * 200, note=lines).status_code == 303
    page = client.get(address).text
    assert heading(page) == "é" * 200
    assert notes(page) == [lines.replace("\r\n", "\n")]


def test_a_hostile_name_and_note_are_inert(client: TestClient, sample: Sample, address: str) -> None:
    assert send(client, address, name=MARKUP, note=f"{MARKUP}\n{MARKUP}").status_code == 303
    pages = [client.get(one).text for one in (address, "/", "/audits", "/corpora", f"/corpora/{sample.corpus_id}")]
    pages.append(send(client, address, name="", note=MARKUP).text)
    assert heading(pages[0]) == MARKUP
    assert notes(pages[0]) == [f"{MARKUP}\n{MARKUP}"]
    for page in pages:
        elements = Elements(page).found
        sources = [attributes.get("src") for tag, attributes in elements if tag == "script"]
        assert all(source and source.startswith("/static/") for source in sources)
        assert "img" not in {tag for tag, _ in elements}
        assert not [name for _, attributes in elements for name in attributes if name.startswith("on")]
        assert "47569433" not in page


def test_a_program_changes_a_name_or_a_note_alone(client: TestClient, sample: Sample, address: str) -> None:
    before = client.get(f"/api/v1{address}").json()
    assert before["note"] == ""
    named = patch(client, address, {"name": "By the API"})
    assert named.status_code == 200
    noted = patch(client, address, {"note": "Why it was run."})
    assert noted.json() == {**before, "name": "By the API", "note": "Why it was run."}
    assert patch(client, address, {}).json() == noted.json()
    assert client.get(f"/api/v1{address}").json() == noted.json()
    listed = client.get(f"/api/v1/{address.split('/')[1]}").json()["items"]
    assert [(one["name"], one["note"]) for one in listed] == [("By the API", "Why it was run.")]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 5}, "name"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"notes": "a"}, "notes"),
        ({"name": "Good", "status": "done"}, "status"),
    ],
)
def test_a_program_is_told_what_is_wrong(client: TestClient, address: str, body: dict[str, Any], place: str) -> None:
    before = client.get(f"/api/v1{address}").json()
    answer = patch(client, address, body)
    assert answer.status_code == 422
    (problem,) = answer.json()["error"]["details"]["problems"]
    assert problem["place"].endswith(place)
    assert client.get(f"/api/v1{address}").json() == before


def test_what_is_not_there_has_no_name(client: TestClient) -> None:
    for kind in KINDS:
        assert patch(client, f"/{kind}/999", {"name": "a"}).status_code == 404
        assert send(client, f"/{kind}/999", name="a").status_code == 404
        answers = client.get("/api/v1/openapi.json").json()["paths"][f"/api/v1/{kind}/{{{kind_id(kind)}}}"]["patch"]
        assert {"200", "404", "422"} <= set(answers["responses"])


def kind_id(kind: str) -> str:
    return {"audits": "audit_id", "corpora": "corpus_id"}[kind]
