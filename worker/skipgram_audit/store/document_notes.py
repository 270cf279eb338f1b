"""What users note of documents: of few among very many, so the notes have a table of their own."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from skipgram_audit.store.models import DocumentNote


def note_of(session: Session, document_id: int) -> str:
    """Empty where there is none."""
    return session.scalar(select(DocumentNote.note).where(DocumentNote.document_id == document_id)) or ""


def notes_of(session: Session, document_ids: Sequence[int]) -> dict[int, str]:
    """Of the documents of a list: id -> note, for those that have one."""
    rows = session.scalars(select(DocumentNote).where(DocumentNote.document_id.in_(document_ids)))
    return {row.document_id: row.note for row in rows}


def set_note(session: Session, document_id: int, note: str) -> None:
    """Writes a note over the one that is there; an empty one takes it away."""
    if note:
        session.merge(DocumentNote(document_id=document_id, note=note))
    else:
        session.execute(delete(DocumentNote).where(DocumentNote.document_id == document_id))
