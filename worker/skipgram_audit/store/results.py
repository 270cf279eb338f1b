"""What an audit found, written in bulk by the worker and read back as plain values.

Hundreds of thousands of ranking rows are written in batches, each in a transaction of its own: SQLite has one writer,
and the row that shows the job's progress must be written in between. A phase that starts again first clears what it
wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TypedDict

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.outcome import Association, Concentration, Histogram, LeftOutWord, ProbeOutcome, SeedOutcome
from skipgram_audit.store.column_models import RankingColumn
from skipgram_audit.store.models import AuditProbe, DocumentInfluence, SentenceInfluence, WordAssociation

_NOT_COLUMNS = {"name", "kind", "definition", "associations", "by_seed", "histogram", "concentration", "left_out"}
_PLAIN_COLUMNS = [item.name for item in fields(ProbeOutcome) if item.name not in _NOT_COLUMNS]


class DocumentRow(TypedDict):
    """A row of document_influences without its probe."""

    rank: int
    document_id: int
    influence: float
    spread: float
    sign_stability: float
    tokens: bytes


class SentenceRow(TypedDict):
    """A row of sentence_influences without its probe."""

    rank: int
    document_id: int
    sentence_index: int
    influence: float
    spread: float
    sign_stability: float


def save_outcome(session: Session, audit_probe_id: int, outcome: ProbeOutcome) -> None:
    """Writes a probe's scores and word associations over what was there."""
    columns = {name: getattr(outcome, name) for name in _PLAIN_COLUMNS}
    columns["by_seed"] = [asdict(seed) for seed in outcome.by_seed]
    columns["histogram"] = asdict(outcome.histogram)
    columns["concentration"] = asdict(outcome.concentration)
    columns["left_out"] = [asdict(word) for word in outcome.left_out]
    session.execute(update(AuditProbe).where(AuditProbe.id == audit_probe_id).values(columns))
    session.execute(delete(WordAssociation).where(WordAssociation.audit_probe_id == audit_probe_id))
    if outcome.associations:
        rows = [{"audit_probe_id": audit_probe_id, **asdict(association)} for association in outcome.associations]
        session.execute(insert(WordAssociation), rows)


def clear_rankings(session: Session, audit_probe_ids: Sequence[int]) -> None:
    """Removes the ranked documents and sentences of some probes, and their columns."""
    for table in (SentenceInfluence, DocumentInfluence, RankingColumn):
        session.execute(delete(table).where(table.audit_probe_id.in_(audit_probe_ids)))


def add_documents(session: Session, audit_probe_id: int, rows: Iterable[DocumentRow]) -> None:
    """Adds a batch of ranked documents."""
    _add(session, DocumentInfluence, audit_probe_id, rows)


def add_sentences(session: Session, audit_probe_id: int, rows: Iterable[SentenceRow]) -> None:
    """Adds a batch of ranked sentences."""
    _add(session, SentenceInfluence, audit_probe_id, rows)


def _add(
    session: Session,
    table: type[DocumentInfluence] | type[SentenceInfluence],
    audit_probe_id: int,
    rows: Iterable[Mapping[str, object]],
) -> None:
    values = [{"audit_probe_id": audit_probe_id, **row} for row in rows]
    if values:
        # The Core table, not the mapped class: no object is made for a row.
        session.execute(insert(table.__table__), values)  # type: ignore[arg-type]


def score_of(probe: AuditProbe) -> float:
    """The score of a measured probe.

    Raises:
        Conflict: it has none.
    """
    if probe.score is None:
        raise Conflict(f"The probe {probe.name!r} has no score in this audit.", "Run the audit again.")
    return probe.score


def outcome_of(session: Session, probe: AuditProbe) -> ProbeOutcome:
    """A probe's scores and word associations, the words of a set by falling association."""
    statement = (
        select(WordAssociation)
        .where(WordAssociation.audit_probe_id == probe.id)
        .order_by(WordAssociation.association.desc(), WordAssociation.word)
    )
    associations = [
        Association(row.set_name, row.role, row.word, row.association, row.spread, row.count)
        for row in session.scalars(statement)
    ]
    plain = {name: getattr(probe, name) for name in _PLAIN_COLUMNS}
    return ProbeOutcome(
        name=probe.name,
        kind=probe.kind,
        definition=probe.definition,
        by_seed=[SeedOutcome.of(seed) for seed in probe.by_seed],
        histogram=Histogram(**probe.histogram),
        concentration=Concentration(**probe.concentration),
        left_out=[LeftOutWord(**word) for word in probe.left_out],
        associations=associations,
        **plain,
    )
