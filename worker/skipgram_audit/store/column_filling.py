"""Packs the columns of corpora and rankings that are missing or were made from something else: a worker was stopped."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.store import corpus_columns, ranking_columns
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Audit, AuditProbe, Corpus, Status


def fill_columns(database: Database) -> None:
    """A second or so for each hundred thousand documents or ranked sentences; nothing where all are there."""
    with database.session() as session:
        corpus_ids = list(session.scalars(select(Corpus.id).where(Corpus.status == Status.DONE)))
    for corpus_id in corpus_ids:
        corpus_columns.make_sure(database, corpus_id)
    with database.session() as session:
        probe_ids = [
            probe.id for probe in _measured(session) if "documents" not in ranking_columns.of_probe(session, probe)
        ]
    for probe_id in probe_ids:
        ranking_columns.write_from_rows(database, probe_id)


def _measured(session: Session) -> list[AuditProbe]:
    """The probes that have a ranking."""
    done = select(AuditProbe).join(Audit, Audit.id == AuditProbe.audit_id).where(Audit.status == Status.DONE)
    return list(session.scalars(done.where(AuditProbe.measured)))
