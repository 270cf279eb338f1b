"""The texts of single sentences, which the database cuts out, so that a page of them never loads whole documents."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Integer, Select, column, func, select, values
from sqlalchemy.orm import Session

from skipgram_audit.store.models import Document
from skipgram_audit.store.packing import unpack_bounds

LONGEST_SENTENCE = 1_000
"""Characters shown of a sentence: texts without full stops can be one sentence of megabytes."""

Cut = tuple[int, int, int, int, int]
"""Number, document id, first character from 1, characters shown, characters of the whole sentence."""


def sentence_texts(session: Session, places: Sequence[tuple[int, int]]) -> list[str]:
    """The texts of sentences given as (document id, sentence index), the longest cut."""
    ids = {document_id for document_id, _ in places}
    packed = session.execute(select(Document.id, Document.sentence_bounds).where(Document.id.in_(ids)))
    bounds = {row.id: unpack_bounds(row.sentence_bounds) for row in packed}
    cuts: list[Cut] = []
    for document_id, index in places:
        start, end = bounds[document_id][index].tolist()
        cuts.append((len(cuts), document_id, start + 1, min(end - start, LONGEST_SENTENCE), end - start))
    found = {row.number: row.text for row in session.execute(cut_statement(cuts))} if cuts else {}
    return [found[number] + ("…" if shown < length else "") for number, _, _, shown, length in cuts]


def cut_statement(cuts: Sequence[Cut]) -> Select[int, str]:
    """The query of pieces of documents, each under its number."""
    names = {"number": Integer, "document": BigInteger, "first": Integer, "length": Integer}
    rows = values(*(column(name, kind) for name, kind in names.items()), name="rows").data([cut[:4] for cut in cuts])
    # SQLite names the columns of values in a common table expression only.
    wanted = rows.cte("wanted")
    text = func.substr(Document.text, wanted.c.first, wanted.c.length).label("text")
    return select(wanted.c.number, text).select_from(wanted.join(Document, Document.id == wanted.c.document))
