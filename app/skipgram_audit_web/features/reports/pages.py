"""Downloads of a finished audit."""

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.reports.service import file_response, folder_response
from skipgram_audit_web.web import CurrentDatabase, CurrentSettings

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)


@router.get("/folder.zip")
def download_folder_page(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    return folder_response(database, settings, audit_id)


@router.get("/downloads/{filename}")
def download_file(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    return file_response(database, settings, audit_id, filename)
