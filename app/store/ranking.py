"""Pages of a probe's ranking, by rank and never by offset.

Ranks run from 1, the text that pushes the signed score up most, to the text that pushes it down most. Since they are
dense, the three sides of a ranking (above, at and below zero) are ranges of ranks, and each page is a short walk along
the primary key (audit_probe_id, rank): forwards from the upper end, backwards from the lower one. Nothing is sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from app.store.filters import Filters, RankingTable
from app.store.models import AuditProbe, Corpus, Document, DocumentInfluence, SentenceInfluence
from app.store.packing import unpack_bounds
from app.store.paging import PAGE_SIZE, Cursor, Page

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]

NO_FILTERS = Filters()
SNIPPET_LENGTH = 240
LONGEST_SENTENCE = 1_000
"""Characters of a sentence in a ranking: texts without full stops can be one sentence of megabytes."""


class Side(StrEnum):
    """A part of a ranking, walked from its most extreme text towards zero."""

    POSITIVE = "positive"
    ZERO = "zero"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class RankRange:
    """The ranks first..last, both included; walked from the last one when ``backwards``."""

    first: int
    last: int
    backwards: bool = False

    def __len__(self) -> int:
        return max(self.last - self.first + 1, 0)

    def __contains__(self, rank: object) -> bool:
        return isinstance(rank, int) and self.first <= rank <= self.last

    def position(self, rank: int) -> int:
        """1, 2, 3, ... in the order of the walk."""
        return self.last - rank + 1 if self.backwards else rank - self.first + 1


def document_range(probe: AuditProbe, corpus: Corpus, side: Side) -> RankRange:
    """The ranks of the documents on one side of zero."""
    return _range(corpus.document_count, probe.positive_documents, probe.zero_documents, side)


def sentence_range(probe: AuditProbe, corpus: Corpus, side: Side) -> RankRange:
    """The ranks of the sentences on one side of zero; those at zero have no rows."""
    return _range(corpus.sentence_count - probe.zero_sentences, probe.positive_sentences, 0, side)


def _range(total: int, positive: int, zero: int, side: Side) -> RankRange:
    if side is Side.POSITIVE:
        return RankRange(1, positive)
    if side is Side.ZERO:
        return RankRange(positive + 1, positive + zero)
    return RankRange(positive + zero + 1, total, backwards=True)


@dataclass(frozen=True)
class RankedDocument:
    """A document's row in a ranking."""

    rank: int
    document_id: int
    external_id: str
    title: str
    snippet: str
    token_count: int
    sentence_count: int
    influence: float
    spread: float
    sign_stability: float


@dataclass(frozen=True)
class RankedSentence:
    """A sentence's row in a ranking."""

    rank: int
    document_id: int
    external_id: str
    title: str
    sentence_index: int
    text: str
    influence: float
    spread: float
    sign_stability: float


def document_page(
    session: Session,
    probe: AuditProbe,
    ranks: RankRange,
    cursor: Cursor | None = None,
    filters: Filters = NO_FILTERS,
    size: int = PAGE_SIZE,
) -> Page[RankedDocument]:
    """Ranked documents with their first words.

    Args:
        ranks: the side of the ranking.
        cursor: texts after a rank, or before it; which of the two goes on depends on the side.
        filters: only texts that pass them; ranks stay those of the whole side.
    """
    conditions = filters.conditions(session, probe.audit.corpus, DocumentInfluence)
    statement = document_statement(probe.id, ranks, cursor, conditions, size)
    rows, following, preceding = _rows(session, statement, ranks, cursor, size)
    return Page([RankedDocument(*row) for row in rows], following, preceding)


def sentence_page(
    session: Session,
    probe: AuditProbe,
    ranks: RankRange,
    cursor: Cursor | None = None,
    filters: Filters = NO_FILTERS,
    size: int = PAGE_SIZE,
) -> Page[RankedSentence]:
    """Ranked sentences with their text; arguments as for document_page."""
    conditions = filters.conditions(session, probe.audit.corpus, SentenceInfluence)
    statement = sentence_statement(probe.id, ranks, cursor, conditions, size)
    rows, following, preceding = _rows(session, statement, ranks, cursor, size)
    texts = sentence_texts(session, [(row.id, row.sentence_index) for row in rows])
    items = [
        RankedSentence(
            rank=row.rank,
            document_id=row.id,
            external_id=row.external_id,
            title=row.title,
            sentence_index=row.sentence_index,
            text=text,
            influence=row.influence,
            spread=row.spread,
            sign_stability=row.sign_stability,
        )
        for row, text in zip(rows, texts, strict=True)
    ]
    return Page(items, following, preceding)


