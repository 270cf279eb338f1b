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
INTRODUCTION = """\
# Walk-through

Do the hundred Wikipedia articles of the demo set women nearer to home than to war? Which of them do, and what happens
to the score without those? Start `make run`; six clicks answer these questions.

The words of the demo's probe were chosen after looking at its articles, so that there is something to find. The answer
says nothing of Wikipedia as a whole.
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


def _to_the_audit(page: Page) -> None:
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=AUDIT_NAME).click()


def _confirm(page: Page) -> None:
    """Starts the check that the audit's page offers, and waits until it has ended."""
    _to_the_audit(page)
    page.get_by_role("button", name="Confirm by retraining").click()
    page.wait_for_url(re.compile(r"/checks/\d+$"))
    expect(page.get_by_role("button", name="Delete")).to_be_visible(timeout=RETRAINING_MILLISECONDS)


def _heading(name: str | re.Pattern[str]) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("heading", name=name).first


STEPS = [
    Step(
        "start",
        "The start page lists the demo's audit. Click its name.",
        lambda page: page.goto("/"),
        lambda page: page.get_by_role("table", name="Latest audits"),
    ),
    Step(
        "answer",
        "The answer comes first: what each score shows, and how sure that is. In grey is what the same words score in "
        "shuffled text. Below are the documents that make the score stronger, and those that weaken it. Click the "
        "first one.",
        _link(AUDIT_NAME),
        lambda page: page.locator("h1"),
    ),
    Step(
        "document",
        "The page of a document says where it ranks, what the score would be without it, and whether the seeds agree. "
        "Its text follows.",
        lambda page: page.locator(".driver-head > a").first.click(),
        lambda page: page.locator("h1"),
    ),
    Step(
        "text",
        "Sentences and words are tinted by their own influence. Click the name of the audit at the top.",
        lambda page: None,
        _heading("Text"),
    ),
    Step(
        "check",
        "Influences are predictions. Click “Confirm by retraining”: word vectors are trained again without the "
        "strongest documents, and without as many random ones. After some minutes the answer is there. Click the name "
        "of the audit.",
        _confirm,
        lambda page: page.locator(".notice").first,
    ),
    Step(
        "confirmed",
        "What was found now stands beside the answer.",
        _to_the_audit,
        lambda page: page.locator("[data-next-step='confirmed']"),
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
