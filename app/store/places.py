"""Where one document stands in the rankings of an audit, and what of its text puts it there."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.filters import Filters
from app.store.models import Audit, AuditProbe, Document, DocumentInfluence, SentenceInfluence
from app.store.packing import TokenInfluence, unpack_tokens
from app.store.ranking import RankRange


@dataclass(frozen=True)
class DocumentPlace:
    """A document's place in the ranking of one probe.

    Attributes:
        tokens: its tokens of non-zero influence, in text order.
        above, below: the ids of the documents one rank better and one rank worse; None at the ends.
    """

    rank: int
    influence: float
    spread: float
    sign_stability: float
    tokens: list[TokenInfluence]
    above: int | None
    below: int | None


@dataclass(frozen=True)
class SentencePlace:
    """A sentence's place in the ranking of all sentences for one probe."""

    sentence_index: int
    rank: int
    influence: float
    spread: float
    sign_stability: float


def document_of(session: Session, audit: Audit, document_id: int) -> Document:
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
    return DocumentPlace(
        rank=row.rank,
        influence=row.influence,
        spread=row.spread,
        sign_stability=row.sign_stability,
        tokens=unpack_tokens(row.tokens),
        above=_document_at(session, audit_probe_id, row.rank - 1),
        below=_document_at(session, audit_probe_id, row.rank + 1),
    )


def _document_at(session: Session, audit_probe_id: int, rank: int) -> int | None:
    return session.scalars(
        select(DocumentInfluence.document_id).where(
            DocumentInfluence.audit_probe_id == audit_probe_id, DocumentInfluence.rank == rank
        )
    ).one_or_none()


@dataclass(frozen=True)
class Neighbour:
    """A document beside another one in a ranking."""

    document_id: int
    rank: int


def neighbours(
    session: Session, probe: AuditProbe, ranks: RankRange, rank: int, filters: Filters
) -> tuple[Neighbour | None, Neighbour | None]:
    """The documents before and after a rank on the walk along a side, of those that pass the filters.

    Args:
        ranks: the side of the ranking; the rank itself need not pass the filters.
    """
    lower, higher = _ranks_beside(session, probe, ranks, rank, filters)
    beside = _neighbour(session, probe.id, lower), _neighbour(session, probe.id, higher)
    return (beside[1], beside[0]) if ranks.backwards else beside


def _ranks_beside(
    session: Session, probe: AuditProbe, ranks: RankRange, rank: int, filters: Filters
) -> tuple[int | None, int | None]:
    """The next lower and the next higher rank on a side whose documents pass the filters."""
    if not filters:
        return rank - 1 if rank > ranks.first else None, rank + 1 if rank < ranks.last else None
    conditions = filters.conditions(session, probe.audit.corpus, DocumentInfluence)
    # Both at once, though that reads the whole side: finding which documents pass a filter costs more.
    both = select(
        func.max(case((DocumentInfluence.rank < rank, DocumentInfluence.rank))),
        func.min(case((DocumentInfluence.rank > rank, DocumentInfluence.rank))),
    ).where(
        DocumentInfluence.audit_probe_id == probe.id,
        DocumentInfluence.rank.between(ranks.first, ranks.last),
        *conditions,
    )
    lower, higher = session.execute(both).one()
    return lower, higher


def _neighbour(session: Session, audit_probe_id: int, rank: int | None) -> Neighbour | None:
    document_id = None if rank is None else _document_at(session, audit_probe_id, rank)
    return None if rank is None or document_id is None else Neighbour(document_id, rank)


def document_influences(session: Session, audit_probe_ids: list[int], document_id: int) -> dict[int, tuple[int, float]]:
    """Rank and influence of a document by audit_probe_id, for switching between probes."""
    statement = select(DocumentInfluence.audit_probe_id, DocumentInfluence.rank, DocumentInfluence.influence).where(
        DocumentInfluence.document_id == document_id, DocumentInfluence.audit_probe_id.in_(audit_probe_ids)
    )
    return {row.audit_probe_id: (row.rank, row.influence) for row in session.execute(statement)}


def sentence_places(session: Session, audit_probe_id: int, document_id: int) -> dict[int, SentencePlace]:
    """The document's sentences of non-zero influence, by sentence index."""
    statement = select(SentenceInfluence).where(
        SentenceInfluence.document_id == document_id, SentenceInfluence.audit_probe_id == audit_probe_id
    )
    return {
        row.sentence_index: SentencePlace(row.sentence_index, row.rank, row.influence, row.spread, row.sign_stability)
        for row in session.scalars(statement)
    }
