"""The page of a report, its forms as files, and the same in the API."""

import io
import json
import zipfile

import pikepdf
import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import event

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.report_options import SECTIONS
from skipgram_audit.model.rewriting import RewriteOutcome, RewrittenScore
from skipgram_audit.report.formatting import score_with_error
from skipgram_audit.settings import Settings
from skipgram_audit.store import rewritings, what_ifs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Document, Status
from skipgram_audit_web.features.reports.making import document_of
from tests.audit_sample import HOSTILE_TITLE, Sample, make_audit
from tests.check_sample import make_check
from tests.stored_files import audit_of

ORIGIN = {"origin": "http://127.0.0.1:8000"}
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#123456"/></svg>'


@pytest.fixture
def sample(settings: Settings, database: Database) -> Sample:
    made = make_audit(database)
    folder = settings.audit_folder(audit_of(database, made.audit_id).storage_name)
    folder.mkdir(parents=True)
    (folder / "words.csv").write_text("word,tokens\n", encoding="utf-8")
    (folder / "artifacts").mkdir()
    (folder / "artifacts" / "corpus.json").write_text("{}", encoding="utf-8")
    return made


def fields(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "title": "My <b>title</b>", "authors": "Ana Núñez\n李雷\n", "day": "2026-02-03", "question": "Is it?",
        "notes": "First.\r\nSecond.", "licence": "CC-BY-4.0", "source": "Here", "time_span": "1990 to 1999",
        "consent": "None", "texts": "full", "strongest": "2", "sections": list(SECTIONS),
    }  # fmt: skip
    return values | changes


def save(client: TestClient, sample: Sample, files: object = None, **changes: object) -> int:
    address = f"/audits/{sample.audit_id}/report"
    answer = client.post(address, data=fields(**changes), files=files, headers=ORIGIN)  # type: ignore[arg-type]
    return answer.status_code


def page(client: TestClient, sample: Sample, path: str = "/report") -> html.HtmlElement:
    answer = client.get(f"/audits/{sample.audit_id}{path}")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def ids(report: html.HtmlElement) -> list[str]:
    return [one.get("id") for one in report.xpath("//main/section")]


def test_what_was_saved_is_filled_in_and_in_every_form(client: TestClient, sample: Sample) -> None:
    assert save(client, sample) == 303
    form = page(client, sample)
    assert form.xpath("//input[@id='title']/@value") == ["My <b>title</b>"]
    assert form.xpath("//textarea[@id='authors']")[0].text_content() == "Ana Núñez\n李雷"
    assert len(form.xpath("//input[@name='sections'][@checked]")) == len(SECTIONS)
    report = page(client, sample, "/report/preview")
    assert report.xpath("//h1")[0].text_content() == "My <b>title</b>"
    assert report.xpath("//@data-day") == ["2026-02-03"]
    assert "licence" not in form.xpath("//@data-notice")
    assert save(client, sample, licence="as you like") == 303
    assert "licence" in page(client, sample).xpath("//@data-notice")
    assert save(client, sample) == 303
    assert "CC-BY-4.0" in report.xpath("//section[@id='corpus']")[0].text_content()
    markdown = client.get(f"/audits/{sample.audit_id}/report.md").text
    assert "1990 to 1999" in markdown
    answer = client.get(f"/audits/{sample.audit_id}/report.pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-{sample.audit_id}-report.pdf"'
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.open_metadata()["dc:title"]) == "My <b>title</b>"
    assert answer.content == client.get(f"/audits/{sample.audit_id}/report.pdf").content


def test_the_preview_runs_nothing_and_fetches_nothing(client: TestClient, sample: Sample) -> None:
    answer = client.get(f"/audits/{sample.audit_id}/report/preview")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert HOSTILE_TITLE not in answer.text


def test_sections_that_were_not_ticked_are_left_out(client: TestClient, sample: Sample) -> None:
    assert ids(page(client, sample, "/report/preview")) == list(SECTIONS)
    assert save(client, sample, sections=["limits", "answer"]) == 303
    assert ids(page(client, sample, "/report/preview")) == ["answer", "limits"]
    assert save(client, sample, sections=[]) == 422


def test_texts_are_left_out_where_the_corpus_must_not_leave_the_house(client: TestClient, sample: Sample) -> None:
    def shown() -> str:
        return str(page(client, sample, "/report/preview").text_content())

    assert "Her career began there." in shown()
    assert save(client, sample, texts="none") == 303
    text = shown()
    assert "alice" in text  # the id
    for word in ("Alice", "career began", "here</i>", "Größe"):
        assert word not in text
    assert "career began" not in client.get(f"/audits/{sample.audit_id}/report.md").text


