"""The files of a finished audit: the worker has written them, the web only serves them."""

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, Response, StreamingResponse
from zipstream import ZipStream

from skipgram_audit.model.errors import NotFound
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.web import attachment


@dataclass(frozen=True)
class Kind:
    """What a file of a report is; ``pattern`` matches its whole name."""

    pattern: re.Pattern[str]
    label: str
    description: str
    media_type: str


KINDS = [
    Kind(
        re.compile(r"report\.html"),
        "Report",
        "Everything of this page and the strongest texts in one file to read, keep or send; it needs no network.",
        "text/html; charset=utf-8",
    ),
    Kind(
        re.compile(r"documents\.csv"),
        "Documents",
        "A row a document with its group of near-duplicates, and rank, influence, spread and sign stability for every "
        "probe. Text that a spreadsheet "
        "would take for a formula begins with an apostrophe.",
        "text/csv; charset=utf-8",
    ),
    Kind(
        re.compile(r"words\.csv"),
        "Words",
        "A row a word of the vocabulary: how often it was trained on, and the influence of all its tokens on every "
        "probe.",
        "text/csv; charset=utf-8",
    ),
    Kind(
        re.compile(r"sentences\.parquet"),
        "Sentences",
        "A row a sentence, those of influence zero included, with its text and place.",
        "application/vnd.apache.parquet",
    ),
    Kind(
        re.compile(r"documents\.parquet"),
        "Documents for programs",
        "The table of documents with ids and fields exactly as they were given.",
        "application/vnd.apache.parquet",
    ),
    Kind(
        re.compile(r"report\.json"), "Scores", "Scores, word associations and counts for programs.", "application/json"
    ),
    Kind(
        re.compile(r"manifest\.json"),
        "Manifest",
        "Settings, seeds, versions and hashes: all that is needed to compute this audit again.",
        "application/json",
    ),
    Kind(
        re.compile(r"vectors-seed-\d+\.txt"),
        "Vectors",
        "The trained word vectors of one seed in word2vec's text format.",
        "text/plain; charset=utf-8",
    ),
]


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
    """The files of an audit's report, in the order of KINDS; files of no known kind are not served."""
    folder = settings.audit_folder(audit.storage_name)
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return [
        Download(path.name, kind.label, kind.description, kind.media_type, path.stat().st_size, path)
        for kind in KINDS
        for path in paths
        if kind.pattern.fullmatch(path.name)
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
    """The whole folder as a zip that is made while it is sent; nothing in it is compressed again."""
    folder = settings.audit_folder(finished_audit_of(database, audit_id).storage_name)
    if not folder.is_dir():
        raise NotFound("The files of this audit are no longer in the data folder.", "Run the audit again.")
    name = f"audit-{audit_id}"
    stream = ZipStream.from_path(folder, arcname=name, sized=True)
    headers = {**attachment(f"{name}.zip"), "content-length": str(len(stream))}
    return StreamingResponse(stream, media_type="application/zip", headers=headers)
