"""Marked documents: collected from ranking and pages, summed, and written to files that the command line takes."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.corpus.readers import ReaderLimits, read_documents
from skipgram_audit.model.id_lists import read_id_list
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.store import audits, marks
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Document
from tests.audit_sample import TEXTS, Sample, make_audit
from tests.conftest import settings_on
from tests.duplicates_sample import find_duplicates
from tests.web import page as reading

settings = settings_on("sqlite", "postgres")

HEADERS = {"origin": "http://127.0.0.1:8000"}
PROBES = ("weat-6", "he and she")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


def post(client: TestClient, address: str, **form: Any) -> Any:
    return client.post(address, data=form, headers=HEADERS)


def marked(client: TestClient, sample: Sample, **parameters: Any) -> Any:
    return client.get(f"/api/v1/audits/{sample.audit_id}/marked", params=parameters).json()


def test_marking_collects_a_set_with_its_sums(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/marked"
    assert reading.values(client.get(root).text, "empty") == ["marked"]
    chosen = [0, 4, 6, 3]
    for number in chosen:
        answer = client.put(f"/api/v1{root}/{sample.document_ids[number]}", headers=HEADERS)
        assert answer.json()["added"] == 1
    assert client.put(f"/api/v1{root}/{sample.document_ids[0]}", headers=HEADERS).json() == {
        "count": 4,
        "added": 0,
        "limit": 10_000,
    }
    for probe in PROBES:
        found = marked(client, sample, probe=probe)
        assert (found["count"], found["probe"]) == (4, probe)
        for name in PROBES:
            assert found["influences"][name] == pytest.approx(sum(sample.influences[name][n] for n in chosen))
        ordered = sorted(chosen, key=lambda number: -sample.influences[probe][number])
        assert [item["document_id"] for item in found["items"]] == [sample.document_ids[n] for n in ordered]
        assert [item["places"][probe]["influence"] for item in found["items"]] == pytest.approx(
            [sample.influences[probe][n] for n in ordered]
        )
        assert found["words"] == sum(item["token_count"] for item in found["items"])
        page = client.get(root, params={"probe": probe}).text
        assert page.count("data-mark=") == 4
    assert client.delete(f"/api/v1{root}/{sample.document_ids[4]}", headers=HEADERS).json()["count"] == 3
    assert marked(client, sample, first=1, limit=1)["items"] == marked(client, sample)["items"][1:2]
    assert client.delete(f"/api/v1{root}", headers=HEADERS).status_code == 204
    assert marked(client, sample)["items"] == []


def test_forms_mark_and_go_back_to_pages_of_this_audit_only(client: TestClient, sample: Sample) -> None:
    root, document_id = f"/audits/{sample.audit_id}", sample.document_ids[1]
    back = f"{root}/documents?view=amplifying"
    answer = post(client, f"{root}/marked", document=document_id, action="mark", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    page = client.get(f"{root}/documents/{document_id}").text
    assert 'value="unmark"' in page
    assert '<span class="number" data-marked-count>1</span>' in page
    for elsewhere in ("https://example.org/", "//example.org", f"{root}/\\example.org", "/audits/999/marked", ""):
        answer = post(client, f"{root}/marked", document=document_id, action="unmark", back=elsewhere)
        assert answer.headers["location"] == f"{root}/marked"
    assert marked(client, sample)["count"] == 0
    assert post(client, f"{root}/marked", document=10**6, action="mark").status_code == 404
    assert post(client, f"{root}/marked", document=document_id, action="burn").status_code == 422


def test_no_other_sites_page_can_mark(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/marked"
    form = {"document": str(sample.document_ids[0]), "action": "mark"}
    for headers in ({"origin": "https://example.org"}, {"sec-fetch-site": "cross-site"}):
        assert client.post(root, data=form, headers=headers).status_code == 403
        assert client.post(f"{root}/view", headers=headers).status_code == 403
        assert client.post(f"{root}/clear", headers=headers).status_code == 403
        assert client.put(f"/api/v1{root}/{sample.document_ids[0]}", headers=headers).status_code == 403
    assert marked(client, sample)["count"] == 0


@pytest.mark.parametrize("probe", PROBES)
def test_a_whole_filtered_view_is_marked(client: TestClient, sample: Sample, probe: str) -> None:
    root = f"/audits/{sample.audit_id}"
    parameters = {"probe": probe, "view": "mitigating", "search": "office"}
    ranking = client.get(f"/api/v1{root}/documents", params=parameters).json()
    expected = {item["document_id"] for item in ranking["items"]}
    assert 0 < len(expected) < ranking["total"]
    answer = client.post(f"/api/v1{root}/marked/view", params=parameters, headers=HEADERS).json()
    assert (answer["added"], answer["count"]) == (len(expected), len(expected))
    assert {item["document_id"] for item in marked(client, sample)["items"]} == expected
    assert client.post(f"/api/v1{root}/marked/view", params=parameters, headers=HEADERS).json()["added"] == 0
    sentences = client.get(f"/api/v1{root}/sentences", params={"probe": probe}).json()["items"]
    answer = client.post(f"{root}/marked/view", params={"probe": probe, "sentences": "on"}, headers=HEADERS)
    assert answer.headers["location"] == f"{root}/marked"
    expected |= {item["document_id"] for item in sentences}
    assert {item["document_id"] for item in marked(client, sample)["items"]} == expected
    page = client.get(f"{root}/documents", params=parameters).text
    assert f'action="{root}/marked/view?search=office&amp;probe={probe.replace(" ", "+")}&amp;view=mitigating"' in page


def test_a_set_has_a_limit(client: TestClient, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_MARKED", 3)
    root = f"/api/v1/audits/{sample.audit_id}/marked"
    for document_id in sample.document_ids[:3]:
        client.put(f"{root}/{document_id}", headers=HEADERS)
    refused = client.put(f"{root}/{sample.document_ids[3]}", headers=HEADERS)
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "conflict"
    assert client.put(f"{root}/{sample.document_ids[0]}", headers=HEADERS).status_code == 200
    assert client.post(f"{root}/view", headers=HEADERS).status_code == 409
    assert marked(client, sample)["count"] == 3
    page = client.get(f"/audits/{sample.audit_id}/documents").text
    assert len([link for link in reading.links(page) if "/marked/view" in link]) == 1, "of the first ones alone"


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("grouped", [{}, {"group_duplicates": "on"}])
def test_the_first_rows_of_a_list_are_marked(
    client: TestClient, database: Database, sample: Sample, probe: str, grouped: dict[str, str]
) -> None:
    find_duplicates(database, sample.corpus_id)
    root = f"/audits/{sample.audit_id}"
    for view in ("amplifying", "mitigating"):
        parameters = {"probe": probe, "view": view, **grouped}
        listed = client.get(f"/api/v1{root}/documents", params=parameters).json()["items"]
        first = max(1, len(listed) - 1)
        answer = client.post(f"{root}/marked/view", params=parameters, data={"first": str(first)}, headers=HEADERS)
        assert answer.status_code == 303
        found = {item["document_id"] for item in marked(client, sample)["items"]}
        assert {item["document_id"] for item in listed[:first]} <= found
        assert len(found) == sum(item["folded"]["documents"] if item["folded"] else 1 for item in listed[:first])
        client.delete(f"/api/v1{root}/marked", headers=HEADERS)
        sentences = client.get(f"/api/v1{root}/sentences", params={"probe": probe, "view": view}).json()["items"]
        only = {"probe": probe, "view": view, "sentences": "on", "first": 2}
        client.post(f"/api/v1{root}/marked/view", params=only, headers=HEADERS)
        found = {item["document_id"] for item in marked(client, sample)["items"]}
        assert found == {item["document_id"] for item in sentences[:2]}
        client.delete(f"/api/v1{root}/marked", headers=HEADERS)
    page = client.get(f"{root}/documents").text
    assert len(reading.values(page, "mark-many")) == 1
    refused = client.post(f"{root}/marked/view", data={"first": "0"}, headers=HEADERS)
    assert refused.status_code == 422


def test_a_list_of_ids_is_marked(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/marked"
    names = [TEXTS[4][0], TEXTS[0][0], TEXTS[4][0]]
    assert client.post(f"/api/v1{root}/ids", json={"ids": names}, headers=HEADERS).json()["added"] == 2
    listed = {"file": ("mine.json", json.dumps([TEXTS[1][0], TEXTS[2][0]]))}
    assert client.post(f"{root}/ids", data={"ids": ""}, files=listed, headers=HEADERS).status_code == 303
    found = {item["external_id"] for item in marked(client, sample)["items"]}
    assert found == {TEXTS[place][0] for place in (0, 1, 2, 4)}
    for sent, message in (
        ({"data": {"ids": "nobody"}}, "nobody"),
        ({"data": {"ids": " "}}, "names no document"),
        ({"data": {"ids": TEXTS[3][0]}, "files": listed}, "Ids were written"),
        ({"data": {"ids": ""}, "files": {"file": ("mine.txt", b"\xff")}}, "mine.txt"),
    ):
        answer = client.post(f"{root}/ids", **sent, headers=HEADERS)
        assert answer.status_code == 422
        assert message in reading.alerts(answer.text)
    assert 'name="ids"' in client.get(root).text
    assert marked(client, sample)["count"] == 4


def test_the_files_hold_the_set(client: TestClient, sample: Sample, tmp_path: Path) -> None:
    root = f"/audits/{sample.audit_id}/marked"
    for number in (4, 2, 1):
        post(client, root, document=sample.document_ids[number], action="mark")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{root}/documents.csv").text)))
    assert {row["id"] for row in rows} == {"bob", "'=cmd()", "größe"}
    for row in rows:
        number = [identifier for identifier, _, _ in TEXTS].index(row["id"].removeprefix("'"))
        for probe in PROBES:
            assert float(row[f"{probe} influence"]) == pytest.approx(sample.influences[probe][number])
    file = tmp_path / "ids.txt"
    file.write_bytes(client.get(f"/api/v1{root}/ids.txt").content)
    assert list(read_id_list(file).ids) == ["bob", "=cmd()", "größe"]


def test_the_rest_of_the_corpus_can_be_taken_and_read_again(client: TestClient, sample: Sample, tmp_path: Path) -> None:
    root = f"/audits/{sample.audit_id}/marked"
    for document in sample.document_ids[:2]:
        post(client, root, document=document, action="mark")
    answer = client.get(f"{root}/rest.jsonl")
    assert answer.headers["content-disposition"].endswith('without-marked.jsonl"')
    assert client.get(f"/api/v1{root}/rest.jsonl").content == answer.content
    path = tmp_path / "rest.jsonl"
    path.write_bytes(answer.content)
    options = ReaderOptions(
        format="jsonl",
        encoding="utf-8",
        text_field="text",
        id_field="id",
        title_field="title",
        metadata_fields=(),
        document_per="line",
    )
    documents = list(read_documents(path, options, ReaderLimits(), lambda _place, _reason: None))
    assert len(documents) == len(sample.document_ids) - 2
    assert documents[0].text == TEXTS[2][2]


def test_ids_that_no_line_can_hold_are_written_as_json(
    client: TestClient, database: Database, sample: Sample, tmp_path: Path
) -> None:
    with database.session() as session:
        session.get_one(Document, sample.document_ids[0]).external_id = "two\nlines"
        session.get_one(Document, sample.document_ids[1]).external_id = " \u2028lead"
        marks.mark(session, audits.get(session, sample.audit_id), sample.document_ids[:2])
    file = tmp_path / "ids.txt"
    file.write_bytes(client.get(f"/audits/{sample.audit_id}/marked/ids.txt").content)
    assert list(read_id_list(file).ids) == ["two\nlines", " \u2028lead"]


def test_marks_go_with_their_audit_and_hostile_titles_are_inert(
    client: TestClient, database: Database, sample: Sample
) -> None:
    for document_id in sample.document_ids:
        post(client, f"/audits/{sample.audit_id}/marked", document=document_id, action="mark")
    page = client.get(f"/audits/{sample.audit_id}/marked").text
    assert "&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    with database.session() as session:
        assert session.query(AuditRow).count() == 0
        assert marks.count(session, sample.audit_id) == 0
