"""Where one document stands in the rankings of an audit, and what of its text puts it there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.models import Audit, Document, DocumentInfluence, SentenceInfluence
from app.store.packing import TokenInfluence, unpack_tokens


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
