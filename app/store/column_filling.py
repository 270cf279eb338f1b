"""Packs the columns of corpora and rankings that an older version, or a worker that was stopped, left without them."""

from sqlalchemy import select

from app.store import corpus_columns, ranking_columns
from app.store.column_models import CorpusColumn, RankingColumn
from app.store.database import Database
from app.store.models import Audit, AuditProbe, Corpus, Status


def fill_columns(database: Database) -> None:
    """A second or so for each hundred thousand documents or ranked sentences; nothing where all are there."""
    with database.session() as session:
        packed = set(session.scalars(select(CorpusColumn.corpus_id).distinct()))
        corpus_ids = list(session.scalars(select(Corpus.id).where(Corpus.status == Status.DONE)))
        probes = (
            select(AuditProbe.id)
            .join(Audit, Audit.id == AuditProbe.audit_id)
            .where(
                Audit.status == Status.DONE,
                AuditProbe.measured,
                AuditProbe.id.not_in(select(RankingColumn.audit_probe_id).distinct()),
            )
        )
        probe_ids = list(session.scalars(probes))
    for corpus_id in corpus_ids:
        if corpus_id not in packed:
            corpus_columns.write_from_rows(database, corpus_id)
    for probe_id in probe_ids:
        ranking_columns.write_from_rows(database, probe_id)
