"""A probe's ranking: its pages, by rank and never by offset, and the place of one document in it.

Ranks run from 1, the text that pushes the signed score up most, to the text that pushes it down most. Since they are
dense, the three sides of a ranking (above, at and below zero) are ranges of ranks, and the ranks of a page are known
before any row is read: counted on from the cursor, or, with filters, taken from the array that says which ranks pass
(see ranking_filter.py). Each row is then found by the primary key (audit_probe_id, rank). Nothing is scanned or sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.outcome import RankedPlace, SentencePlace, TokenInfluence
from skipgram_audit.store.documents import SNIPPET_LENGTH
from skipgram_audit.store.models import AuditProbe, AuditRow, CorpusRow, Document, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.packing import unpack_tokens
from skipgram_audit.store.paging import PAGE_SIZE, Cursor, Page
from skipgram_audit.store.ranking_filter import FilteredRanking, Filters, RankingTable, RankRange
from skipgram_audit.store.ranking_sort import Sort, page_of_order, sorted_ranks
from skipgram_audit.store.sentence_texts import sentence_texts

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]

NO_FILTERS = Filters()
NO_SORT = Sort()


class Side(StrEnum):
    """A part of a ranking, listed from its most extreme text towards zero."""

    POSITIVE = "positive"
    ZERO = "zero"
    NEGATIVE = "negative"


def document_range(probe: AuditProbe, corpus: CorpusRow, side: Side) -> RankRange:
    """The ranks of the documents on one side of zero."""
    return side_range(corpus.document_count, probe.positive_documents, probe.zero_documents, side)


def sentence_range(probe: AuditProbe, corpus: CorpusRow, side: Side) -> RankRange:
    """The ranks of the sentences on one side of zero; those at zero have no rows."""
    return side_range(corpus.sentence_count - probe.zero_sentences, probe.positive_sentences, 0, side)


def side_range(total: int, positive: int, zero: int, side: Side) -> RankRange:
    """The ranks of one side when so many of all are above and at zero."""
    if side is Side.POSITIVE:
        return RankRange(1, positive)
    if side is Side.ZERO:
        return RankRange(positive + 1, positive + zero)
    return RankRange(positive + zero + 1, total, backwards=True)


@dataclass(frozen=True)
class RankedDocument(RankedPlace):
    """A document's row in a ranking."""

    document_id: int
    external_id: str
    title: str
    snippet: str
    token_count: int
    sentence_count: int
    fields: dict[str, str]


@dataclass(frozen=True)
class RankedSentence(RankedPlace):
    """A sentence's row in a ranking."""

    document_id: int
    external_id: str
    title: str
    sentence_index: int
    text: str


def document_page(
    session: Session,
    probe: AuditProbe,
    ranks: RankRange,
    cursor: Cursor | None = None,
    filters: Filters = NO_FILTERS,
    size: int = PAGE_SIZE,
    sort: Sort = NO_SORT,
) -> Page[RankedDocument]:
    """Ranked documents with their first words.

    Args:
        ranks: the side of the ranking.
        cursor: texts after a rank, or before it; which of the two is the next page depends on the side.
        filters: only texts that pass them; ranks stay those of the whole side.
        sort: another order than that of ranks; a cursor then leads on in that order.
    """
    order, following, preceding = _ranks_of_page(session, probe, DocumentInfluence, ranks, cursor, filters, size, sort)
    return Page(documents_at(session, probe, order), following, preceding)


def documents_at(session: Session, probe: AuditProbe, ranks: Sequence[int]) -> list[RankedDocument]:
    """The documents of some ranks, in their order."""
    return [RankedDocument(**row._mapping) for row in _rows(session, document_statement(probe.id, ranks), ranks)]