def sentence_texts(session: Session, places: Sequence[tuple[int, int]]) -> list[str]:
    """The texts of sentences given as (document id, sentence index), the longest cut.

    The database cuts each sentence out, so that a page of sentences never loads whole documents.
    """
    ids = {document_id for document_id, _ in places}
    packed = session.execute(select(Document.id, Document.sentence_bounds).where(Document.id.in_(ids)))
    bounds = {row.id: unpack_bounds(row.sentence_bounds) for row in packed}
    texts = []
    for document_id, index in places:
        start, end = (int(bound) for bound in bounds[document_id][index])
        shown = min(end - start, LONGEST_SENTENCE)
        cut = select(func.substr(Document.text, start + 1, shown)).where(Document.id == document_id)
        texts.append(session.scalars(cut).one() + ("…" if shown < end - start else ""))
    return texts


def document_statement(
    probe_id: int, ranks: RankRange, cursor: Cursor | None, conditions: Sequence[ColumnElement[bool]], size: int
) -> AnySelect:
    """The query of a page of ranked documents."""
    statement = select(
        DocumentInfluence.rank,
        Document.id,
        Document.external_id,
        Document.title,
        func.substr(Document.text, 1, SNIPPET_LENGTH),
        Document.token_count,
        Document.sentence_count,
        DocumentInfluence.influence,
        DocumentInfluence.spread,
        DocumentInfluence.sign_stability,
    ).join(Document, Document.id == DocumentInfluence.document_id)
    return _walk(statement.where(*conditions), DocumentInfluence, probe_id, ranks, cursor, size)


def sentence_statement(
    probe_id: int, ranks: RankRange, cursor: Cursor | None, conditions: Sequence[ColumnElement[bool]], size: int
) -> AnySelect:
    """The query of a page of ranked sentences, without their text."""
    statement = select(
        SentenceInfluence.rank,
        Document.id,
        Document.external_id,
        Document.title,
        SentenceInfluence.sentence_index,
        SentenceInfluence.influence,
        SentenceInfluence.spread,
        SentenceInfluence.sign_stability,
    ).join(Document, Document.id == SentenceInfluence.document_id)
    return _walk(statement.where(*conditions), SentenceInfluence, probe_id, ranks, cursor, size)


def _walk(
    statement: AnySelect,
    table: RankingTable,
    probe_id: int,
    ranks: RankRange,
    cursor: Cursor | None,
    size: int,
) -> AnySelect:
    """One row more than a page along the primary key, from the cursor or from the end where the side begins."""
    first, last = ranks.first, ranks.last
    downwards = ranks.backwards if cursor is None else cursor.before
    if cursor is not None and downwards:
        last = min(last, cursor.key - 1)
    elif cursor is not None:
        first = max(first, cursor.key + 1)
    statement = statement.where(table.audit_probe_id == probe_id, table.rank >= first, table.rank <= last)
    return statement.order_by(table.rank.desc() if downwards else table.rank.asc()).limit(size + 1)


def _rows(
    session: Session, statement: AnySelect, ranks: RankRange, cursor: Cursor | None, size: int
) -> tuple[list[AnyRow], str | None, str | None]:
    """The rows of a page in walking order, and the cursors of the pages after and before it."""
    rows = list(session.execute(statement))
    more, rows = len(rows) > size, rows[:size]
    returning = cursor is not None and cursor.before != ranks.backwards
    if returning:
        rows.reverse()
    if not rows:
        return [], None, None
    has_next = returning or more
    has_previous = more if returning else cursor is not None
    following = str(Cursor(rows[-1].rank, before=ranks.backwards)) if has_next else None
    preceding = str(Cursor(rows[0].rank, before=not ranks.backwards)) if has_previous else None
    return rows, following, preceding


def largest_influence(session: Session, probe: AuditProbe, document_count: int) -> float:
    """The largest absolute influence of a document: the scale of a ranking's bars. The extremes are at the ends."""
    ends = select(DocumentInfluence.influence).where(
        DocumentInfluence.audit_probe_id == probe.id, DocumentInfluence.rank.in_([1, document_count])
    )
    return max((abs(influence) for influence in session.scalars(ends)), default=0.0)


def largest_sentence_influence(session: Session, probe: AuditProbe, row_count: int) -> float:
    """The same for sentences; ``row_count`` of them have a row."""
    ends = select(SentenceInfluence.influence).where(
        SentenceInfluence.audit_probe_id == probe.id, SentenceInfluence.rank.in_([1, row_count])
    )
    return max((abs(influence) for influence in session.scalars(ends)), default=0.0)