def test_a_logo_is_kept_until_it_is_taken_away(client: TestClient, sample: Sample) -> None:
    assert save(client, sample, files={"logo": ("l.svg", LOGO, "image/svg+xml")}) == 303
    assert page(client, sample, "/report/preview").xpath("//img/@src")[0].startswith("data:image/svg+xml;base64,")
    assert save(client, sample) == 303
    assert page(client, sample, "/report/preview").xpath("//img")
    assert save(client, sample, remove_logo="on") == 303
    assert not page(client, sample, "/report/preview").xpath("//img")
    assert save(client, sample, files={"logo": ("l.svg", b"<svg><script/></svg>", "image/svg+xml")}) == 422


def test_bad_fields_are_named_and_nothing_is_changed(client: TestClient, sample: Sample) -> None:
    address = f"/audits/{sample.audit_id}/report"
    answer = client.post(address, data=fields(day="yesterday", strongest="99"), headers=ORIGIN)
    assert answer.status_code == 422
    form = html.fromstring(answer.text)
    assert {one.get("id") for one in form.xpath("//*[@class='field-error']")} == {"day-error", "strongest-error"}
    assert form.xpath("//input[@id='title']/@value") == ["My <b>title</b>"]
    assert page(client, sample).xpath("//input[@id='title']/@value") == [""]


def test_checks_of_the_audit_are_in_the_report(client: TestClient, database: Database, sample: Sample) -> None:
    def limits() -> str:
        return str(page(client, sample, "/report/preview").xpath("//section[@id='limits']")[0].text_content())

    assert "weat-6: No check" in limits()
    make_check(database, sample, CheckPlan(plan="extremes", probe="weat-6", documents=1, sets=3, seeds=[1, 2]))
    make_check(database, sample, CheckPlan(sets=12, probe="weat-6"))
    make_check(database, sample, CheckPlan(sets=3, probe="weat-6", draw_seed=2), finished=False)
    report = page(client, sample, "/report/preview")
    assert [one.get("id") for one in report.xpath("//section[@id='checks']/section")] == ["check-2", "check-1"]
    assert len(report.xpath("//section[@id='checks']//svg")) == 4
    assert "weat-6: No check" not in limits()
    assert "1 check" in limits()


