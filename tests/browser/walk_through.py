"""The walk-through of docs/guide/walk-through.md: a question answered from the demo corpus, by a click a step.

    make run                                                          # in another terminal; wait for the demo's audit
    .venv/bin/python -m tests.browser.walk_through "$(make -s sign-in-link)"

writes the page and its pictures anew from a fresh demo. A browser test walks the same steps.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize, expect, sync_playwright

from skipgram_audit.demo.load import AUDIT_NAME
from tests.browser.conftest import BROWSER_OPTIONS, PATIENCE, chromium

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
PAGE = GUIDE / "walk-through.md"
PICTURES = GUIDE / "images"
SCREEN: ViewportSize = {"width": 1100, "height": 720}
RETRAINING_MILLISECONDS = 900_000
PROBE = "weat-7"
INTRODUCTION = f"""\
# Walk-through

Which Wikipedia articles push the demo's {PROBE} score (male and female words, mathematics and arts)? What happens to
the score without the documents that push it most? Start `make run`; about ten clicks answer both questions.
"""


@dataclass(frozen=True)
class Step:
    """One click.

    Attributes:
        name: of the picture.
        caption: what the picture shows, and what is clicked next.
        act: what leads here from the step before.
        seen: what must then be visible; the picture begins with it.
    """

    name: str
    caption: str
    act: Callable[[Page], Any]
    seen: Callable[[Page], Locator]


def _link(name: str | re.Pattern[str]) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("link", name=name).first.click()


def _plan(page: Page) -> None:
    _link("New check")(page)
    _link("Most amplifying and mitigating")(page)
    page.get_by_label("Probe").select_option(PROBE)
    expect(page.locator("[data-cost-text]")).to_contain_text("24 trainings")


def _check(page: Page) -> None:
    """Starts a check and waits until it has ended."""
    page.get_by_role("button", name="Start the check").click()
    page.wait_for_url(re.compile(r"/checks/\d+$"))
    expect(page.get_by_role("button", name="Delete")).to_be_visible(timeout=RETRAINING_MILLISECONDS)


def _heading(name: str | re.Pattern[str]) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("heading", name=name).first


STEPS = [
    Step(
        "start",
        "The start page lists the demo's audit with its scores. Click its name.",
        lambda page: page.goto("/"),
        lambda page: page.get_by_role("table", name="Latest audits"),
    ),
    Step(
        "overview",
        "The overview shows each score with its interval, and in grey what shuffled text scores. The intervals reach "
        f"across zero, because the corpus is small. Click {PROBE}.",
        _link(AUDIT_NAME),
        _heading("Overview"),
    ),
    Step(
        "probe",
        "The card of the probe says which way the score points and which documents push it. Below the documents, click "
        "“article”.",
        lambda page: page.get_by_role("table", name="Probes of this audit").get_by_role("link", name=PROBE).click(),
        _heading(PROBE),
    ),
    Step(
        "articles",
        "Influences are summed by article, with the largest sum of either sign first. Click the first article.",
        lambda page: page.locator(".card", has=_heading(PROBE)(page)).get_by_role("link", name="article").click(),
        lambda page: page.get_by_role("table", name="Influence by article"),
    ),
    Step(
        "sections",
        "These are the sections of the article that push the same way, the strongest first. Click the first section.",
        lambda page: page.locator("tbody th a").first.click(),
        lambda page: page.locator(".ranking").first,
    ),
    Step(
        "document",
        "The page of a section says where it ranks, what the score would be without it, and whether the seeds agree. "
        "Scroll to its text.",
        lambda page: page.locator(".ranking-row .ranking-text > a").first.click(),
        lambda page: page.get_by_role("navigation", name="Probe"),
    ),
    Step(
        "text",
        "Sentences and words are tinted by their own influence. Click the name of the audit at the top.",
        lambda page: None,
        _heading("Text"),
    ),
    Step(
        "checks",
        "Influences are predictions. The last card of the audit checks them. Click “New check”.",
        lambda page: page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=AUDIT_NAME).click(),
        _heading("Check by retraining"),
    ),
    Step(
        "plan",
        "Click the plan “Most amplifying and mitigating”, choose the probe, and click “Start the check”.",
        _plan,
        _heading("Check by retraining"),
    ),
    Step(
        "answer",
        "After some minutes the answer is there. Without the amplifying documents the score turns its sign, as "
        "predicted; without random documents it does not. It changes by more than was predicted, and the page says so.",
        _check,
        lambda page: page.locator(".notice").first,
    ),
]


def walk(page: Page) -> Iterator[Step]:
    """Takes the steps on a signed-in page that answers questions with yes; yields each when what it shows is seen."""
    page.set_viewport_size(SCREEN)
    for step in STEPS:
        step.act(page)
        expect(step.seen(page)).to_be_visible()
        yield step


def picture(step: Step) -> Path:
    return PICTURES / f"walk-{STEPS.index(step) + 1:02d}-{step.name}.png"


def markdown() -> str:
    """The page that the pictures belong to."""
    shown = [
        f"{number}. {step.caption}\n\n    ![{step.name}]({picture(step).relative_to(GUIDE)})\n"
        for number, step in enumerate(STEPS, 1)
    ]
    return "\n".join([INTRODUCTION, *shown])


def photograph(sign_in_link: str) -> None:
    """Walks on a running server and writes page and pictures."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_OPTIONS)
        page = browser.new_page(base_url=sign_in_link.split("/sign-in")[0], reduced_motion="reduce")
        page.on("dialog", lambda dialog: dialog.accept())
        expect.set_options(timeout=PATIENCE)
        page.goto(sign_in_link)
        page.wait_for_url(lambda url: "/sign-in" not in url)
        for step in walk(page):
            step.seen(page).evaluate("seen => scrollTo(0, seen.getBoundingClientRect().top + scrollY - 90)")
            page.screenshot(path=picture(step), animations="disabled")
        browser.close()
    PAGE.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    photograph(sys.argv[1])
