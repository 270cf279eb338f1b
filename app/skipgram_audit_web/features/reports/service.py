"""The files of a finished audit: the worker has written them, the web only serves them."""

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, Response, StreamingResponse
from zipstream import ZipStream

from skipgram_audit.model.errors import NotFound
from skipgram_audit.report.metadata.files import files_of
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.reports.making import descriptions
from skipgram_audit_web.web import attachment

NOT_SERVED = ("skipped.csv",)
"""What a corpus' own page shows."""


@dataclass(frozen=True)
class Download:
    """A file that is there."""

    filename: str
    label: str
    description: str
    media_type: str
    byte_count: int
    path: Path


def available_downloads(settings: Settings, audit: AuditRow) -> list[Download]:
    """The files of an audit's report, in the order of FILE_KINDS; files of no known kind are not served."""
    return [
        Download(one.name, one.kind.label, one.kind.description, one.kind.media_type, one.size, one.path)
        for one in files_of(settings.audit_folder(audit.storage_name))
        if one.name not in NOT_SERVED
    ]


def find_download(settings: Settings, audit: AuditRow, filename: str) -> Download:
    """One of the available files; the name is only compared, so no path can be smuggled in.

    Raises:
        NotFound: no such file.
    """
    downloads = available_downloads(settings, audit)
    for download in downloads:
        if download.filename == filename:
            return download
    raise NotFound(
        f"The audit has no file {filename[:80]!r}.",
        f"Its files are {', '.join(item.filename for item in downloads)}."
        if downloads
        else "Its report has not been written yet, or was removed from the data folder.",
    )


def finished_audit_of(database: Database, audit_id: int) -> AuditRow:
    """Raises:
    NotFound, Conflict: there is no such audit, or it is not done.
    """
    with database.session() as session:
        return finished_audit(session, audit_id)


def file_response(database: Database, settings: Settings, audit_id: int, filename: str) -> FileResponse:
    """One file of an audit\'s report."""
    download = find_download(settings, finished_audit_of(database, audit_id), filename)
    return FileResponse(
        download.path,
        media_type=download.media_type,
        filename=f"audit-{audit_id}-{download.filename}",
    )


def folder_response(database: Database, settings: Settings, audit_id: int) -> Response:
    """The whole folder as a zip that is made while it is sent; nothing in it is compressed again.

    What the folder says of itself to programs is that of today, with what the report's form says of the corpus.
    """
    folder = settings.audit_folder(finished_audit_of(database, audit_id).storage_name)
    told = descriptions(database, settings, audit_id)
    name = f"audit-{audit_id}"
    stream = ZipStream(sized=True)
    for path in sorted(folder.iterdir()):
        if path.name not in told:
            stream.add_path(path, f"{name}/{path.name}")
    for filename, content in told.items():
        stream.add(content, f"{name}/{filename}")
    headers = {**attachment(f"{name}.zip"), "content-length": str(len(stream))}
    return StreamingResponse(stream, media_type="application/zip", headers=headers)