def test_texts_are_shown_as_long_as_was_asked_for(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        for document in session.query(Document):
            document.text = "some more words of a text " * 40
    report = page(client, sample, "/report/preview")
    shown = [cell for cell in report.xpath("//section[@id='drivers']//td/text()") if cell.strip().endswith("…")]
    assert shown
    assert any(390 < len(cell) - cell.find("some more") <= 401 for cell in shown)
    assert {cell.rstrip("…").rsplit(" ", 1)[-1] for cell in shown} <= {"some", "more", "words", "of", "a", "text"}


def test_the_api_does_the_same(client: TestClient, sample: Sample) -> None:
    root = f"/api/v1/audits/{sample.audit_id}"
    assert client.get(f"{root}/report").json()["options"]["title"] == ""
    options = {"title": "API", "authors": ["Ana"], "sections": ["answer"], "texts": "short"}
    saved = client.put(f"{root}/report", json=options, headers=ORIGIN)
    assert saved.status_code == 200
    assert saved.json()["options"]["title"] == "API"
    for address in saved.json()["addresses"].values():
        assert client.get(address).status_code == 200
    assert client.put(f"{root}/report", json={"colour": "red"}, headers=ORIGIN).status_code == 422
    wrong = client.put(f"{root}/report", json={"sections": ["answer", "weather", 7]}, headers=ORIGIN)
    [problem] = wrong.json()["error"]["details"]["problems"]
    assert problem["place"] == "body.sections"
    assert "'weather' and no section 7" in problem["problem"]
    assert wrong.json()["error"]["message"].count("sections") == 1
    put = client.put(f"{root}/report/logo", content=LOGO, headers=ORIGIN | {"content-type": "application/octet-stream"})
    assert put.json()["logo"] == "image/svg+xml"
    assert client.put(f"{root}/report/logo", content=b"no", headers=ORIGIN).status_code == 422
    assert client.delete(f"{root}/report/logo", headers=ORIGIN).status_code == 204
    assert client.get(f"{root}/report").json()["logo"] is None
    assert client.get("/api/v1/report-schema").json()["title"] == "ReportFile"


@pytest.mark.parametrize(("licence", "warned"), [("", False), ("CC0-1.0", False), ("as you <i>like</i>", True)])
def test_the_api_warns_of_a_licence_that_programs_cannot_read(
    client: TestClient, sample: Sample, licence: str, warned: bool
) -> None:
    address = f"/api/v1/audits/{sample.audit_id}/report"
    saved = client.put(address, json={"licence": licence}, headers=ORIGIN).json()
    assert (licence in saved["licence_note"] and bool(saved["licence_note"])) == warned
    assert client.get(address).json() == saved


def test_a_what_if_that_was_confirmed_has_its_retrained_score(
    client: TestClient, database: Database, sample: Sample
) -> None:
    """The score of the audit plus the change that the check found, as on the page of what-ifs; where documents count
    twice, a rewriting."""

    def row() -> str:
        lines = client.get(f"/audits/{sample.audit_id}/report.md").text.replace("\\", "").split("\n")
        [found] = [line for line in lines if line.startswith(f"| {asked['id']}: ") and "| weat-6 |" in line]
        return [cell.strip() for cell in found.strip("|").split("|")][-1]

    root = f"/api/v1/audits/{sample.audit_id}/what-ifs"
    asked = client.post(root, json={"strongest": 1, "probe": "weat-6"}, headers=ORIGIN).json()
    assert row() == "–"
    with database.session() as session:
        positions = what_ifs.positions_of(what_ifs.get(session, sample.audit_id, asked["id"])).tolist()
    check = make_check(database, sample, CheckPlan(plan="chosen", positions=positions, sets=0, seeds=[1, 2]))
    with database.session() as session:
        what_ifs.get(session, sample.audit_id, asked["id"]).check_id = check
    actual = client.get(f"{root}/{asked['id']}").json()["actual"]["weat-6"]
    expected = score_with_error(actual["score"] + actual["actual"], actual["actual_error"], "weat")
    assert row() == expected
    assert "±" in expected
    asked = client.post(root, json={"strongest": 1, "probe": "weat-6", "weight": 2}, headers=ORIGIN).json()
    confirmed = client.post(f"{root}/{asked['id']}/confirm", headers=ORIGIN).json()
    assert row() == "–"
    score = RewrittenScore(probe="weat-6", kind="weat", before=[1.25], trained_before=[1.2, 1.3], trained=[1.5, 1.8])
    with database.session() as session:
        outcome = RewriteOutcome(scores=[score], seeds=[1], trained_seeds=[1, 2])
        rewritings.save(session, confirmed["rewriting_id"], outcome, {})
    assert row() == score_with_error(1.25 + 0.4, 0.1, "weat")


def test_the_folder_tells_of_itself_what_its_user_entered(client: TestClient, sample: Sample) -> None:
    assert save(client, sample) == 303
    for name in client.get(f"/api/v1/audits/{sample.audit_id}/report").json()["descriptions"].values():
        assert client.get(name).status_code == 200
    with zipfile.ZipFile(io.BytesIO(client.get(f"/audits/{sample.audit_id}/folder.zip").content)) as archive:
        root = f"audit-{sample.audit_id}"
        assert f"{root}/artifacts/corpus.json" in archive.namelist()
        croissant = json.loads(archive.read(f"{root}/croissant.json"))
    assert croissant["license"] == "CC-BY-4.0"
    assert [one["name"] for one in croissant["distribution"]] == ["words.csv"]
    assert client.get(f"/audits/{sample.audit_id}/report/descriptions/..%2Fsecret").status_code == 404


def test_an_audit_that_runs_has_no_report(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        session.get_one(AuditRow, sample.audit_id).status = Status.RUNNING
    for path in ("report", "report.pdf", "report/preview"):
        assert client.get(f"/audits/{sample.audit_id}/{path}").status_code == 409
    assert client.get("/audits/999/report").status_code == 404
    assert client.get(f"/audits/{sample.audit_id}/report.doc").status_code == 404


def test_a_report_asks_the_database_for_no_more_when_the_corpus_is_large(
    client: TestClient, database: Database, settings: Settings
) -> None:
    def asked(copies: int) -> tuple[int, int]:
        """Statements of a report, and rows that they gave; its texts are five of each side in both."""
        made = make_audit(database, copies=copies)
        statements = rows = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        def count_rows(result: object, *_: object) -> None:
            nonlocal rows
            rows += 1

        document_of(database, made.audit_id)  # packed columns are opened once
        event.listen(database.engine, "after_cursor_execute", count)
        event.listen(AuditRow, "load", count_rows)
        event.listen(Document, "load", count_rows)
        try:
            document_of(database, made.audit_id)
        finally:
            event.remove(database.engine, "after_cursor_execute", count)
            event.remove(AuditRow, "load", count_rows)
            event.remove(Document, "load", count_rows)
        return statements, rows

    few, many = asked(8), asked(80)
    assert few[0] > 10
    assert few == many
