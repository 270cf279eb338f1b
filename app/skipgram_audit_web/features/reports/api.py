"""Downloads of a finished audit in the JSON API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from sqlalchemy.orm import Session
from starlette.responses import FileResponse, Response, StreamingResponse

from skipgram_audit.model.report_options import ReportOptions, licence_note
from skipgram_audit.report.document.logo import read_logo
from skipgram_audit.report.metadata.schema import report_schema
from skipgram_audit.store import report_choices
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.reports.making import (
    DESCRIPTIONS,
    FORMS,
    choices_of,
    description_response,
    report_response,
)
from skipgram_audit_web.features.reports.schemas import DownloadModel, ReportModel
from skipgram_audit_web.features.reports.service import (
    available_downloads,
    file_response,
    finished_audit_of,
    folder_response,
)
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings, file_responses

REPORT_TYPES: dict[str, Any] = {one.media_type.partition(";")[0]: {} for one in FORMS.values()}
schema_router = APIRouter(prefix="/api/v1", tags=["reports"], responses=ERROR_RESPONSES)
router = APIRouter(prefix="/api/v1/audits/{audit_id}", tags=["audits"], responses=ERROR_RESPONSES)


@router.get(
    "/folder.zip",
    responses={200: {"content": {"application/zip": {}}, "description": "The folder."}},
    response_class=StreamingResponse,
)
def download_folder(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """Everything of a finished audit as a folder that the library and the command line open."""
    return folder_response(database, settings, audit_id)


@router.get("/downloads")
def list_downloads(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> list[DownloadModel]:
    """The files of a finished audit."""
    audit = finished_audit_of(database, audit_id)
    return [
        DownloadModel(
            filename=item.filename,
            label=item.label,
            description=item.description,
            media_type=item.media_type,
            byte_count=item.byte_count,
            address=f"/api/v1/audits/{audit_id}/downloads/{item.filename}",
        )
        for item in available_downloads(settings, audit)
    ]


@router.get(
    "/downloads/{filename}",
    responses=file_responses("application/octet-stream"),
    response_class=FileResponse,
)
def download(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    """One file of a finished audit."""
    return file_response(database, settings, audit_id, filename)


def _model(session: Session, audit_id: int) -> ReportModel:
    chosen = choices_of(session, audit_id)
    root = f"/api/v1/audits/{audit_id}"
    return ReportModel(
        options=chosen.options,
        licence_note=licence_note(chosen.options.licence),
        logo=chosen.logo.media_type if chosen.logo else None,
        addresses={form: f"{root}/report.{form}" for form in FORMS},
        descriptions={name: f"{root}/descriptions/{name}" for name in DESCRIPTIONS},
    )


@router.get("/report", tags=["reports"])
def get_report(audit_id: Id, database: CurrentDatabase) -> ReportModel:
    """What was chosen for the report of a finished audit; the defaults where nothing was."""
    with database.session() as session:
        finished_audit(session, audit_id)
        return _model(session, audit_id)


@router.put("/report", tags=["reports"])
def put_report(audit_id: Id, database: CurrentDatabase, options: ReportOptions) -> ReportModel:
    """Chooses what the report holds, in the place of what was chosen before; a logo stays."""
    with database.session() as session:
        finished_audit(session, audit_id)
        report_choices.save_options(session, audit_id, options.model_dump(mode="json"))
        return _model(session, audit_id)


@router.put("/report/logo", tags=["reports"])
def put_logo(
    audit_id: Id,
    database: CurrentDatabase,
    content: Annotated[bytes, Body(media_type="application/octet-stream", description="A PNG, or an SVG of shapes.")],
) -> ReportModel:
    """Puts a logo on the report's first page, in the place of an earlier one."""
    logo = read_logo(content)
    with database.session() as session:
        finished_audit(session, audit_id)
        report_choices.save_logo(session, audit_id, logo.content)
        return _model(session, audit_id)


@router.delete("/report/logo", tags=["reports"], status_code=204)
def delete_logo(audit_id: Id, database: CurrentDatabase) -> Response:
    """Takes the logo away; there need not be one."""
    with database.session() as session:
        finished_audit(session, audit_id)
        report_choices.save_logo(session, audit_id, None)
    return Response(status_code=204)


@router.get(
    "/report.{form}",
    tags=["reports"],
    responses={200: {"content": REPORT_TYPES, "description": "The report."}},
    response_class=Response,
)
def download_report(audit_id: Id, database: CurrentDatabase, form: Literal["pdf", "html", "md"]) -> Response:
    """The report of a finished audit as PDF, as one HTML file, or as Markdown."""
    return report_response(database, audit_id, form)


@router.get(
    "/descriptions/{name}",
    tags=["reports"],
    responses=file_responses(*(media_type for _, _, media_type in DESCRIPTIONS.values())),
    response_class=Response,
)
def download_description(audit_id: Id, name: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """What the audit's folder says of itself to programs: Croissant, RO-Crate, W3C PROV, or a BibTeX entry."""
    return description_response(database, settings, audit_id, name)


@schema_router.get("/report-schema")
def get_report_schema() -> dict[str, Any]:
    """The JSON Schema of report.json."""
    return report_schema()
