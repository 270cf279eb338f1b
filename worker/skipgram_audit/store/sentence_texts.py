"""The texts of single sentences, so that a page of them never loads long documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from skipgram_audit.store.models import Document
from skipgram_audit.store.packing import unpack_bounds

LONGEST_SENTENCE = 1_000
"""Characters shown of a sentence: texts without full stops can be one sentence of megabytes."""

READ_AT_ONCE = 20_000
"""Characters that are read of every document at once, and cut here. The database cuts sentences that end further on, a
query each."""


HEAD = (Document.id, Document.sentence_bounds, func.substr(Document.text, 1, READ_AT_ONCE).label("head"))
"""What sentence_text needs of a document: its id, its bounds, and how its text begins."""


def sentence_texts(session: Session, places: Sequence[tuple[int, int]]) -> list[str]:
    """The texts of sentences given as (document id, sentence index), the longest cut."""
    wanted = select(*HEAD).where(Document.id.in_({document_id for document_id, _ in places}))
    heads = {row.id: row for row in session.execute(wanted)}
    return [sentence_text(session, heads[document_id], index) for document_id, index in places]


def sentence_text(session: Session, document: Any, index: int) -> str:
    """The text of a sentence, cut when it is long.

    Args:
        document: a row that has the columns of HEAD.
    """
    start, end = unpack_bounds(document.sentence_bounds)[index].tolist()
    stop = min(end, start + LONGEST_SENTENCE)
    if stop <= READ_AT_ONCE:
        text: str = document.head[start:stop]
    else:
        text = session.scalars(cut_statement(document.id, start, stop)).one()
    return text + ("…" if stop < end else "")


def cut_statement(document_id: int, start: int, stop: int) -> Select[str]:
    """The query of text[start:stop] of a document."""
    return select(func.substr(Document.text, start + 1, stop - start)).where(Document.id == document_id)
