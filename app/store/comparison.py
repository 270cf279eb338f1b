"""What comparing two audits reads: a probe's influences as arrays, and which documents two corpora both hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.corpus_columns import of_corpus
from app.store.models import Audit, AuditProbe, Corpus, Document, Status
from app.store.ranking_columns import of_probe

LISTED_AUDITS = 500
"""Finished audits to choose from, the newest."""

_RANKED = np.dtype([("document_id", np.int64), ("influence", np.float64), ("spread", np.float64)])


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


def finished_audits(session: Session) -> list[tuple[int, str, str, datetime]]:
    """Id, name, corpus and beginning of the audits that have results, the newest first, up to LISTED_AUDITS."""
    statement = (
        select(Audit.id, Audit.name, Corpus.name, Audit.created_at)
        .join(Corpus, Corpus.id == Audit.corpus_id)
        .where(Audit.status == Status.DONE)
        .order_by(Audit.id.desc())
        .limit(LISTED_AUDITS)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def influence_array(session: Session, probe: AuditProbe) -> npt.NDArray[np.void]:
    """All documents of a ranking in its order: structured [documents] with document_id, influence and spread."""
    ranking = of_probe(session, probe)
    ranked = np.empty(len(ranking["documents"]), _RANKED)
    ranked["document_id"] = of_corpus(session, probe.audit.corpus)["ids"][ranking["documents"]]
    ranked["influence"], ranked["spread"] = ranking["influences"], ranking["spreads"]
    return ranked


def same_documents(document_ids: npt.NDArray[np.int64]) -> DocumentMatch:
    """Every document of one corpus with itself."""
    return DocumentMatch(document_ids, document_ids, 0, 0, 0, same_corpus=True)


def match_documents(session: Session, first: Corpus, second: Corpus) -> DocumentMatch:
    """Documents of equal external id and equal text in two corpora, told by digests of 64 and 128 bits."""
    one, other = of_corpus(session, first), of_corpus(session, second)
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
