"""Where one document stands in the rankings of an audit, and what of its text puts it there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.outcome import RankedPlace, SentencePlace, TokenInfluence
from skipgram_audit.store.filters import Filters
from skipgram_audit.store.models import Audit, AuditProbe, Document, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.packing import unpack_tokens
from skipgram_audit.store.places import place_in
from skipgram_audit.store.ranking_filter import Narrowed, RankRange


@dataclass(frozen=True)
class DocumentPlace(RankedPlace):
    """A document's place in the ranking of one probe.

    Attributes:
        tokens: its tokens of non-zero influence, in text order.
    """

    tokens: list[TokenInfluence]


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
    return DocumentPlace(**place_in(row), tokens=unpack_tokens(row.tokens))


@dataclass(frozen=True)
class AdjacentDocument:
    """A document beside another one in a ranking."""

    document_id: int
    rank: int


def neighbours(
    session: Session, probe: AuditProbe, ranks: RankRange, rank: int, filters: Filters
) -> tuple[AdjacentDocument | None, AdjacentDocument | None]:
    """The documents before and after a rank on the walk along a side, of those that pass the filters.

    Args:
        ranks: the side of the ranking; the rank itself need not pass the filters.
    """
    lower, higher = Narrowed(session, probe, DocumentInfluence, filters).beside(ranks, rank)
    beside = neighbour(session, probe.id, lower), neighbour(session, probe.id, higher)
    return (beside[1], beside[0]) if ranks.backwards else beside


def neighbour(session: Session, audit_probe_id: int, rank: int | None) -> AdjacentDocument | None:
    """The document of a rank, if any."""
    there = select(DocumentInfluence.document_id).where(
        DocumentInfluence.audit_probe_id == audit_probe_id, DocumentInfluence.rank == rank
    )
    document_id = None if rank is None else session.scalars(there).one_or_none()
    return None if rank is None or document_id is None else AdjacentDocument(document_id, rank)


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
        row.sentence_index: SentencePlace(**place_in(row), sentence_index=row.sentence_index)
        for row in session.scalars(statement)
    }