def sentence_page(
    session: Session,
    probe: AuditProbe,
    ranks: RankRange,
    cursor: Cursor | None = None,
    filters: Filters = NO_FILTERS,
    size: int = PAGE_SIZE,
    sort: Sort = NO_SORT,
) -> Page[RankedSentence]:
    """Ranked sentences with their text; arguments as for document_page."""
    order, following, preceding = _ranks_of_page(session, probe, SentenceInfluence, ranks, cursor, filters, size, sort)
    rows = _rows(session, sentence_statement(probe.id, order), order)
    texts = sentence_texts(session, [(row.document_id, row.sentence_index) for row in rows])
    items = [RankedSentence(**row._mapping, text=text) for row, text in zip(rows, texts, strict=True)]
    return Page(items, following, preceding)


def _ranks_of_page(
    session: Session,
    probe: AuditProbe,
    ranked: RankingTable,
    ranks: RankRange,
    cursor: Cursor | None,
    filters: Filters,
    size: int,
    sort: Sort,
) -> tuple[list[int], str | None, str | None]:
    if sort:
        return page_of_order(sorted_ranks(session, probe, ranked, filters, ranks, sort), cursor, size)
    return page_of_ranks(FilteredRanking(session, probe, ranked, filters), ranks, cursor, size)


def document_statement(probe_id: int, ranks: Sequence[int]) -> AnySelect:
    """The query of ranked documents."""
    statement = select(
        *place_columns(DocumentInfluence),
        Document.id.label("document_id"),
        Document.external_id,
        Document.title,
        func.substr(Document.text, 1, SNIPPET_LENGTH).label("snippet"),
        Document.token_count,
        Document.sentence_count,
        Document.fields,
    ).join(Document, Document.id == DocumentInfluence.document_id)
    return statement.where(DocumentInfluence.audit_probe_id == probe_id, DocumentInfluence.rank.in_(ranks))


def sentence_statement(probe_id: int, ranks: Sequence[int]) -> AnySelect:
    """The query of ranked sentences, without their text."""
    statement = select(
        *place_columns(SentenceInfluence),
        Document.id.label("document_id"),
        Document.external_id,
        Document.title,
        SentenceInfluence.sentence_index,
    ).join(Document, Document.id == SentenceInfluence.document_id)
    return statement.where(SentenceInfluence.audit_probe_id == probe_id, SentenceInfluence.rank.in_(ranks))


def page_of_ranks(
    filtered: FilteredRanking, ranks: RankRange, cursor: Cursor | None, size: int
) -> tuple[list[int], str | None, str | None]:
    """The ranks of a page in walking order, and the cursors of the pages after and before it."""
    found = filtered.next_ranks(ranks, cursor, size + 1)
    more, found = len(found) > size, found[:size]
    returning = cursor is not None and cursor.before != ranks.backwards
    if returning:
        found.reverse()
    if not found:
        return [], None, None
    has_next = returning or more
    has_previous = more if returning else cursor is not None
    following = str(Cursor(found[-1], before=ranks.backwards)) if has_next else None
    preceding = str(Cursor(found[0], before=not ranks.backwards)) if has_previous else None
    return found, following, preceding


def _rows(session: Session, statement: AnySelect, order: Sequence[int]) -> list[AnyRow]:
    """The rows of some ranks in an order.

    Raises:
        Conflict: a rank has no row: the audit was deleted, or is being measured anew.
    """
    by_rank = {row.rank: row for row in session.execute(statement)}
    missing = [rank for rank in order if rank not in by_rank]
    if missing:
        raise Conflict(
            f"{len(missing)} of {len(order)} ranked texts are not there, rank {missing[0]} first.",
            "Reload the page; if that does not help, run the audit again.",
        )
    return [by_rank[rank] for rank in order]


def largest_influence(
    session: Session, probe: AuditProbe, row_count: int, ranked: RankingTable = DocumentInfluence
) -> float:
    """The largest absolute influence of a document, or of a sentence: the scale of a ranking's bars. The extremes are
    at the ends of the rows; sentences of influence zero have none."""
    ends = select(ranked.influence).where(ranked.audit_probe_id == probe.id, ranked.rank.in_([1, row_count]))
    return max((abs(influence) for influence in session.scalars(ends)), default=0.0)


