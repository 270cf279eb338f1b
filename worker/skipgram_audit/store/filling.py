"""Making what pages read from the rows of corpora and rankings: packed columns, and the strongest group of a probe."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import ensure_corpus_columns, ranking_columns, write_ranking_columns
from skipgram_audit.store.groups import strongest_group
from skipgram_audit.store.models import AuditProbe, AuditRow, CorpusRow, Status


def fill_columns(database: Database) -> None:
    """Packs the columns of corpora and rankings that are missing or do not fit, since a worker was stopped.

    It takes a second or so for each hundred thousand documents or ranked sentences; nothing where all are there.
    """
    with database.session() as session:
        corpus_ids = list(session.scalars(select(CorpusRow.id).where(CorpusRow.status == Status.DONE)))
    for corpus_id in corpus_ids:
        ensure_corpus_columns(database, corpus_id)
    with database.session() as session:
        probe_ids = [probe.id for probe in _measured_probes(session) if not _is_filled(session, probe)]
    for probe_id in probe_ids:
        fill_ranking(database, probe_id)


def fill_ranking(database: Database, audit_probe_id: int) -> None:
    """Makes and stores what follows from a ranking whose rows are in the store: its columns and its strongest group."""
    write_ranking_columns(database, audit_probe_id)
    with database.session() as session:
        found = strongest_group(session, session.get_one(AuditProbe, audit_probe_id))
    with database.session() as session:
        session.get_one(AuditProbe, audit_probe_id).strongest_group = found


def _is_filled(session: Session, probe: AuditProbe) -> bool:
    # The latest kind of column: those of older versions have the others only.
    return probe.strongest_group is not None and "stability" in ranking_columns(session, probe)


def _measured_probes(session: Session) -> list[AuditProbe]:
    """The probes that have a ranking."""
    done = select(AuditProbe).join(AuditRow, AuditRow.id == AuditProbe.audit_id).where(AuditRow.status == Status.DONE)
    return list(session.scalars(done.where(AuditProbe.measured)))
