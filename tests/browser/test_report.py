"""A report is made, previewed and downloaded in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.store.database import Database
from tests.audit_sample import make_audit
from tests.browser.every_page import barriers, brought_along
from tests.check_sample import make_check
from tests.serving import Server

TITLE = "Ωμέγα: प्रतिवेदन 報告 تقرير <b>"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#a84f08"/></svg>'


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """Of an audit with a check, put into the server's database."""
    database = Database(server.settings)
    sample = make_audit(database, copies=3)
    make_check(database, sample, CheckPlan(plan="extremes", probe="weat-6", documents=1, sets=3))
    yield f"/audits/{sample.audit_id}"
    database.close()


def test_a_report_is_made_previewed_and_downloaded(
    page: Page, new_page: Callable[..., Page], address: str, tmp_path: Path
) -> None:
    assert list(barriers(page, f"{address}/report")) == []
    page.goto(address)
    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Authors").fill("Ana Núñez\n李雷")
    page.get_by_label("Licence").fill("CC-BY-4.0")
    page.get_by_label("Appendix: manifest").uncheck()
    logo = tmp_path / "logo.svg"
    logo.write_bytes(LOGO)
    page.get_by_label("Logo").set_input_files(logo)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-notice=saved]")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.get_by_label("Appendix: manifest")).not_to_be_checked()
    with page.expect_download() as caught:
        page.locator("a[data-form=pdf]").click()
    with pikepdf.open(caught.value.path()) as pdf:
        assert str(pdf.open_metadata()["dc:title"]) == TITLE
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("img")).to_have_count(1)
    expect(page.locator("#manifest")).to_have_count(0)
    assert page.locator("#checks svg.chart").count() == 2
    assert [one for one in brought_along(page, f"{address}/report/preview") if "<img" not in one] == []
    assert list(barriers(page, f"{address}/report/preview")) == []
    page.goto(f"{address}/report")
    with page.expect_download() as caught:
        page.locator("a[data-form=html]").click()
    file = caught.value.path().with_suffix(".html")
    caught.value.save_as(file)
    opened = new_page()
    assert list(barriers(opened, file.as_uri())) == []
    expect(opened.get_by_role("heading", level=1)).to_have_text(TITLE)
