"""The pages of uploads, by plain forms."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit_web.features.uploads.forms import stem
from tests.web import page as reading
from tests.web.features.uploads.sending import HEADERS, TWO_DOCUMENTS, begin, upload

Work = Callable[[], None]


def send_form(client: TestClient, data: bytes, filename: str = "corpus.jsonl") -> Any:
    return client.post("/corpora/new", files={"file": (filename, data)}, headers=HEADERS)


def test_from_an_empty_list_to_a_corpus_without_javascript(client: TestClient, work: Work, settings: Settings) -> None:
    assert reading.values(client.get("/corpora").text, "empty") == ["corpora"]
    assert "multipart/form-data" in client.get("/corpora/new").text
    sent = send_form(client, TWO_DOCUMENTS)
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert 'http-equiv="refresh"' in client.get(address).text
    work()
    page = client.get(address).text
    assert "He is here." in page
    assert "corpus.jsonl" in client.get("/corpora").text
    fields = {"name": "My corpus", "language": "de", "format": "jsonl", "text_field": "text", "id_field": "id"}
    started = client.post(f"{address}/import", data=fields | {"title_field": "title"}, headers=HEADERS)
    assert started.status_code == 303
    corpus = started.headers["location"]
    assert "data-job=" in client.get(corpus).text
    work()
    page = client.get(corpus).text
    assert f'href="/audits/new?corpus={corpus.rsplit("/", 1)[1]}"' in page
    assert "German" in page
    documents = client.get(f"{corpus}/documents").text
    document = re.search(rf'href="({corpus}/documents/\d+)"', documents)
    assert document is not None
    assert '<span class="sentence" id="s1">He is here.</span>' in client.get(document[1]).text
    assert client.post(f"{corpus}/delete", headers=HEADERS).headers["location"] == "/corpora"
    assert reading.values(client.get("/corpora").text, "empty") == ["corpora"]
    assert list(settings.uploads_folder.iterdir()) == []


def test_other_options_show_another_preview(client: TestClient, work: Work) -> None:
    upload_id = upload(client, "id;body\n1;naïve\n".encode("cp1252"), "a.csv")
    work()
    address = f"/corpora/uploads/{upload_id}"
    page = client.get(address).text
    assert "(0xef)" in reading.alerts(page)
    assert re.search(r'value="cp1252">\s*<label[^>]*><strong>cp1252</strong> <span class="quote">[^<]*naïve', page)
    assert "disabled>Import" in page
    fields = {"format": "csv", "encoding": "cp1252", "text_field": "body", "delimiter": ";", "quoting": "chosen"}
    asked = client.post(f"{address}/preview", data=fields | {"name": "N & M", "language": "fr"}, headers=HEADERS)
    assert asked.headers["location"] == f"{address}?name=N+%26+M&language=fr"
    work()
    page = client.get(asked.headers["location"]).text
    assert ">naïve<" in page
    assert "disabled>Import" not in page
    assert 'value="N &amp; M"' in page
    assert '<option value="fr" selected>' in page
    assert '<option value=";" selected>' in page
    assert not re.search(r'name="quoted"[^>]* checked', page)


def test_a_title_of_a_preview_is_cut_and_shows_marks_that_turn_it(client: TestClient, work: Work) -> None:
    row = {"id": "1", "title": "evil\u202etxt.exe " + "long " * 1_000, "text": "He is \u202ehere."}
    upload_id = upload(client, json.dumps(row).encode(), "a.jsonl")
    work()
    page = client.get(f"/corpora/uploads/{upload_id}").text
    assert "\u202e" not in page
    assert "evilU+202Etxt.exe" in page
    assert "U+202Ehere" in page
    assert page.count("long ") < 100


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\0\0", b"PK\x03\x04\0", b"%PDF-1.4\n\0\xff", b"{"])
def test_a_file_that_cannot_be_read_has_a_page(client: TestClient, work: Work, data: bytes) -> None:
    address = send_form(client, data, "a.jsonl").headers["location"]
    work()
    page = client.get(address)
    assert page.status_code == 200
    assert reading.alerts(page.text)


def test_a_missing_column_is_told_and_can_be_chosen_again(client: TestClient, work: Work) -> None:
    upload_id = upload(client, b"id,body\n1,words\n", "a.csv")
    client.post(f"/corpora/uploads/{upload_id}/preview", data={"format": "csv", "text_field": "text"}, headers=HEADERS)
    work()
    page = client.get(f"/corpora/uploads/{upload_id}").text
    assert "'text'" in reading.alerts(page)
    assert '<option value="text" selected>' in page
    assert '<option value="body">' in page


@pytest.mark.parametrize("field", ["format", "text_field", "delimiter"])
def test_a_form_that_the_page_does_not_offer(client: TestClient, field: str) -> None:
    upload_id = upload(client, TWO_DOCUMENTS)
    fields = {"format": "jsonl"} | {field: {"delimiter": "ab"}.get(field, "")}
    for action in ("preview", "import"):
        answer = client.post(f"/corpora/uploads/{upload_id}/{action}", data=fields, headers=HEADERS)
        assert answer.status_code == 422
        assert reading.values(answer.text, "error") == ["invalid_input"]


def test_a_form_with_two_files_is_refused_and_nothing_is_kept(client: TestClient, settings: Settings) -> None:
    files = [("file", ("a.txt", b"One.")), ("file", ("b.txt", b"Two."))]
    answer = client.post("/corpora/new", files=files, headers=HEADERS)
    assert (answer.status_code, reading.values(answer.text, "error")) == (422, ["invalid_input"])
    assert not settings.uploads_folder.exists() or list(settings.uploads_folder.iterdir()) == []
    assert client.get("/api/v1/uploads").json() == []


@pytest.mark.parametrize(
    "files", [{"file": ("a.txt", b"")}, {"file": ("", b"")}, {"other": (None, b"text")}], ids=["empty", "none", "other"]
)
def test_a_form_without_a_file(client: TestClient, settings: Settings, files: dict[str, Any]) -> None:
    answer = client.post("/corpora/new", files=files, headers=HEADERS)
    assert (answer.status_code, reading.values(answer.text, "error")) == (422, ["invalid_input"])
    assert not settings.uploads_folder.exists() or list(settings.uploads_folder.iterdir()) == []
    assert client.get("/api/v1/uploads").json() == []


def test_a_form_over_the_cap_is_refused_by_its_announcement_and_while_it_comes(
    client: TestClient, settings: Settings
) -> None:
    settings.maximum_upload_bytes = 1_000_000
    assert send_form(client, b"x" * 2_000_000).status_code == 413
    assert send_form(client, b"x" * 1_000_001).status_code == 413

    def parts() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(30):
            yield b"x" * 100_000
        yield b"\r\n--b--\r\n"

    headers = HEADERS | {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/corpora/new", content=parts(), headers=headers).status_code == 413
    assert list(settings.uploads_folder.iterdir()) == []
    assert client.get("/api/v1/uploads").json() == []
    assert send_form(client, b"x" * 1_000_000).status_code == 303


def test_a_body_that_is_no_form(client: TestClient) -> None:
    assert client.post("/corpora/new", content=b"x", headers=HEADERS).status_code == 422
    broken = HEADERS | {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/corpora/new", content=b"nothing like it", headers=broken).status_code == 422


def test_an_unfinished_upload_is_offered(client: TestClient) -> None:
    upload_id = begin(client, "half.jsonl", 1000).json()["id"]
    assert "half.jsonl" in client.get("/corpora/new").text
    assert "half.jsonl" in client.get("/corpora").text
    assert reading.values(client.get(f"/corpora/uploads/{upload_id}").text, "notice") == ["incomplete"]
    client.post(f"/corpora/uploads/{upload_id}/delete", headers=HEADERS)
    assert "half.jsonl" not in client.get("/corpora").text


def test_a_stray_quotation_mark_is_told_before_and_after_the_import(client: TestClient, work: Work) -> None:
    rows = [f"{number},text {number}" for number in range(60)]
    rows[49] = '49,"never closed'
    upload_id = upload(client, "\n".join(["id,text", *rows]).encode(), "a.csv")
    work()
    page = client.get(f"/corpora/uploads/{upload_id}").text
    assert "line 51" in page
    assert "never closed" in page
    assert "--quote" not in page
    fields = {"format": "csv", "quoting": "chosen", "quoted": "on", "escape": "backslash"}
    client.post(f"/corpora/uploads/{upload_id}/preview", data=fields, headers=HEADERS)
    work()
    assert '<option value="backslash" selected>' in client.get(f"/corpora/uploads/{upload_id}").text
    started = client.post(
        f"/corpora/uploads/{upload_id}/import", data=fields | {"escape": "", "name": "A"}, headers=HEADERS
    )
    work()
    address = started.headers["location"]
    page = client.get(address).text
    counts = reading.stats(page)
    assert [counts[name] for name in ("Rows in the file", "Documents", "Skipped rows")] == ["60", "59", "1"]
    assert "line 51" in page
    assert f'href="{address}/skipped.csv"' in page


def test_names_of_corpora_leave_out_the_endings_of_formats() -> None:
    assert [stem(name) for name in ("a.b.jsonl.zst", "notes.txt", ".gz", "v1.2", "x")] == [
        "a.b",
        "notes",
        ".gz",
        "v1.2",
        "x",
    ]
