"""Packs the columns of corpora and rankings that are missing or were made from something else: an older version left
none, or a worker was stopped. Makes the search indexes of corpora that are missing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import corpus_columns, ranking_columns, search_index
from app.store.columns import Columns
from app.store.database import Database
from app.store.models import Audit, AuditProbe, Corpus, Status


def fill_columns(database: Database) -> None:
    """A second or so for each hundred thousand documents or ranked sentences; nothing where all are there."""
    with database.session() as session:
        corpora = session.scalars(select(Corpus).where(Corpus.status == Status.DONE)).all()
        packed = {corpus.id: _are_there(corpus_columns.of_corpus(session, corpus), "ids") for corpus in corpora}
    for corpus_id, is_packed in packed.items():
        if not is_packed:
            corpus_columns.write_from_rows(database, corpus_id)
        elif not search_index.path_of(database.folder, corpus_id).exists():
            with database.session() as session:
                corpus_columns.write_search_index(session, corpus_id)
    with database.session() as session:
        probe_ids = [
            probe.id
            for probe in _measured(session)
            if not _are_there(ranking_columns.of_probe(session, probe), "documents")
        ]
    for probe_id in probe_ids:
        ranking_columns.write_from_rows(database, probe_id)


def _measured(session: Session) -> list[AuditProbe]:
    """The probes that have a ranking."""
    done = select(AuditProbe).join(Audit, Audit.id == AuditProbe.audit_id).where(Audit.status == Status.DONE)
    return list(session.scalars(done.where(AuditProbe.measured)))


def _are_there(found: Columns, name: str) -> bool:
    """Columns are written together: one stands for all."""
    return name in found
