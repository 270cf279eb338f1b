"""The page on which a report is made, previewed and downloaded; and the files of a finished audit."""

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.report_options import TEXTS, licence_note
from skipgram_audit.report.document.logo import read_logo
from skipgram_audit.store import report_choices
from skipgram_audit.store.database import Database
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.reports.forms import ReportForm, sent_logo
from skipgram_audit_web.features.reports.making import (
    DESCRIPTIONS,
    FORMS,
    choices_of,
    description_response,
    preview_response,
    report_response,
)
from skipgram_audit_web.features.reports.service import file_response, folder_response
from skipgram_audit_web.web import CurrentDatabase, CurrentSettings, SentForm, render, see_other

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)


@router.get("/folder.zip")
def download_folder_page(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    return folder_response(database, settings, audit_id)


@router.get("/downloads/{filename}")
def download_file(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    return file_response(database, settings, audit_id, filename)


@router.get("/report")
def show_report(request: Request, audit_id: Id, database: CurrentDatabase, saved: str = "") -> Response:
    """The form, as it was last saved, and what it makes."""
    return _render(request, database, audit_id, saved=saved == "yes")


@router.post("/report")
def save_report(request: Request, audit_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """Keeps what was chosen and shows the report anew, or says what is wrong."""
    form = ReportForm.sent(sent)
    options = form.read()
    content = sent_logo(sent)
    logo: bytes | None = None
    try:
        logo = None if content is None else read_logo(content).content
    except AuditError as error:
        form.errors["logo"] = str(error)
    if options is None or form.errors:
        return _render(request, database, audit_id, form, 422)
    with database.session() as session:
        finished_audit(session, audit_id)
        report_choices.save_options(session, audit_id, options.model_dump(mode="json"))
        if logo is not None or sent.get("remove_logo"):
            report_choices.save_logo(session, audit_id, logo)
    return see_other(f"/audits/{audit_id}/report?saved=yes#download")


def _render(
    request: Request,
    database: Database,
    audit_id: int,
    form: ReportForm | None = None,
    status_code: int = 200,
    saved: bool = False,
) -> Response:
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choices_of(session, audit_id)
        return render(
            request,
            "reports/show.html",
            status_code=status_code,
            audit=audit,
            form=form or ReportForm.of(chosen.options),
            saved=saved,
            licence_note=licence_note(chosen.options.licence),
            has_logo=chosen.logo is not None,
            texts=TEXTS,
            forms=FORMS.values(),
            descriptions=DESCRIPTIONS,
        )


@router.get("/report/preview")
def preview_report(audit_id: Id, database: CurrentDatabase) -> Response:
    """The report as it would be downloaded, in a page that can run nothing."""
    return preview_response(database, audit_id)


@router.get("/report/descriptions/{name}")
def download_description(audit_id: Id, name: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """What the audit's folder says of itself to programs."""
    return description_response(database, settings, audit_id, name)


@router.get("/report.{form}")
def download_report(audit_id: Id, form: str, database: CurrentDatabase) -> Response:
    """The report as a file."""
    return report_response(database, audit_id, form)
