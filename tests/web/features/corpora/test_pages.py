"""The pages of corpora, also with hostile texts in them."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from tests.web import page as reading
from tests.web.features.uploads.sending import HEADERS, import_corpus, upload

Work = Callable[[], None]
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</textarea>{{ 7919*6007 }}"


def test_a_failed_import_shows_its_reasons_and_the_way_back(client: TestClient, work: Work) -> None:
    corpus = import_corpus(client, work, b'{"body": "words"}\n' * 3)
    page = client.get(f"/corpora/{corpus['id']}").text
    assert "failed" in reading.values(page, "status")
    assert "no text field: 3" in reading.alerts(page)
    assert 'id="skipped"' in page
    assert 'href="/corpora/uploads/' in page
    assert f"/audits/new?corpus={corpus['id']}" not in reading.links(page)


def test_a_corpus_is_imported_again_with_other_choices(client: TestClient, work: Work, settings: Settings) -> None:
    rows = b'{"id": "a", "text": "First.", "other": "Second text."}\n'
    first = import_corpus(client, work, rows, name="Texts", options={"format": "jsonl", "text_field": "text"})
    assert f"/corpora/{first['id']}/again" in reading.links(client.get(f"/corpora/{first['id']}").text)
    asked = client.post(f"/corpora/{first['id']}/again", headers=HEADERS)
    address = asked.headers["location"]
    assert f"/corpora/uploads/{first['upload_id']}?name=Texts&language=en" == address
    work()
    page = client.get(address).text
    assert "imported" in reading.values(page, "notice")
    form = reading.form_values(page, f"/corpora/uploads/{first['upload_id']}/import")
    assert (form["text_field"], form["name"]) == ("text", "Texts")
    body = {"upload_id": first["upload_id"], "options": {"format": "jsonl", "text_field": "other"}}
    second = client.post("/api/v1/corpora", json=body, headers=HEADERS).json()
    work()
    for corpus, text in ((first, "First."), (second, "Second text.")):
        assert text in client.get(f"/corpora/{corpus['id']}").text
    kept = settings.upload_path(first["upload_id"])
    assert client.post(f"/corpora/{first['id']}/delete", headers=HEADERS).status_code == 303
    assert kept.exists()
    assert client.post(f"/corpora/{second['id']}/delete", headers=HEADERS).status_code == 303
    assert not kept.exists()
    assert client.get("/api/v1/uploads").json() == []


def test_the_file_of_a_corpus_can_be_deleted_alone(client: TestClient, work: Work, settings: Settings) -> None:
    corpus = import_corpus(client, work, b'{"text": "Words."}\n')
    page = f"/corpora/{corpus['id']}"
    assert client.post(f"{page}/file/delete", headers=HEADERS).headers["location"] == page
    assert list(settings.uploads_folder.iterdir()) == []
    assert "Words." in client.get(page).text
    assert f"{page}/again" not in reading.links(client.get(page).text)
    for action in ("again", "file/delete"):
        assert client.post(f"{page}/{action}", headers=HEADERS).status_code == 409


class Inspector(HTMLParser):
    """Collects what a hostile text would have to become in order to do harm."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.images = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "script":
            self.scripts.append(values.get("src"))
        self.images += tag == "img"
        self.handlers += [name for name, _ in attributes if name.startswith("on") or name == "style"]


def assert_inert(page: str) -> None:
    inspector = Inspector()
    inspector.feed(page)
    assert all(source and source.startswith("/static/") for source in inspector.scripts)
    assert (inspector.handlers, inspector.images) == ([], 0)
    assert "47569433" not in page


def test_hostile_texts_titles_fields_and_names_are_inert(client: TestClient, work: Work) -> None:
    row = {"id": MARKUP, "title": MARKUP, "text": f"He said {MARKUP}. She left.", MARKUP: MARKUP, "n": "javascript:x"}
    data = (json.dumps(row) + "\n" + json.dumps({"text": ""}) + "\n").encode()
    upload_id = upload(client, data, f"{MARKUP}.jsonl")
    work()
    pages = [client.get("/corpora").text, client.get(f"/corpora/uploads/{upload_id}").text]
    options = {"format": "jsonl", "metadata_fields": [MARKUP, "n"]}
    body = {"upload_id": upload_id, "name": MARKUP, "options": options}
    corpus = client.post("/api/v1/corpora", json=body, headers=HEADERS).json()
    work()
    address = f"/corpora/{corpus['id']}"
    document = client.get(f"/api/v1{address}/documents").json()["items"][0]["id"]
    for page in ("/corpora", address, f"{address}/documents", f"{address}/documents/{document}"):
        pages.append(client.get(page).text)
    client.post(
        f"/corpora/uploads/{upload(client, data, 'b.jsonl')}/preview",
        data={"format": "jsonl", "text_field": MARKUP, "encoding": MARKUP[:40]},
        headers=HEADERS,
    )
    work()
    pages += [client.get(f"/corpora/uploads/{item['id']}").text for item in client.get("/api/v1/uploads").json()]
    for page in pages:
        assert re.search(r"7919\*6007|alert\(1\)", page)
        assert_inert(page)


def test_a_long_document_is_shown_in_parts(client: TestClient, work: Work) -> None:
    text = " ".join(f"This is sentence number {number} of it." for number in range(1200))
    corpus = import_corpus(client, work, json.dumps({"text": text}).encode())
    document = client.get(f"/api/v1/corpora/{corpus['id']}/documents").json()["items"][0]["id"]
    address = f"/corpora/{corpus['id']}/documents/{document}"
    first = client.get(address).text
    assert ("number 499 of" in first, "number 500 of" in first, "?from=500" in first) == (True, False, True)
    last = client.get(address, params={"from": 1000}).text
    assert ("number 999 of" in last, "number 1199 of" in last, "?from=500" in last) == (False, True, True)
