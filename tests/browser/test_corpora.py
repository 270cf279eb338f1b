"""A corpus from file to page in a real browser: uploaded, gone on with, previewed, imported, shown."""

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Server

SENTENCES = ("He's at the office, as ever.", "She went home 🙂 early.", "Der Zug nach Köln war pünktlich.")
WORDS_OF_SENTENCES = (7, 4, 6)


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def stat(page: Page, label: str) -> int:
    return number(page.locator(".stat", has=page.get_by_text(label, exact=True)).locator(".stat-value").inner_text())


def choose_and_upload(page: Page, file: Path) -> None:
    page.goto("/corpora/new")
    page.get_by_label("Files of documents").set_input_files(file)
    page.get_by_role("button", name="Upload").click()


def test_upload_preview_import_and_counts(page: Page, tmp_path: Path) -> None:
    chance = random.Random(1)
    rows, sentences, words, skipped = [], 0, 0, 0
    for row in range(2000):
        if row % 100 == 50:
            rows.append({"key": str(row), "body": ""})
            skipped += 1
            continue
        picked = chance.choices(range(3), k=chance.randint(1, 5))
        sentences += len(picked)
        words += sum(WORDS_OF_SENTENCES[index] for index in picked)
        rows.append(
            {"key": str(row), "headline": f"Title {row}", "body": " ".join(SENTENCES[index] for index in picked)}
        )
    file = tmp_path / "my texts.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")

    choose_and_upload(page, file)
    page.wait_for_url("**/corpora/uploads/*")
    expect(page.get_by_role("heading", name="First documents")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("body")
    expect(page.locator(".document-list li")).to_have_count(10)
    page.get_by_label("Id", exact=True).select_option("key")
    page.wait_for_load_state()
    expect(page.locator(".document-head").first).to_contain_text("0 · line 1")
    page.get_by_label("Name of the corpus").fill("My texts")
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/corpora/\d+$"))

    audit = page.get_by_role("link", name="Audit this corpus")
    expect(audit).to_be_visible()
    assert stat(page, "Documents") == len(rows) - skipped
    assert stat(page, "Sentences") == sentences
    assert stat(page, "Words") == words
    assert stat(page, "Skipped rows") == skipped
    expect(page.locator("#skipped")).to_contain_text("empty text")
    expect(page.locator("#skipped td").filter(has_text="line 51").first).to_be_attached()
    assert re.search(r"/audits/new\?corpus=\d+$", audit.get_attribute("href") or "")
    page.get_by_role("link", name=re.compile(r"^All .* documents$")).click()
    page.get_by_role("link", name="Title 0", exact=True).click()
    shown = "".join(page.locator(".document-text .sentence").all_inner_texts())
    assert shown == rows[0]["body"].replace(". ", ".")


def test_an_upload_goes_on_after_a_restart_of_browser_and_server(
    page: Page,
    new_page: Callable[..., Page],
    server: Server,
    tmp_path: Path,
    expected_console_errors: list[str],
) -> None:
    file = tmp_path / "large.jsonl"
    with file.open("w") as out:
        while out.tell() < 17 * 1024 * 1024:
            out.write(json.dumps({"text": os.urandom(5000).hex(" ", 4)}) + "\n")
    expected_console_errors.append("ERR_FAILED")
    arrived: list[int] = []
    page.on("response", lambda response: arrived.append(1) if response.request.method == "PATCH" else None)
    page.route(
        "**/api/v1/uploads/*",
        lambda route: route.abort() if route.request.method == "PATCH" and arrived else route.continue_(),
    )
    choose_and_upload(page, file)
    expect(page.locator("[data-upload-status]")).to_contain_text("trying again")
    page.close(run_before_unload=False)

    server.stop()
    server.start()
    again = new_page()
    offsets: list[int] = []
    again.on(
        "request",
        lambda request: offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    again.goto(server.sign_in_link())
    again.goto("/corpora/new")
    expect(again.locator("[data-notice=unfinished]")).to_be_visible()
    choose_and_upload(again, file)
    again.wait_for_url("**/corpora/uploads/*")
    assert offsets == [8 * 1024 * 1024, 16 * 1024 * 1024]
    expect(again.get_by_role("heading", name="First documents")).to_be_visible()
    again.get_by_role("button", name="Delete").click()
    again.wait_for_url("**/corpora")


def test_an_upload_can_be_paused(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "paused.txt"
    file.write_text("Some words here.\n" * 100_000)
    page.route("**/api/v1/uploads/*", lambda route: None if route.request.method == "PATCH" else route.continue_())
    choose_and_upload(page, file)
    expect(page.locator("[data-upload-status]")).to_contain_text("MiB")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-upload-status]")).to_contain_text("Paused")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/corpora/uploads/*")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "The file is empty."),
        ("picture.jsonl", b"\x89PNG\r\n\0\0", "The file is a PNG picture, not text."),
        ("latin.csv", "id,text\n1,naïve\n".encode("cp1252"), "is not valid utf-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    page: Page, tmp_path: Path, name: str, content: bytes, message: str, expected_console_errors: list[str]
) -> None:
    expected_console_errors.append("422")
    file = tmp_path / name
    file.write_bytes(content)
    choose_and_upload(page, file)
    expect(page.get_by_role("alert").filter(has_text=message)).to_be_visible()
    if name == "latin.csv":
        page.get_by_label("cp1252 ").check()
        expect(page.locator(".document-list")).to_contain_text("naïve")
        expect(page.get_by_role("button", name="Import")).to_be_enabled()


def test_a_folder_is_one_corpus_and_each_file_is_accounted_for(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "größe").mkdir(parents=True)
    (folder / "a.csv").write_text("id,text,year\n1,He went home.,1990\n2,,1991\n", encoding="utf-8")
    (folder / "größe" / "b.txt").write_text("She is at the office.", encoding="utf-8")
    (folder / "empty.jsonl").touch()
    page.goto("/corpora/new")
    page.get_by_label("Or a folder").set_input_files(folder)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/corpora/uploads/*")
    expect(page.locator(".document-head")).to_have_count(2)
    expect(page.get_by_label("year")).to_be_checked()
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile(r"/corpora/\d+$"))
    expect(page.get_by_role("heading", name="First documents")).to_be_visible()
    page.locator("[data-files] > summary").click()
    rows = page.locator("[data-files] tbody tr").evaluate_all("rows => rows.map(row => row.innerText.split(/\\s+/))")
    assert rows == [
        ["texts/a.csv", "2", "1", "1"],
        ["texts/empty.jsonl", "1", "0", "1"],
        ["texts/größe/b.txt", "1", "1", "0"],
    ]


def test_hostile_texts_do_nothing(page: Page, tmp_path: Path) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    file = tmp_path / "hostile.jsonl"
    file.write_text(json.dumps({"id": markup, "title": markup, "text": f"He said {markup} and left."}) + "\n")
    choose_and_upload(page, file)
    page.wait_for_url("**/corpora/uploads/*")
    expect(page.locator(".document-list")).to_contain_text("onerror")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("link", name="Audit this corpus")).to_be_visible()
    page.locator(".document-list a").click()
    expect(page.locator(".document-text")).to_contain_text(f"He said {markup} and left.")
    assert "owned" not in page.title().split("·")[-1]
    assert page.locator("main img, main script").count() == 0
