"""The demo corpus, audited, in a real browser: what every page must be, and a document seen by several probes."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from skipgram_audit_web.main import create_app
from tests.browser.demo import Demo, make_demo, upload
from tests.browser.every_page import Crawl, barriers, brought_along, page_routes
from tests.browser.walk_through import PAGE, PICTURES, STEPS, markdown, picture, walk
from tests.serving import Server


@pytest.fixture(scope="module")
def demo(server: Server) -> Demo:
    return make_demo(server.settings)


def states(demo: Demo) -> list[str]:
    """Pages that the first link to their route does not show as they can also be."""
    audit = f"/audits/{demo.audit_id}"
    return [
        f"{audit}/documents?view=neutral",
        f"{audit}/documents?probe=weat-8&view=mitigating",
        f"{audit}/documents?search=%22the%22&minimum_words=50&stable=on",
        f"{audit}/documents?search=nothingofthekind",
        f"/audits/{demo.hostile_audit_id}/documents?group_duplicates=on",
        f"/audits/{demo.hostile_audit_id}/map",
        f"{audit}/map?left=300&right=700&top=300&bottom=700",
        f"{audit}/documents/{demo.document_id}?probe=nothing",
        f"{audit}/checks/new?plan=turning",
        f"{audit}/mitigations/new?probe=x&seeds=1,1",
        f"/audits/{demo.failed_audit_id}",
        f"/audits/{demo.failed_audit_id}/documents",
        f"/audits/compare?first={demo.audit_id}&second={demo.other_audit_id}",
        "/audits/new?models=1&epochs=0",
        f"/audits/new?again={demo.other_audit_id}",
        "/probes/new?kind=membership",
        "/audits/999",
        "/sign-in",
    ]


def test_every_page_is_accessible_and_fits_a_phone(
    page: Page, server: Server, demo: Demo, tmp_path: Path, expected_console_errors: list[str]
) -> None:
    expected_console_errors += ["404", "409"]
    upload(page, tmp_path)
    crawl = Crawl(page, page_routes(create_app(server.settings)), barriers)
    crawl.follow(f"/audits/{demo.audit_id}")
    page.goto(f"/audits/{demo.hostile_audit_id}/near-duplicates")  # The demo corpus has none.
    crawl.follow(str(page.locator("tbody a").first.get_attribute("href")))
    # The first leads on who has signed in; a form is sent to the other, and loading that one leads back to the form.
    assert crawl.unvisited() == {"/sign-in", "/probes/form"}
    for address in states(demo):
        crawl.look_at(address)
    assert crawl.troubles == []


def test_a_corpus_brings_nothing_along_to_any_page(
    page: Page, server: Server, demo: Demo, expected_console_errors: list[str]
) -> None:
    """Documents, titles, metadata and names that are markup and scripts stay text."""
    expected_console_errors += ["404", "409"]
    crawl = Crawl(page, page_routes(create_app(server.settings)), brought_along)
    crawl.follow(f"/audits/{demo.hostile_audit_id}/documents/{demo.hostile_document_id}")
    assert crawl.troubles == []
    assert {
        "/audits/{audit_id}/documents",
        "/audits/{audit_id}/near-duplicates/{group_id}",
        "/corpora/{corpus_id}/documents/{document_id}",
    } <= crawl.visited


def test_a_document_is_seen_by_another_probe_without_loading_the_page_anew(page: Page, demo: Demo) -> None:
    """By keyboard: address, title, text and the way on follow, the focus stays on the choice, and Back works."""
    page.goto(f"/audits/{demo.audit_id}/documents?probe=women-home-war&minimum_words=100")
    page.locator(".ranking-row .ranking-text > a").first.click()
    page.wait_for_url("**/documents/*")
    choices = page.get_by_role("navigation", name="Probe").get_by_role("link")
    influence = page.locator("[data-shown='influence']")
    first, second = (re.split(r"\s+", text)[1].rstrip(",") for text in choices.all_inner_texts())
    assert first != second
    expect(influence).to_have_text(first)
    heading, address = page.title(), page.url
    loads: list[Request] = []
    page.on("request", lambda request: loads.append(request) if request.is_navigation_request() else None)

    choices.nth(1).focus()
    page.keyboard.press("Enter")
    expect(influence).to_have_text(second)
    expect(choices.nth(1)).to_be_focused()
    expect(choices.nth(1)).to_have_attribute("aria-current", "page")
    expect(page.locator("body > [role=status]")).to_contain_text(re.compile(rf"^weat-8 {re.escape(second)}, \d+ of"))
    assert "probe=weat-8" in page.url
    assert "minimum_words=100" in page.url
    assert page.title() == heading
    expect(page.get_by_role("link", name="Documents by influence on weat-8")).to_be_visible()
    expect(page.get_by_label("Key shortcuts")).to_be_checked()

    page.go_back()
    expect(influence).to_have_text(first)
    assert page.url == address
    page.go_forward()
    expect(influence).to_have_text(second)
    assert loads == []
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"minimum_words=100.*probe=weat-8"))
    assert len(loads) == 1


@pytest.mark.parametrize(("width", "height", "text_limit"), [(390, 844, 844), (1280, 900, 500)])
def test_what_a_page_is_for_begins_near_its_top(
    page: Page, demo: Demo, width: int, height: int, text_limit: int
) -> None:
    """The first row of a list ends within a screen and a half; a document's text begins on the first screen."""
    page.set_viewport_size({"width": width, "height": height})
    edge = "item => { const box = item.getBoundingClientRect(); return [box.top + scrollY, box.bottom + scrollY]; }"
    for kind in ("documents", "sentences"):
        page.goto(f"/audits/{demo.audit_id}/{kind}?probe=weat-8")
        assert page.locator(".ranking-row").first.evaluate(edge)[1] < 1.5 * height, kind
    page.goto(f"/audits/{demo.audit_id}/documents/{demo.document_id}?probe=weat-8&view=amplifying")
    assert page.locator(".document-text").evaluate(edge)[0] < text_limit


