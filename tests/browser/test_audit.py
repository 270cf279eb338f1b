"""The main path in a real browser: a real corpus is uploaded, audited, read down to the word, and downloaded.

The corpus is gap-wikipedia (4,451 excerpts of Wikipedia), which lies beside the checkout and not in the repository.
"""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from playwright.sync_api import Page, expect

from skipgram_audit.model.probe import built_in_probes
from tests.browser.every_page import barriers
from tests.browser.test_corpora import choose_and_upload, stat
from tests.conftest import missing

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY.parent / "shared" / "data" / "gap-wikipedia.jsonl.zst"
DOCUMENTS = 4451
AUDIT_SECONDS = 600.0

OWN_PROBE = {
    "name": "career and family by he and she",
    "description": "Career and family words with he and she",
    "first_target_name": "Career",
    "first_target_words": "executive management professional corporation salary office business career",
    "second_target_name": "Family",
    "second_target_words": "home parents children family cousins marriage wedding relatives",
    "first_attribute_name": "He",
    "first_attribute_words": "he him his himself man male",
    "second_attribute_name": "She",
    "second_attribute_words": "she her hers herself woman female",
}


@pytest.fixture
def corpus_file(tmp_path: Path) -> Path:
    """The corpus as plain JSON Lines."""
    if not CORPUS.is_file():
        missing("shared/data/gap-wikipedia.jsonl.zst beside the checkout")
    file = tmp_path / "gap-wikipedia.jsonl"
    with CORPUS.open("rb") as packed, file.open("wb") as out:
        zstandard.ZstdDecompressor().copy_stream(packed, out)
    return file


def import_corpus(page: Page, file: Path) -> None:
    choose_and_upload(page, file)
    page.wait_for_url("**/corpora/uploads/*")
    expect(page.get_by_role("heading", name="First documents")).to_be_visible()
    page.get_by_label("Name of the corpus").fill("GAP Wikipedia")
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/corpora/\d+$"))
    expect(page.get_by_role("link", name="Audit this corpus")).to_be_visible()


def make_probe(page: Page) -> None:
    page.goto("/probes/new")
    for name, value in OWN_PROBE.items():
        page.fill(f"#{name}", ", ".join(value.split()) if name.endswith("_words") else value)
    page.click("text=Save the probe")
    expect(page.get_by_role("heading", level=1)).to_have_text(OWN_PROBE["name"])


def run_audit(page: Page) -> str:
    """Starts an audit of both probes, by a quicker estimator than the default; returns its address once it is done."""
    expect(page.locator(".probe-choice", has_text="weat-6")).to_contain_text("Measurable")
    page.get_by_label("weat-6").check()
    page.get_by_label(OWN_PROBE["name"]).check()
    cost = page.locator("[data-cost-text]")
    expect(cost).to_contain_text("About")
    told = cost.inner_text()
    page.get_by_text("How influence is estimated").click()
    page.check("#estimator-unrolled")
    expect(cost).not_to_have_text(told)
    page.check("#estimator-replay")
    page.get_by_text("Advanced settings").click()
    page.get_by_label("Dimension").fill("25")
    page.get_by_label("Check the result by retraining").uncheck()
    expect(cost).not_to_contain_text("Then the check")
    page.get_by_role("button", name="Start audit").click()
    page.wait_for_url(re.compile(r"/audits/\d+$"))
    expect(page.locator("[data-job-phase]")).not_to_have_text("Waiting for the worker")
    expect(page.locator("[data-job-badge] .badge")).to_have_text("Running")
    expect(page).to_have_title(re.compile(r"^\d+%"))
    expect(page.locator("progress")).to_be_visible()
    expect(page.get_by_role("heading", name="Downloads")).to_be_visible(timeout=1000 * AUDIT_SECONDS)
    return page.url


def test_from_upload_to_the_word(page: Page, new_page: Callable[..., Page], corpus_file: Path) -> None:
    documents = {row["id"]: row for row in map(json.loads, corpus_file.read_text(encoding="utf-8").splitlines())}
    assert len(documents) == DOCUMENTS
    import_corpus(page, corpus_file)
    assert stat(page, "Documents") == DOCUMENTS
    assert stat(page, "Skipped rows") == 0
    corpus = page.url
    make_probe(page)
    page.goto(corpus)
    page.get_by_role("link", name="Audit this corpus").click()
    address = run_audit(page)

    assert stat(page, "Documents") == DOCUMENTS
    for name in (OWN_PROBE["name"], "weat-6"):
        page.goto(address)
        page.locator(".answers").get_by_role("link", name=name, exact=True).click()
        check_result(page, str(name))
        page.get_by_role("link", name="All amplifying documents").click()
        check_ranking(page)
    first_title = page.locator(".ranking-row .ranking-text > a").first.inner_text()
    page.locator(".ranking-row .ranking-text > a").first.click()
    identifier = check_document(page, documents)
    page.goto(address)
    check_csv(page, documents, identifier, first_title)
    check_report(page, new_page)


