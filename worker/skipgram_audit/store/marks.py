"""The marked documents of an audit: a set that a user collects, to read, to keep, or to remove and train again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from sqlalchemy import ForeignKey, Select, and_, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, defer, mapped_column

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.outcome import RankedPlace
from skipgram_audit.store.database import Base, insert_ignoring
from skipgram_audit.store.document_columns import corpus_columns, numbers_of
from skipgram_audit.store.models import AuditProbe, AuditRow, Document, DocumentInfluence
from skipgram_audit.store.ranking import place_columns, place_in
from skipgram_audit.store.ranking_filter import Filters


class MarkedDocument(Base):
    """A document of an audit's corpus that is in the audit's set."""

    __tablename__ = "marked_documents"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )


Value = TypeVar("Value")

MOST_MARKED = 10_000
"""Documents in a set: enough for a source that drives a score, few enough for pages to sum it anew each time."""

MARKED_AT_ONCE = 5_000
DOCUMENTS_AT_ONCE = 100


@dataclass(frozen=True)
class MarkedItem:
    """A marked document; ``places`` has its place in each measured probe's ranking by audit_probe_id."""

    document_id: int
    external_id: str
    title: str
    token_count: int
    sentence_count: int
    places: dict[int, RankedPlace]


@dataclass(frozen=True)
class MarkedTotals:
    """What a set holds; ``influences`` has its summed influence by audit_probe_id."""

    documents: int
    words: int
    influences: dict[int, float]


def count(session: Session, audit_id: int) -> int:
    """How many documents are marked."""
    marked = select(func.count()).select_from(MarkedDocument).where(MarkedDocument.audit_id == audit_id)
    return session.scalar(marked) or 0


def marked_among(session: Session, audit_id: int, document_ids: Collection[int]) -> set[int]:
    """Those of some documents that are marked."""
    statement = select(MarkedDocument.document_id).where(
        MarkedDocument.audit_id == audit_id, MarkedDocument.document_id.in_(document_ids)
    )
    return set(session.scalars(statement))


def mark(session: Session, audit: AuditRow, document_ids: Sequence[int]) -> int:
    """Marks documents; returns how many of them were not marked before.

    Raises:
        NotFound: one of them is not in the audit's corpus.
        Conflict: the set would hold more than MOST_MARKED.
    """
    wanted = dict.fromkeys(document_ids)
    there = set(_documents_of(session, audit.corpus_id, list(wanted)))
    unknown = [document_id for document_id in wanted if document_id not in there]
    if unknown:
        raise NotFound(
            f"The corpus {audit.corpus.name!r} has no document {unknown[0]}.", "Mark documents from the ranking."
        )
    before = set(session.scalars(select(MarkedDocument.document_id).where(MarkedDocument.audit_id == audit.id)))
    new = [document_id for document_id in wanted if document_id not in before]
    _require_room(len(before), len(new))
    # Another tab may mark some of them at this moment.
    return insert_ignoring(session, MarkedDocument, [{"audit_id": audit.id, "document_id": one} for one in new])


def _documents_of(session: Session, corpus_id: int, document_ids: Sequence[int]) -> list[int]:
    found: list[int] = []
    for first in range(0, len(document_ids), MARKED_AT_ONCE):
        some = document_ids[first : first + MARKED_AT_ONCE]
        found += session.scalars(select(Document.id).where(Document.corpus_id == corpus_id, Document.id.in_(some)))
    return found


def _require_room(before: int, new: int) -> None:
    if new and before + new > MOST_MARKED:
        raise Conflict(
            f"A set holds up to {MOST_MARKED:,} documents. {before:,} are marked, and {new:,} more were asked for.",
            "Narrow the view with filters, or unmark some documents first.",
        )


def mark_passing(session: Session, audit: AuditRow, filters: Filters) -> int:
    """Marks all documents of the corpus that pass filters, whatever their influence; returns how many were not marked
    before.

    Raises:
        Conflict: the set would hold more than MOST_MARKED.
        InvalidInput: the corpus has no such metadata field.
    """
    passing = filters.documents(session, audit.corpus)
    ids = corpus_columns(session, audit.corpus)["ids"]
    return mark(session, audit, (ids if passing is None else ids[passing]).tolist())


def unmark(session: Session, audit_id: int, document_ids: Collection[int]) -> None:
    """Takes documents out of the set; those that are not in it stay out."""
    session.execute(
        delete(MarkedDocument).where(MarkedDocument.audit_id == audit_id, MarkedDocument.document_id.in_(document_ids))
    )


