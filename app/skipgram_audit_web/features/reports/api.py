"""Downloads of a finished audit in the JSON API."""

from fastapi import APIRouter
from starlette.responses import FileResponse, Response, StreamingResponse

from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.reports.schemas import DownloadModel
from skipgram_audit_web.features.reports.service import (
    available_downloads,
    file_response,
    finished_audit_of,
    folder_response,
)
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings

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
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file."}},
    response_class=FileResponse,
)
def download(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    """One file of a finished audit."""
    return file_response(database, settings, audit_id, filename)