def test_marking_a_row_moves_nothing(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/audits/{demo.audit_id}/documents?probe=weat-8")
    left = "items => items.map(item => item.getBoundingClientRect().left)"
    numbers = page.locator(".ranking-value")
    before = numbers.evaluate_all(left)
    row = page.locator(".ranking-row").first
    row.get_by_role("button", name=re.compile("^Mark")).click()
    expect(row.get_by_role("button", name=re.compile("^Unmark"))).to_be_visible()
    assert numbers.evaluate_all(left) == before
    row.get_by_role("button", name=re.compile("^Unmark")).click()
    expect(row.get_by_role("button", name=re.compile("^Mark"))).to_be_visible()


def test_tables_that_are_opened_on_a_desk_show_all_their_columns(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/audits/{demo.audit_id}?probe=weat-8")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    widths = page.locator(".table-scroll").evaluate_all(
        "all => all.map(one => [one.getAttribute('aria-label'), one.scrollWidth, one.clientWidth])"
    )
    assert "Word associations" in [label for label, _, _ in widths]
    assert [one for one in widths if one[1] > one[2]] == []


def test_a_part_of_the_map_is_brushed_with_the_mouse_and_with_keys(page: Page, demo: Demo) -> None:
    address = f"/audits/{demo.audit_id}/map"
    page.goto(f"{address}?probe=weat-8")
    layer = page.get_by_role("application", name="Choose a part of the map")
    layer.scroll_into_view_if_needed()
    box = layer.bounding_box()
    assert box is not None
    tip = page.locator("[data-map-tip]")
    before = tip.inner_text()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(tip).not_to_have_text(before)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    page.mouse.up()
    page.wait_for_url("**/map?*left=*")
    edges = {name: int(page.get_by_label(name).input_value()) for name in ("Left", "Right", "Top", "Bottom")}
    assert edges == pytest.approx({"Left": 300, "Right": 600, "Top": 400, "Bottom": 700}, abs=5)
    assert "probe=weat-8" in page.url
    documents = page.locator(".stat", has_text="Documents").locator(".stat-value")
    brushed = int(documents.inner_text())
    assert brushed == min(brushed, page.locator(".ranking-row").count())

    layer.focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    left, top = edges["Left"] - 20, edges["Top"] - 20
    expect(page.locator("figure p[role=status]")).to_have_text(
        f"Left {left}, right {edges['Right']}, top {top}, bottom {edges['Bottom']}"
    )
    expect(tip.get_by_role("link")).to_have_attribute("href", re.compile(r"/documents/\d+\?probe=weat-8"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/map?*left={left}*")
    assert int(documents.inner_text()) >= brushed
    page.get_by_role("button", name=re.compile("^Mark th")).click()
    expect(page.locator("[data-marked-count]")).to_have_text(documents.inner_text())


def test_a_choice_of_probe_that_fails_is_followed_as_a_link(
    page: Page, demo: Demo, expected_console_errors: list[str]
) -> None:
    expected_console_errors.append("503")
    page.goto(f"/audits/{demo.audit_id}/documents/{demo.document_id}")
    page.route(f"**/documents/{demo.document_id}?*", lambda route: route.fulfill(status=503), times=1)
    page.get_by_role("navigation", name="Probe").get_by_role("link").nth(1).click()
    expect(page.get_by_role("link", name="Documents by influence on weat-8")).to_be_visible()


def test_the_walk_through_can_be_walked_and_is_the_documented_one(page: Page, demo: Demo) -> None:
    assert [step.name for step in walk(page)] == [step.name for step in STEPS]
    assert PAGE.read_text(encoding="utf-8") == markdown()
    assert set(PICTURES.glob("walk-*")) == {picture(step) for step in STEPS}


def test_a_what_if_is_answered_at_once_and_then_predicted(page: Page, demo: Demo) -> None:
    """Without the strongest documents: the prediction takes the place of the first answer by itself."""
    page.goto(f"/audits/{demo.audit_id}/what-ifs")
    page.get_by_label("The strongest documents of a probe").check()
    page.get_by_label("How many").fill("5")
    page.get_by_role("button", name="Show the scores").click()
    page.wait_for_url(re.compile(r"/what-ifs/\d+$"))
    answer = page.locator("[data-method]")
    expect(answer).to_have_attribute("data-method", re.compile("sum|calibrated|predicted"))
    expect(answer).to_have_attribute("data-method", "predicted")
    assert page.locator("tr[data-after]").count() == 2
    expect(page.get_by_role("button", name="Confirm by retraining")).to_be_visible()
    assert list(barriers(page, page.url)) == []


def test_a_rewriting_is_undone_and_becomes_a_corpus(page: Page, demo: Demo) -> None:
    page.goto(f"/audits/{demo.audit_id}")
    page.locator("#rewritings tbody a").first.click()
    first = page.locator("section[data-document]").first
    assert first.locator("del").count() == int(first.get_attribute("data-made") or 0) > 0
    first.get_by_role("button", name="Undo all").click()
    assert first.get_attribute("data-made") == "0"
    assert page.locator("[data-notice=stale], .notice-warning").count() >= 1
    first.get_by_role("button", name="Make them").click()
    page.fill("#name", "Rewritten demo")
    page.get_by_role("button", name="Make a corpus of it").click()
    page.wait_for_selector(".stats", timeout=120_000)
    assert page.inner_text("h1") == "Rewritten demo"
    page.locator("[data-parent] a").first.click()
    assert "Rewritten demo" in page.inner_text("[data-children]")


def test_a_smallest_set_is_found_told_and_taken_away(page: Page, demo: Demo) -> None:
    """Predicted alone, of sentences; what is left becomes a file whose ledger names every sentence of the set."""
    page.goto(f"/audits/{demo.audit_id}/checks/new?plan=turning")
    page.get_by_label("Probe", exact=True).select_option("weat-8")
    page.get_by_label("What goes", exact=True).select_option("sentences")
    page.get_by_label("Target", exact=True).select_option("half")
    page.get_by_label("Rankings", exact=True).fill("1")
    page.get_by_label("Predict alone").check()
    page.get_by_role("button", name="Start the check").click()
    page.wait_for_url(re.compile(r"/checks/\d+$"))
    expect(page.locator("[data-found]")).to_be_visible()
    assert list(barriers(page, page.url)) == []
    count = int(re.sub(r"\D", "", page.locator("#next a").first.inner_text()))
    page.get_by_role("button", name=re.compile("^Make a corpus without")).click()
    page.wait_for_url(re.compile(r"/rewritings/\d+$"))
    expect(page.locator("#take-away")).to_be_visible()
    assert page.locator("[data-changes]").get_attribute("data-changes") == str(count)
    with page.expect_download() as caught:
        page.get_by_role("link", name="Every change as CSV").click()
    with caught.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    assert {row["action"] for row in rows} == {"delete sentence"}
    assert list(barriers(page, page.url)) == []