def clear(session: Session, audit_id: int) -> None:
    """Empties the set."""
    session.execute(delete(MarkedDocument).where(MarkedDocument.audit_id == audit_id))


def totals(session: Session, audit: AuditRow) -> MarkedTotals:
    """Counts and sums over the whole set."""
    own = select(MarkedDocument.document_id).where(MarkedDocument.audit_id == audit.id)
    columns = corpus_columns(session, audit.corpus)
    marked = numbers_of(columns, np.array(session.scalars(own).all(), np.int64))
    sums = (
        select(DocumentInfluence.audit_probe_id, func.sum(DocumentInfluence.influence).label("influence"))
        .join(MarkedDocument, MarkedDocument.document_id == DocumentInfluence.document_id)
        .where(
            MarkedDocument.audit_id == audit.id,
            # Adding 0 makes the databases start at the marked documents, and not read whole rankings.
            (DocumentInfluence.audit_probe_id + 0).in_([probe.id for probe in audit.probes]),
        )
        .group_by(DocumentInfluence.audit_probe_id)
    )
    return MarkedTotals(
        count(session, audit.id),
        int(columns["words"][marked].sum()),
        {row.audit_probe_id: float(row.influence) for row in session.execute(sums)},
    )


def items(session: Session, probe: AuditProbe, first: int = 0, limit: int | None = None) -> list[MarkedItem]:
    """Marked documents from the strongest push upwards to the strongest push downwards, some or all of them.

    Those of a probe that was not measured are in the order of the corpus.
    """
    place = and_(
        DocumentInfluence.document_id == MarkedDocument.document_id, DocumentInfluence.audit_probe_id == probe.id
    )
    statement = (
        select(Document.id, Document.external_id, Document.title, Document.token_count, Document.sentence_count)
        .select_from(MarkedDocument)
        .join(Document, Document.id == MarkedDocument.document_id)
        .outerjoin(DocumentInfluence, place)
        .where(MarkedDocument.audit_id == probe.audit_id)
        .order_by(DocumentInfluence.rank, Document.position)
        .offset(first)
        .limit(limit)
    )
    rows = session.execute(statement).all()
    found = _places(session, probe.audit, [row.id for row in rows])
    return [
        MarkedItem(
            document_id=row.id,
            external_id=row.external_id,
            title=row.title,
            token_count=row.token_count,
            sentence_count=row.sentence_count,
            places=found.get(row.id, {}),
        )
        for row in rows
    ]


def _places(session: Session, audit: AuditRow, document_ids: Sequence[int]) -> dict[int, dict[int, RankedPlace]]:
    """Document id -> audit_probe_id -> its place."""
    found: dict[int, dict[int, RankedPlace]] = {}
    for first in range(0, len(document_ids), MARKED_AT_ONCE):
        statement = select(
            DocumentInfluence.document_id,
            DocumentInfluence.audit_probe_id,
            *place_columns(DocumentInfluence),
        ).where(
            DocumentInfluence.document_id.in_(document_ids[first : first + MARKED_AT_ONCE]),
            DocumentInfluence.audit_probe_id.in_([probe.id for probe in audit.probes]),
        )
        for row in session.execute(statement):
            found.setdefault(row.document_id, {})[row.audit_probe_id] = RankedPlace(**place_in(row))
    return found


def identifiers(session: Session, audit_id: int) -> list[str]:
    """The ids of all marked documents, in the order of the corpus."""
    return list(session.scalars(_of_documents(Document.external_id, audit_id)))


def positions(session: Session, audit_id: int) -> list[int]:
    """The places of all marked documents in the corpus, ascending."""
    return list(session.scalars(_of_documents(Document.position, audit_id)))


def unmarked(session: Session, audit: AuditRow) -> Iterator[Document]:
    """All documents of the audit's corpus that are not marked, in order, a few in memory at a time."""
    marked = select(MarkedDocument.document_id).where(MarkedDocument.audit_id == audit.id)
    statement = (
        select(Document)
        .where(Document.corpus_id == audit.corpus_id, Document.id.not_in(marked))
        .order_by(Document.position)
        .options(defer(Document.sentence_bounds))
        .execution_options(yield_per=DOCUMENTS_AT_ONCE)
    )
    for document in session.scalars(statement):
        yield document
        session.expunge(document)


def _of_documents(column: InstrumentedAttribute[Value], audit_id: int) -> Select[Value]:
    """A column of all marked documents, in the order of the corpus."""
    return (
        select(column)
        .join(MarkedDocument, MarkedDocument.document_id == Document.id)
        .where(MarkedDocument.audit_id == audit_id)
        .order_by(Document.position)
    )
