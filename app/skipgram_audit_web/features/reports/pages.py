"""Downloads of a finished audit, for pages and programs alike."""

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import FileResponse

from skipgram_audit.settings import Settings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Audit
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.audits.views import require_done
from skipgram_audit_web.features.reports.downloads import available_downloads, find_download
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings

router = APIRouter()


class DownloadModel(BaseModel):
    """A file of a finished audit."""

    filename: str
    label: str
    description: str
    media_type: str
    byte_count: int
    address: str


def _finished(database: Database, audit_id: int) -> Audit:
    with database.session() as session:
        audit = audits.get(session, audit_id)
    require_done(audit)
    return audit


def _file(database: Database, settings: Settings, audit_id: int, filename: str) -> FileResponse:
    download = find_download(settings, _finished(database, audit_id), filename)
    return FileResponse(
        download.path,
        media_type=download.media_type,
        filename=f"audit-{audit_id}-{download.filename}",
    )


@router.get("/audits/{audit_id}/downloads/{filename}", include_in_schema=False)
def download_file(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    return _file(database, settings, audit_id, filename)


@router.get("/api/v1/audits/{audit_id}/downloads", tags=["audits"], responses=ERROR_RESPONSES)
def list_downloads(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> list[DownloadModel]:
    """The files of a finished audit."""
    audit = _finished(database, audit_id)
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
    "/api/v1/audits/{audit_id}/downloads/{filename}",
    tags=["audits"],
    responses={**ERROR_RESPONSES, 200: {"content": {"application/octet-stream": {}}, "description": "The file."}},
    response_class=FileResponse,
)
def download(audit_id: Id, filename: str, database: CurrentDatabase, settings: CurrentSettings) -> FileResponse:
    """One file of a finished audit."""
    return _file(database, settings, audit_id, filename)
