"""A notification when a job has ended while its page was not looked at, if the user allows it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from tests.serving import Server

RECORDING = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = window.answer ?? "granted"); }
  constructor(title, options) {
    super();
    window.told.push([title, options.body]);
    document.documentElement.dataset.told = window.told.length;
  }
};
Object.defineProperty(Document.prototype, "hidden", { get: () => window.away ?? false });
window.setTimeout = ((original) => (work, wait) => original(work, Math.min(wait ?? 0, 50)))(window.setTimeout);
"""
"""Stands in for the browser's notifications, which a browser without a desktop does not show; and for looking away."""


def job_page(page: Page, server: Server) -> str:
    """The page of jobs with one that runs as long as nobody ends it; gives the job's id."""
    database = Database(server.settings)
    with database.session() as session:
        session.merge(Job(id="told", kind=JobKind.PREVIEW, subject="gone", status=Status.RUNNING, phase="Reading"))
    database.close()
    page.add_init_script(RECORDING)
    page.route("**/api/v1/jobs/told", lambda route: route.fulfill(json=state("running")))
    page.goto("/jobs")
    return "told"


def state(status: str) -> dict[str, object]:
    return {
        "status": status, "phase": "Reading", "phase_number": 1, "phase_count": 1, "fraction": 0.5, "seconds_left": 9,
    }  # fmt: skip


def test_a_job_that_ends_unseen_is_told_to_who_asked(page: Page, server: Server) -> None:
    job_page(page, server)
    button = page.locator("[data-notify]").first
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.away = true")
    page.unroute("**/api/v1/jobs/told")
    page.route("**/api/v1/jobs/told", lambda route: route.fulfill(json=state("done")))
    expect(page.locator("html")).to_have_attribute("data-told", "1")
    [[_, body]] = page.evaluate("window.told")
    assert "done" in body


def test_a_refusal_is_said_and_nothing_is_told(page: Page, server: Server, new_page: Callable[..., Page]) -> None:
    page.add_init_script("window.answer = 'denied'")
    job_page(page, server)
    button = page.locator("[data-notify]").first
    button.click()
    expect(button).to_be_disabled()
    page.evaluate("window.away = true")
    page.unroute("**/api/v1/jobs/told")
    page.route("**/api/v1/jobs/told", lambda route: route.fulfill(json=state("failed")))
    expect(page).to_have_title("Failed · Jobs · Skip-gram Audit")
    assert page.evaluate("window.told") == []
