"""What phases took on this machine, kept from run to run, and what jobs to come will take."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.cost_laws import (
    USUAL_WORDS,
    CorpusSizes,
    audit_guesses,
    check_guesses,
    import_guesses,
    mitigation_guesses,
)
from skipgram_audit.model.costs import Forecast, MachineCosts, MeasuredPhase
from skipgram_audit.model.kind_description import FEWEST_OCCURRENCES
from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import probes
from skipgram_audit.store.models import AuditRow, CorpusRow, CorpusWord, PhaseCost

KEPT = 10
"""Runs of each kind of phase: of older ones nothing is left in a forecast."""


def keep(session: Session, measured: Sequence[MeasuredPhase]) -> None:
    """Keeps what the phases of a job took; the oldest of a kind go."""
    session.add_all([PhaseCost(kind=one.kind, guess=one.guess, seconds=one.seconds) for one in measured])
    session.flush()
    for kind in {one.kind for one in measured}:
        newest = select(PhaseCost.id).where(PhaseCost.kind == kind).order_by(PhaseCost.id.desc()).limit(KEPT)
        session.execute(delete(PhaseCost).where(PhaseCost.kind == kind, PhaseCost.id.not_in(newest.scalar_subquery())))


def of_machine(session: Session) -> MachineCosts:
    """All that was measured."""
    rows = session.scalars(select(PhaseCost).order_by(PhaseCost.id.desc()))
    return MachineCosts([MeasuredPhase(row.kind, row.guess, row.seconds) for row in rows])


def of_audit(
    session: Session, corpus: CorpusRow, settings: AuditSettings, chosen: Sequence[ProbeDefinition], cores: int
) -> Forecast:
    """What an audit of a corpus that has been read will take.

    Args:
        chosen: its probes; those that lack words in the corpus cost nothing. Where none is left, one of usual length
            is meant.
        cores: of the machine that audits.
    """
    words = [_measurable_words(session, one, corpus, settings) for one in chosen]
    measurable = [one for one in words if one] or [USUAL_WORDS]
    sizes = corpus_sizes(session, corpus, settings)
    return of_machine(session).forecast(audit_guesses(sizes, settings, measurable, cores))


def of_check(session: Session, audit: AuditRow, plan: CheckPlan, cores: int) -> Forecast:
    """What a check of a finished audit will take; at most, where its sets are not yet known."""
    settings = AuditSettings.model_validate(audit.settings)
    measured = sum(probe.measured for probe in audit.probes)
    return of_machine(session).forecast(check_guesses(_audited_sizes(audit), settings, measured, plan, cores))


def of_check_of(
    session: Session,
    corpus: CorpusRow,
    settings: AuditSettings,
    chosen: Sequence[ProbeDefinition],
    plan: CheckPlan,
    cores: int,
) -> Forecast:
    """What a check of an audit will take that has not begun; arguments as of of_audit and of_check."""
    measured = sum(_measurable_words(session, one, corpus, settings) > 0 for one in chosen) or 1
    sizes = corpus_sizes(session, corpus, settings)
    return of_machine(session).forecast(check_guesses(sizes, settings, measured, plan, cores))


def of_mitigations(session: Session, audit: AuditRow, plan: MitigationPlan, cores: int) -> Forecast:
    """What comparing mitigations of a finished audit will take."""
    settings = AuditSettings.model_validate(audit.settings)
    return of_machine(session).forecast(mitigation_guesses(_audited_sizes(audit), settings, plan, cores))


def of_import(session: Session, file_bytes: int) -> Forecast:
    """What reading a file into a corpus will take."""
    return of_machine(session).forecast(import_guesses(file_bytes))


def _audited_sizes(audit: AuditRow) -> CorpusSizes:
    corpus = audit.corpus
    return CorpusSizes(
        corpus.document_count, corpus.sentence_count, corpus.token_count, audit.vocabulary_size, audit.trained_tokens
    )


def corpus_sizes(session: Session, corpus: CorpusRow, settings: AuditSettings) -> CorpusSizes:
    """Of a corpus that has been read, as an audit with these settings sees it.

    Counted once a session: a form tells several costs.
    """
    least = 1 if settings.models else settings.minimum_count
    known = session.info.setdefault(corpus_sizes, {})
    key = (corpus.id, settings.casefold, least)
    if key not in known:
        known[key] = _counted_sizes(session, corpus, settings.casefold, least)
    sizes: CorpusSizes = known[key]
    return sizes


def _counted_sizes(session: Session, corpus: CorpusRow, casefold: bool, least: int) -> CorpusSizes:
    form = CorpusWord.folded if casefold else CorpusWord.word
    count = func.sum(CorpusWord.count)
    frequent = (
        select(count.label("count")).where(CorpusWord.corpus_id == corpus.id).group_by(form).having(count >= least)
    ).subquery()
    words, kept = session.execute(select(func.count(), func.coalesce(func.sum(frequent.c.count), 0))).one()
    return CorpusSizes(corpus.document_count, corpus.sentence_count, corpus.token_count, words, int(kept))


def _measurable_words(session: Session, definition: ProbeDefinition, corpus: CorpusRow, settings: AuditSettings) -> int:
    """How many words of a probe a corpus holds; 0 where they are too few for a score."""
    coverage = probes.coverage(session, definition, corpus, settings.casefold)
    least = 1 if settings.models else max(settings.minimum_count, FEWEST_OCCURRENCES)
    if probes.too_few(definition, coverage, least):
        return 0
    return sum(word.count >= least for item in coverage for word in item.words)
