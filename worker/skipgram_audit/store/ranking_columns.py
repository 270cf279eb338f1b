"""The columns of a probe's ranking, in the order of ranks: item 0 is rank 1."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from skipgram_audit.store import columns, corpus_columns, identity
from skipgram_audit.store.column_models import RankingColumn
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, DocumentInfluence, SentenceInfluence

KINDS = {
    "documents": "<i4",
    "influences": "<f8",
    "spreads": "<f8",
    "stable": "?",
    "sentences": "<i4",
    "stable_sentences": "?",
}
"""documents: the number of the document at each rank; sentences: that of each ranked sentence's document. stable: the
same sign in every seed."""

_DOCUMENTS = np.dtype([("id", np.int64), ("influence", np.float64), ("spread", np.float64), ("stability", np.float64)])
_SENTENCES = np.dtype([("id", np.int64), ("stability", np.float64)])


def of_probe(session: Session, probe: AuditProbe) -> Columns:
    """The columns of a measured probe's ranking."""
    return Columns(session, RankingColumn, probe.id, KINDS, identity.of_ranking(probe))


def write_from_rows(database: Database, audit_probe_id: int) -> None:
    """Makes and stores the columns of a ranking whose rows are in the store, and those of its corpus if need be."""
    with database.session() as session:
        corpus_id = session.get_one(AuditProbe, audit_probe_id).audit.corpus_id
    corpus_columns.make_sure(database, corpus_id)
    with database.session() as session:
        probe = session.get_one(AuditProbe, audit_probe_id)
        made_from, made = identity.of_ranking(probe), _build(session, probe)
    with database.session() as session:
        columns.write(session, RankingColumn, audit_probe_id, KINDS, made_from, made)


def _build(session: Session, probe: AuditProbe) -> dict[str, npt.NDArray[Any]]:
    ids = corpus_columns.of_corpus(session, probe.audit.corpus)["ids"]
    ranked = select(
        DocumentInfluence.document_id,
        DocumentInfluence.influence,
        DocumentInfluence.spread,
        DocumentInfluence.sign_stability,
    )
    documents = _structured(
        session,
        ranked.where(DocumentInfluence.audit_probe_id == probe.id).order_by(DocumentInfluence.rank),
        _DOCUMENTS,
    )
    sentences = _structured(
        session,
        select(SentenceInfluence.document_id, SentenceInfluence.sign_stability)
        .where(SentenceInfluence.audit_probe_id == probe.id)
        .order_by(SentenceInfluence.rank),
        _SENTENCES,
    )
    return {
        "documents": np.searchsorted(ids, documents["id"]).astype(np.int32),
        "influences": documents["influence"],
        "spreads": documents["spread"],
        "stable": documents["stability"] >= 1.0,
        "sentences": np.searchsorted(ids, sentences["id"]).astype(np.int32),
        "stable_sentences": sentences["stability"] >= 1.0,
    }


def _structured(session: Session, statement: Executable, fields: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """The rows of a query as a structured array.

    They are the driver's plain tuples: a row object for each would take longer than all the rest.
    """
    rows: Any = session.connection().execute(statement).cursor
    return np.fromiter(rows, dtype=fields)
