"""What comparing two audits reads: a probe's influences as arrays, and which documents two corpora both hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session, aliased

from app.store.models import Audit, Corpus, Document, DocumentInfluence, Status

LISTED_AUDITS = 500
"""Finished audits to choose from, the newest."""

_RANKED = np.dtype([("document_id", np.int64), ("influence", np.float64), ("spread", np.float64)])
_MATCHED = np.dtype([("first", np.int64), ("second", np.int64), ("equal", np.bool_)])


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


def influence_array(session: Session, audit_probe_id: int) -> npt.NDArray[np.void]:
    """All documents of a ranking in its order: structured [documents] with document_id, influence and spread."""
    statement = (
        select(DocumentInfluence.document_id, DocumentInfluence.influence, DocumentInfluence.spread)
        .where(DocumentInfluence.audit_probe_id == audit_probe_id)
        .order_by(DocumentInfluence.rank)
    )
    return _structured(session, statement, _RANKED)


def same_documents(document_ids: npt.NDArray[np.int64]) -> DocumentMatch:
    """Every document of one corpus with itself."""
    return DocumentMatch(document_ids, document_ids, 0, 0, 0, same_corpus=True)


def match_documents(session: Session, first: Corpus, second: Corpus) -> DocumentMatch:
    """Documents of equal external id and equal text in two corpora.

    Texts are compared in the database, so that none is loaded here.
    """
    one, other = aliased(Document), aliased(Document)
    statement = (
        select(one.id, other.id, one.text == other.text)
        .join(other, (other.corpus_id == second.id) & (other.external_id == one.external_id))
        .where(one.corpus_id == first.id)
    )
    found = _structured(session, statement, _MATCHED)
    equal = found[found["equal"]]
    return DocumentMatch(
        equal["first"],
        equal["second"],
        changed=len(found) - len(equal),
        only_first=first.document_count - len(found),
        only_second=second.document_count - len(found),
        same_corpus=False,
    )


def _structured(session: Session, statement: Executable, fields: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """The rows of a query as a structured array.

    They are the driver's plain tuples: making 100,000 row objects would take longer than all the rest of a comparison.
    """
    rows: Any = session.connection().execute(statement).cursor
    return np.fromiter(rows, dtype=fields)


def document_names(session: Session, document_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """External id and title of some documents."""
    rows = session.execute(
        select(Document.id, Document.title, Document.external_id).where(Document.id.in_(document_ids))
    )
    return {row.id: (row.external_id, row.title) for row in rows}
