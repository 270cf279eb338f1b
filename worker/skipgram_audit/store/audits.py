"""Audits: made with their settings and probes frozen, with what they found, deleted as a whole.

An audit's status follows its job's; see jobs.py. Hundreds of thousands of ranking rows are written in batches, each in
a transaction of its own: SQLite has one writer, and the row that shows the job's progress must be written in between.
A phase that starts again first clears what it wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, TypedDict

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, selectinload

from skipgram_audit.model.errors import Conflict, InvalidInput, NotFound
from skipgram_audit.model.name_and_note import MAXIMUM_NAME_LENGTH
from skipgram_audit.model.outcome import Association, ProbeOutcome
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import jobs
from skipgram_audit.store.columns import RankingColumn
from skipgram_audit.store.models import (
    AuditProbe,
    AuditRow,
    Check,
    CorpusRow,
    DocumentInfluence,
    MitigationComparison,
    RewritingRow,
    SentenceInfluence,
    Status,
    WordAssociation,
)
from skipgram_audit.store.paging import Cursor, Page, paginate

MAXIMUM_PROBES = 100


def create(
    session: Session,
    corpus_id: int,
    name: str,
    settings: AuditSettings,
    probes: Sequence[ProbeDefinition],
    standard_check: bool = False,
) -> AuditRow:
    """A new audit, waiting; later edits of a probe do not reach it.

    Args:
        standard_check: check its clearest probe by retraining as soon as it is done; see standard_check.py.

    Raises:
        NotFound: there is no such corpus.
        Conflict: the corpus has not been read to its end.
        InvalidInput: no probe, too many, or two of one name.
    """
    corpus = session.get(CorpusRow, corpus_id)
    if corpus is None:
        raise NotFound(f"There is no corpus {corpus_id}.", "Choose one from the list of corpora.")
    if corpus.status != Status.DONE:
        raise Conflict(
            f"The corpus {corpus.name!r} is {corpus.status}, so it cannot be audited.",
            "Wait until it has been read, or choose another one.",
        )
    _check_probes(probes)
    audit = AuditRow(
        corpus_id=corpus.id,
        name=name.strip()[:MAXIMUM_NAME_LENGTH] or _default_name(corpus, probes),
        status=Status.WAITING,
        settings=settings.model_dump(mode="json"),
        standard_check=standard_check and not settings.models,
        probes=[
            AuditProbe(name=probe.name, kind=probe.kind, definition=probe.model_dump(mode="json")) for probe in probes
        ],
    )
    session.add(audit)
    session.flush()
    return audit


def _check_probes(probes: Sequence[ProbeDefinition]) -> None:
    if not probes:
        raise InvalidInput("An audit needs at least one probe, and none was chosen.", "Tick one or more probes.")
    if len(probes) > MAXIMUM_PROBES:
        raise InvalidInput(f"{len(probes)} probes were chosen; an audit takes up to {MAXIMUM_PROBES}.")
    names = [probe.name for probe in probes]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(f"Two of the probes have the name {', '.join(repeated)}.", "Choose each probe once.")


def _default_name(corpus: CorpusRow, probes: Sequence[ProbeDefinition]) -> str:
    names = ", ".join(probe.name for probe in probes[:3])
    more = len(probes) - 3
    return f"{corpus.name}: {names}{f' and {more} more' if more > 0 else ''}"[:MAXIMUM_NAME_LENGTH]


def get(session: Session, audit_id: int) -> AuditRow:
    """An audit with its corpus and probes.

    Raises:
        NotFound: there is no such audit.
    """
    statement = (
        select(AuditRow)
        .where(AuditRow.id == audit_id)
        .options(selectinload(AuditRow.corpus), selectinload(AuditRow.probes))
    )
    audit = session.scalars(statement).one_or_none()
    if audit is None:
        raise NotFound(f"There is no audit {audit_id}.", "It may have been deleted; see the list of audits.")
    return audit


def page(session: Session, cursor: Cursor | None = None, corpus_id: int | None = None) -> Page[AuditRow]:
    """Audits, the newest first, with corpus and probes; of one corpus if it is given."""
    statement = select(AuditRow).options(selectinload(AuditRow.corpus), selectinload(AuditRow.probes))
    if corpus_id is not None:
        statement = statement.where(AuditRow.corpus_id == corpus_id)
    return paginate(session, statement, AuditRow.id, cursor, descending=True)


def set_manifest(session: Session, audit_id: int, manifest: dict[str, Any]) -> None:
    """All that is needed to compute the audit again."""
    get(session, audit_id).manifest = manifest


def set_trained_size(session: Session, audit_id: int, vocabulary_size: int, trained_tokens: int) -> None:
    """What of the corpus is trained on: distinct words, and their occurrences."""
    audit = get(session, audit_id)
    audit.vocabulary_size, audit.trained_tokens = vocabulary_size, trained_tokens


def remove(session: Session, audit_id: int) -> None:
    """Deletes an audit with all its results; the files under the audits folder are the caller's to remove.

    Raises:
        NotFound: there is no such audit.
        Conflict: it is still running, or a check, a comparison of its mitigations or a rewriting is.
    """
    audit = get(session, audit_id)
    if audit.status in jobs.ACTIVE:
        raise Conflict(f"The audit {audit.name!r} is {audit.status}.", "Cancel it first, then delete it.")
    parts: dict[str, type[Check] | type[MitigationComparison] | type[RewritingRow]] = {
        "check": Check, "comparison of mitigations": MitigationComparison, "rewriting": RewritingRow,
    }  # fmt: skip
    for noun, table in parts.items():
        active = select(table.id).where(table.audit_id == audit_id, table.status.in_(jobs.ACTIVE)).limit(1)
        if session.scalars(active).first():
            raise Conflict(
                f"A {noun} of the audit {audit.name!r} has not ended.", f"Cancel the {noun}, then delete the audit."
            )
    jobs.remove_of_audits(session, [audit_id])
    session.execute(delete(AuditRow).where(AuditRow.id == audit_id))


_COLUMNS = [item.name for item in fields(ProbeOutcome) if item.name != "associations"]
_DEFINED = ("name", "kind", "definition")
"""Columns that are written when an audit is made."""


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
    columns = {name: value for name, value in asdict(outcome).items() if name in _COLUMNS and name not in _DEFINED}
    session.execute(update(AuditProbe).where(AuditProbe.id == audit_probe_id).values(columns))
    session.execute(delete(WordAssociation).where(WordAssociation.audit_probe_id == audit_probe_id))
    if outcome.associations:
        rows = [{"audit_probe_id": audit_probe_id, **asdict(association)} for association in outcome.associations]
        session.execute(insert(WordAssociation), rows)


def clear_rankings(session: Session, audit_probe_ids: Sequence[int]) -> None:
    """Removes the ranked documents and sentences of some probes, and their columns."""
    for table in (SentenceInfluence, DocumentInfluence, RankingColumn):
        session.execute(delete(table).where(table.audit_probe_id.in_(audit_probe_ids)))


def add_ranked_documents(session: Session, audit_probe_id: int, rows: Iterable[DocumentRow]) -> None:
    """Adds a batch of ranked documents."""
    _add_ranked(session, DocumentInfluence, audit_probe_id, rows)


def add_ranked_sentences(session: Session, audit_probe_id: int, rows: Iterable[SentenceRow]) -> None:
    """Adds a batch of ranked sentences."""
    _add_ranked(session, SentenceInfluence, audit_probe_id, rows)


def _add_ranked(
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
        Association(row.set_name, row.role, row.word, row.association, row.spread, row.count, row.stability)
        for row in session.scalars(statement)
    ]
    return replace(outcome_without_words(probe), associations=associations)


def outcome_without_words(probe: AuditProbe) -> ProbeOutcome:
    """A probe's scores without its word associations, for lists of audits: nothing is read but the probe's own row."""
    return TypeAdapter(ProbeOutcome).validate_python({name: getattr(probe, name) for name in _COLUMNS})
