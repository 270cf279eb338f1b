"""What comparing two audits reads: a probe's influences as arrays, and which documents two corpora both hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store.document_columns import corpus_columns, ranking_columns
from skipgram_audit.store.models import AuditProbe, AuditRow, CorpusRow, Document, Status

LISTED_AUDITS = 500
"""Finished audits to choose from, the newest."""


@dataclass(frozen=True)
class ProbeInfluences:
    """A probe's influences on all documents of a corpus, in the order of their ids.

    Attributes:
        ids: int64 [documents], ascending.
        influence, spread: float64 [documents].
        order: int32 [documents], the places of the documents from rank 1 on.
    """

    ids: npt.NDArray[np.int64]
    influence: npt.NDArray[np.float64]
    spread: npt.NDArray[np.float64]
    order: npt.NDArray[np.int32]


@dataclass(frozen=True)
class DocumentMatch:
    """The documents that two corpora both hold.

    Attributes:
        first, second: int64 [matched], the ids of the same documents in either corpus.
        changed: documents of one id in both, but with another text: they are not matched.
        only_first, only_second: documents whose id the other corpus does not have.
        same_corpus: both are one corpus.
    """

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    changed: int
    only_first: int
    only_second: int
    same_corpus: bool


@dataclass(frozen=True)
class FinishedAudit:
    """An audit that can be compared."""

    id: int
    name: str
    corpus_name: str
    created_at: datetime


def finished_audits(session: Session) -> list[FinishedAudit]:
    """The audits that have results, the newest first, up to LISTED_AUDITS."""
    statement = (
        select(AuditRow.id, AuditRow.name, CorpusRow.name.label("corpus_name"), AuditRow.created_at)
        .join(CorpusRow, CorpusRow.id == AuditRow.corpus_id)
        .where(AuditRow.status == Status.DONE)
        .order_by(AuditRow.id.desc())
        .limit(LISTED_AUDITS)
    )
    return [FinishedAudit(**row._mapping) for row in session.execute(statement)]


def influences_of(session: Session, probe: AuditProbe) -> ProbeInfluences:
    """The influences of a measured probe.

    Raises:
        Conflict: its ranking does not hold every document.
    """
    ranking, ids = ranking_columns(session, probe), corpus_columns(session, probe.audit.corpus)["ids"]
    order = ranking["documents"]
    if len(order) != len(ids):
        raise Conflict("The results of one of the audits do not hold all its documents.", "Run that audit again.")
    influence, spread = np.empty(len(ids)), np.empty(len(ids))
    influence[order], spread[order] = ranking["influences"], ranking["spreads"]
    return ProbeInfluences(ids, influence, spread, order)


def same_documents(document_ids: npt.NDArray[np.int64]) -> DocumentMatch:
    """Every document of one corpus with itself."""
    return DocumentMatch(document_ids, document_ids, 0, 0, 0, same_corpus=True)


def match_documents(session: Session, first: CorpusRow, second: CorpusRow) -> DocumentMatch:
    """Documents of equal external id and equal text in two corpora, compared by digests of 64 and 128 bits."""
    one, other = corpus_columns(session, first), corpus_columns(session, second)
    _, numbers, others = np.intersect1d(one["names"], other["names"], assume_unique=True, return_indices=True)
    texts = [columns["texts"].reshape(-1, 2) for columns in (one, other)]
    equal = (texts[0][numbers] == texts[1][others]).all(axis=1)
    return DocumentMatch(
        one["ids"][numbers[equal]],
        other["ids"][others[equal]],
        changed=int(np.count_nonzero(~equal)),
        only_first=first.document_count - len(numbers),
        only_second=second.document_count - len(numbers),
        same_corpus=False,
    )


def document_names(session: Session, document_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """External id and title of some documents."""
    rows = session.execute(
        select(Document.id, Document.title, Document.external_id).where(Document.id.in_(document_ids))
    )
    return {row.id: (row.external_id, row.title) for row in rows}
