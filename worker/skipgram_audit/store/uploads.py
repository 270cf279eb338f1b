"""Queries on uploads: files on their way in, and their previews.

``preview`` holds {"chosen": options or None, "found": what the worker saw or None, "error": {message, remedy} or None}.
"""

from typing import Any

from sqlalchemy import CompoundSelect, delete, select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import AuditError, NotFound
from skipgram_audit.store.jobs import ACTIVE
from skipgram_audit.store.models import CorpusRow, ImportedModelRow, Status, Upload, UploadPurpose


def create(
    session: Session,
    upload_id: str,
    filename: str,
    total_bytes: int,
    purpose: UploadPurpose = UploadPurpose.CORPUS,
) -> Upload:
    """A new upload of which nothing has arrived."""
    upload = Upload(id=upload_id, filename=filename, total_bytes=total_bytes, purpose=purpose)
    session.add(upload)
    session.flush()
    return upload


def get(session: Session, upload_id: str) -> Upload:
    """Raises:
    NotFound: there is no such upload.
    """
    upload = session.get(Upload, upload_id[:32])
    if upload is None:
        raise NotFound("There is no such upload.", "It may have been imported or deleted; see the list of corpora.")
    return upload


def take(session: Session, upload_id: str) -> Upload:
    """An upload that nobody else takes until this transaction ends.

    Raises:
        NotFound: there is no such upload.
    """
    # A write of what is there: it takes the row on Postgres, and SQLite's one writer.
    session.execute(update(Upload).where(Upload.id == upload_id).values(received_bytes=Upload.received_bytes))
    return get(session, upload_id)


def set_received(session: Session, upload_id: str, received: int) -> None:
    """Writes down how much has arrived of an upload that is not complete."""
    incomplete = (Upload.id == upload_id, Upload.sha256.is_(None))
    session.execute(update(Upload).where(*incomplete).values(received_bytes=received))


def complete(session: Session, upload_id: str, sha256: str) -> bool:
    """Writes down that all has arrived; False when another request has done so, or deleted the upload."""
    incomplete = (Upload.id == upload_id, Upload.sha256.is_(None))
    values = {"received_bytes": Upload.total_bytes, "sha256": sha256}
    return session.scalar(update(Upload).where(*incomplete).values(values).returning(Upload.id)) is not None


def pending(session: Session, purpose: UploadPurpose = UploadPurpose.CORPUS) -> list[Upload]:
    """Uploads for a purpose that no import is using or has read to its end, the newest first."""
    read = select(CorpusRow.upload_id).where(CorpusRow.upload_id.is_not(None), CorpusRow.status == Status.DONE)
    statement = select(Upload).where(
        Upload.purpose == purpose, Upload.id.not_in(_active_uploads()), Upload.id.not_in(read)
    )
    return list(session.scalars(statement.order_by(Upload.created_at.desc())))


def _active_uploads() -> CompoundSelect[str | None]:
    """Ids of uploads that are being read, for a corpus or for a model."""
    corpora = select(CorpusRow.upload_id).where(CorpusRow.upload_id.is_not(None), CorpusRow.status.in_(ACTIVE))
    models = select(ImportedModelRow.upload_id).where(
        ImportedModelRow.upload_id.is_not(None), ImportedModelRow.status.in_(ACTIVE)
    )
    return corpora.union_all(models)


def unfinished(session: Session, filename: str, total_bytes: int, purpose: UploadPurpose) -> list[Upload]:
    """Uploads of a file of this name and size that have not arrived whole, the newest first."""
    statement = select(Upload).where(
        Upload.filename == filename,
        Upload.total_bytes == total_bytes,
        Upload.sha256.is_(None),
        Upload.purpose == purpose,
    )
    return list(session.scalars(statement.order_by(Upload.created_at.desc())))


def ask_for_preview(upload: Upload, chosen: dict[str, Any] | None, by_form: bool = False) -> None:
    """Notes the options that the next preview is to use; None for what the file suggests.

    Args:
        by_form: they come from a form that showed the preview before, so fields that it did not offer are still to be
            chosen.
    """
    upload.preview = {"chosen": chosen, "offered": _offered(upload) if by_form else None, "found": None, "error": None}


def _offered(upload: Upload) -> list[str]:
    """The fields that the form of an upload's preview offers as metadata."""
    found = (upload.preview or {}).get("found") or {"fields": [], "options": {}}
    used = {found["options"].get(name) for name in ("text_field", "id_field", "title_field")}
    return [name for name in found["fields"] if name not in used]


def set_preview(session: Session, upload_id: str, found: dict[str, Any]) -> None:
    """Writes what the worker saw, unless the upload has been deleted meanwhile."""
    upload = session.get(Upload, upload_id)
    if upload is not None:
        upload.preview = {"chosen": (upload.preview or {}).get("chosen"), "found": found, "error": None}


def set_preview_error(session: Session, upload_id: str, error: AuditError) -> None:
    """Writes why the file cannot be previewed."""
    upload = session.get(Upload, upload_id)
    if upload is not None:
        problem = {"code": error.code, "message": error.message, "remedy": error.remedy}
        upload.preview = {"chosen": (upload.preview or {}).get("chosen"), "found": None, "error": problem}


def is_in_use(session: Session, upload_id: str) -> bool:
    """Whether an import is reading it."""
    return any(active == upload_id for active in session.execute(_active_uploads()).scalars())


def remove(session: Session, upload_id: str) -> None:
    session.execute(delete(Upload).where(Upload.id == upload_id))