def check_result(page: Page, probe: str) -> None:
    """The probe is measured; every document is in one row of the counts."""
    answer = page.locator(f"[data-chosen='{probe}']")
    expect(answer).not_to_have_attribute("data-verdict", re.compile("too_few_words|not_measurable"))
    counts = page.get_by_role("group", name="Counts by sign of influence").locator("td:nth-child(2)")
    up, down, zero, everything = (int(re.sub(r"\D", "", text)) for text in counts.all_inner_texts())
    assert up + down + zero == everything == DOCUMENTS
    assert page.locator("#words svg.chart, #uncertainty svg.chart").count() == 5


def check_ranking(page: Page) -> None:
    """Influences fall; mitigating ones have the other sign; pages lead on and back."""

    def influences() -> list[float]:
        texts = page.locator(".ranking-value").evaluate_all("items => items.map(item => item.firstChild.textContent)")
        return [float(text.replace("−", "-")) for text in texts]

    first = influences()
    assert len(first) == 50
    assert first == sorted(first, key=abs, reverse=True)
    assert len({value > 0 for value in first}) == 1
    page.get_by_role("link", name="Next →").click()
    expect(page.locator(".ranking-rank").first).to_have_text("51")
    assert max(map(abs, influences())) <= min(map(abs, first))
    page.get_by_role("link", name="← Previous").click()
    expect(page.locator(".ranking-rank").first).to_have_text("1")
    page.get_by_role("link", name=re.compile("^Mitigating")).click()
    expect(page.get_by_role("link", name=re.compile("^Mitigating"))).to_have_attribute("aria-current", "page")
    assert {value > 0 for value in influences()} == {first[0] < 0}
    page.get_by_role("link", name=re.compile("^Amplifying")).click()
    expect(page.get_by_role("link", name=re.compile("^Amplifying"))).to_have_attribute("aria-current", "page")


def check_document(page: Page, documents: dict[str, dict[str, str]]) -> str:
    """The page shows the file's text, sentence by sentence; the strongest sentence carries a probe word."""
    identifier = page.locator(".facts dd").first.inner_text()
    shown = page.locator(".document-text").evaluate(
        "item => { const copy = item.cloneNode(true); for (const mark of copy.querySelectorAll('sup')) mark.remove();"
        " return copy.textContent; }"
    )
    assert shown.strip() == documents[identifier]["text"].strip()
    tinted = page.locator(".sentence[class*='tint-amplifying-5']").first.inner_text()
    words = {word.casefold() for word in built_in_probes()["weat-6"].words()}
    assert words & set(re.findall(r"\w+", tinted.casefold()))
    expect(page.locator(".sentence [class*='token-']").first).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Rank 2")).click()
    expect(page.locator("[data-shown='rank']")).to_have_text("2")
    page.get_by_role("link", name=re.compile(r"^← Rank 1")).click()
    expect(page.locator(".facts dd").first).to_have_text(identifier)
    check_keys(page)
    page.get_by_role("navigation", name="Probe").get_by_role("link", name=OWN_PROBE["name"]).click()
    expect(page.locator("[data-shown='influence']")).to_be_visible()
    return identifier


def check_keys(page: Page) -> None:
    """Keys lead from document to document and into the search; what is typed there is text; they can be turned off."""
    address = page.url
    rank = page.locator("[data-shown='rank']")
    for key, expected in (("j", "2"), ("k", "1"), ("ArrowRight", "2"), ("ArrowLeft", "1")):
        page.keyboard.press(key)
        expect(rank).to_have_text(expected)
    switch = page.get_by_label("Key shortcuts")
    switch.uncheck()
    page.reload()
    expect(switch).not_to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("/")
    expect(page.get_by_label("Search all documents")).not_to_be_focused()
    expect(rank).to_have_text("1")
    switch.check()
    page.keyboard.press("/")
    expect(page.get_by_label("Search all documents")).to_be_focused()
    page.keyboard.type('"she was" jk')
    expect(page.get_by_label("Search all documents")).to_have_value('"she was" jk')
    page.get_by_label("Search all documents").fill('"she was"')
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("documents match")
    expect(page.locator(".ranking-row").first).to_be_visible()
    page.goto(address)


def check_csv(page: Page, documents: dict[str, dict[str, str]], first: str, title: str) -> None:
    """The CSV has a row for every document of the file, in its order, and the same first rank as the page."""
    with page.expect_download() as caught:
        page.get_by_role("link", name="documents.csv").click()
    with caught.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == list(documents)
    assert sorted(int(row["weat-6 rank"]) for row in rows) == list(range(1, DOCUMENTS + 1))
    best = next(row for row in rows if row["weat-6 rank"] == "1")
    assert (best["id"], best["title"]) == (first, title)
    assert all(abs(float(row[f"{OWN_PROBE['name']} influence"])) < 1 for row in rows)


def check_report(page: Page, new_page: Callable[..., Page]) -> None:
    """The report opens from the disk, without a server, and is as accessible as a page."""
    with page.expect_download() as caught:
        page.get_by_role("link", name="report.html").click()
    file = caught.value.path().with_suffix(".html")
    caught.value.save_as(file)
    opened = new_page()
    assert list(barriers(opened, file.as_uri())) == []
    expect(opened.get_by_text("Most amplifying documents for weat-6").first).to_be_visible()
