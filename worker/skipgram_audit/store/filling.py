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
        measured = _measured_probes(session)
        # The latest kind of column: those of older versions have the others only.
        unpacked = [probe.id for probe in measured if "stability" not in ranking_columns(session, probe)]
        ungrouped = [probe.id for probe in measured if probe.id not in unpacked and probe.strongest_group is None]
    for probe_id in unpacked:
        fill_ranking(database, probe_id)
    for probe_id in ungrouped:
        _find_strongest_group(database, probe_id)


def fill_ranking(database: Database, audit_probe_id: int) -> None:
    """Makes and stores what follows from a ranking whose rows are in the store: its columns and its strongest group."""
    write_ranking_columns(database, audit_probe_id)
    _find_strongest_group(database, audit_probe_id)


def _find_strongest_group(database: Database, audit_probe_id: int) -> None:
    # Nothing is written while the influences are summed, so that nobody waits for SQLite's one writer.
    with database.session() as session:
        found = strongest_group(session, session.get_one(AuditProbe, audit_probe_id))
    with database.session() as session:
        session.get_one(AuditProbe, audit_probe_id).strongest_group = found


def _measured_probes(session: Session) -> list[AuditProbe]:
    """The probes that have a ranking."""
    done = select(AuditProbe).join(AuditRow, AuditRow.id == AuditProbe.audit_id).where(AuditRow.status == Status.DONE)
    return list(session.scalars(done.where(AuditProbe.measured)))