PLACE_COLUMNS = [item.name for item in fields(RankedPlace)]


def place_columns(table: type[DocumentInfluence] | type[SentenceInfluence]) -> list[Any]:
    """Those of a table of rankings."""
    return [getattr(table, name) for name in PLACE_COLUMNS]


def place_in(row: Any) -> dict[str, Any]:
    """The values of a row that has these columns."""
    return {name: getattr(row, name) for name in PLACE_COLUMNS}


@dataclass(frozen=True)
class DocumentPlace(RankedPlace):
    """A document's place in the ranking of one probe.

    Attributes:
        tokens: its tokens of non-zero influence, in text order.
    """

    tokens: list[TokenInfluence]


def document_of(session: Session, audit: AuditRow, document_id: int) -> Document:
    """A document of the audit's corpus.

    Raises:
        NotFound: the corpus has no such document.
    """
    document = session.get(Document, document_id)
    if document is None or document.corpus_id != audit.corpus_id:
        raise NotFound(
            f"The corpus {audit.corpus.name!r} has no document {document_id}.", "Open documents from the ranking."
        )
    return document


def document_place(session: Session, audit_probe_id: int, document_id: int) -> DocumentPlace | None:
    """The document's place in a probe's ranking; None when the probe was not measured."""
    row = session.scalars(
        select(DocumentInfluence).where(
            DocumentInfluence.document_id == document_id, DocumentInfluence.audit_probe_id == audit_probe_id
        )
    ).one_or_none()
    if row is None:
        return None
    return DocumentPlace(**place_in(row), tokens=unpack_tokens(row.tokens))


@dataclass(frozen=True)
class AdjacentDocument:
    """A document beside another one in a ranking."""

    document_id: int
    rank: int


def neighbours(
    session: Session, probe: AuditProbe, ranks: RankRange, rank: int, filters: Filters
) -> tuple[AdjacentDocument | None, AdjacentDocument | None]:
    """The documents before and after a rank on its side, of those that pass the filters.

    Args:
        ranks: the side of the ranking; the rank itself need not pass the filters.
    """
    lower, higher = FilteredRanking(session, probe, DocumentInfluence, filters).beside(ranks, rank)
    beside = neighbour(session, probe.id, lower), neighbour(session, probe.id, higher)
    return (beside[1], beside[0]) if ranks.backwards else beside


def neighbour(session: Session, audit_probe_id: int, rank: int | None) -> AdjacentDocument | None:
    """The document of a rank, if any."""
    there = select(DocumentInfluence.document_id).where(
        DocumentInfluence.audit_probe_id == audit_probe_id, DocumentInfluence.rank == rank
    )
    document_id = None if rank is None else session.scalars(there).one_or_none()
    return None if rank is None or document_id is None else AdjacentDocument(document_id, rank)


def document_places(session: Session, audit_probe_ids: list[int], document_id: int) -> dict[int, RankedPlace]:
    """The places of a document by audit_probe_id, for switching between probes."""
    statement = select(DocumentInfluence.audit_probe_id, *place_columns(DocumentInfluence)).where(
        DocumentInfluence.document_id == document_id, DocumentInfluence.audit_probe_id.in_(audit_probe_ids)
    )
    return {row.audit_probe_id: RankedPlace(**place_in(row)) for row in session.execute(statement)}


def sentence_places(session: Session, audit_probe_id: int, document_id: int) -> dict[int, SentencePlace]:
    """The document's sentences of non-zero influence, by sentence index."""
    statement = select(SentenceInfluence).where(
        SentenceInfluence.document_id == document_id, SentenceInfluence.audit_probe_id == audit_probe_id
    )
    return {
        row.sentence_index: SentencePlace(**place_in(row), sentence_index=row.sentence_index)
        for row in session.scalars(statement)
    }
