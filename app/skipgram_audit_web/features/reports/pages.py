"""Downloads of a finished audit, for pages and programs alike."""

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import FileResponse, Response, StreamingResponse
from zipstream import ZipStream

from skipgram_audit.model.errors import NotFound
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Audit
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.views import require_done
from skipgram_audit_web.features.reports.service import available_downloads, find_download
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings, attachment

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


def _folder(database: Database, settings: Settings, audit_id: int) -> Response:
    """The whole folder as a zip that is made while it is sent; nothing in it is compressed again."""
    folder = settings.audit_folder(_finished(database, audit_id).storage_name)
    if not folder.is_dir():
        raise NotFound("The files of this audit are no longer in the data folder.", "Run the audit again.")
    name = f"audit-{audit_id}"
    stream = ZipStream.from_path(folder, arcname=name, sized=True)
    headers = {**attachment(f"{name}.zip"), "content-length": str(len(stream))}
    return StreamingResponse(stream, media_type="application/zip", headers=headers)


@router.get("/audits/{audit_id}/folder.zip", include_in_schema=False)
def download_folder_page(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    return _folder(database, settings, audit_id)


@router.get(
    "/api/v1/audits/{audit_id}/folder.zip",
    tags=["audits"],
    responses={**ERROR_RESPONSES, 200: {"content": {"application/zip": {}}, "description": "The folder."}},
    response_class=StreamingResponse,
)
def download_folder(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """Everything of a finished audit as a folder that the library and the command line open."""
    return _folder(database, settings, audit_id)


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
