"""What an audit says of one probe."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import Influences, SolverReport
from skipgram_audit.auditing.leave_one_word_out import leave_words_out
from skipgram_audit.auditing.outcomes import with_influence
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.model.influence_table import Attribution, InfluenceTable, seed_agreement
from skipgram_audit.model.outcome import Association, ProbeOutcome, Repeats, SeedOutcome, SolverOutcome
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import Measurement, WordListScore, missing_words
from skipgram_audit.report.values import ReportProbe
from skipgram_audit.training.neighbour_stability import neighbour_stability
from skipgram_audit.training.trajectory import Trajectory


def unmeasured_result(probe: ProbeDefinition, corpus: EncodedCorpus, why: Unmeasurable) -> ReportProbe:
    """A probe that cannot be measured, with its reason and its missing words."""
    outcome = ProbeOutcome(
        name=probe.name,
        kind=probe.kind,
        definition=probe.model_dump(mode="json"),
        measured=False,
        reason=why.reason,
        verdict=why.code,
        missing=missing_words(probe, corpus),
    )
    return ReportProbe(outcome, None)


def probe_result(
    probe: ProbeDefinition,
    score: WordListScore,
    corpus: EncodedCorpus,
    trajectories: Sequence[Trajectory],
    influences: Influences,
    settings: AuditSettings,
    null_scores: Sequence[float],
) -> ReportProbe:
    """Measures a probe on every seed's trained vectors and sums its influences.

    Args:
        influences: of this probe alone: scores [seeds], sentences [seeds, sentences], tokens [tokens].
        null_scores: of trainings on shuffled text.
    """
    measured = [score.measure(item.inputs[score.words], settings.exact_permutations) for item in trajectories]
    effects = np.array([one.score for one in measured])
    if not np.isfinite(effects).all():
        return unmeasured_result(probe, corpus, score.undefined)
    if not all(np.isfinite(part).all() for part in (influences.sentences, influences.scores, influences.tokens)):
        return unmeasured_result(
            probe, corpus, Unmeasurable(f"The influence of some text has no finite value. {score.no_value}")
        )
    documents = sums_between(influences.sentences, corpus.document_sentences)
    attribution = Attribution(
        documents=InfluenceTable.of(documents),
        sentences=InfluenceTable.of(influences.sentences),
        tokens=influences.tokens,
        seed_agreement=seed_agreement(documents),
    )
    outcome = ProbeOutcome(
        name=probe.name,
        kind=probe.kind,
        definition=probe.model_dump(mode="json"),
        measured=True,
        missing=missing_words(probe, corpus),
        score=float(effects.mean()),
        score_spread=_spread(effects) if len(effects) > 1 else None,
        mean_difference=_mean([one.mean_difference for one in measured]),
        p_value=_mean([one.test.p_value if one.test else None for one in measured]),
        p_value_two_sided=_mean([one.test.p_value_two_sided if one.test else None for one in measured]),
        p_method=measured[0].test.method if measured[0].test else "",
        surrogate_score=float(influences.scores.mean()),
        null_scores=list(null_scores),
        by_seed=_seeds(trajectories, measured, influences),
        left_out=leave_words_out(probe, corpus, trajectories),
        associations=_associations(measured, _stability(score, corpus, trajectories)),
    )
    return ReportProbe(with_influence(outcome, attribution, settings.estimator), attribution)


def with_repeats(
    found: ReportProbe, documents: npt.NDArray[np.int64], changes: npt.NDArray[np.float64], row: int
) -> ReportProbe:
    """A measured probe with what becomes of its score without texts that repeat others.

    Args:
        documents: the numbers of those that go.
        changes: of the scores of the measurable probes, as predicted; not finite where there is no score.
        row: of the probe among them.
    """
    outcome, attribution = found.outcome, found.attribution
    if outcome.score is None or attribution is None:
        return found
    repeats = Repeats(
        documents=len(documents),
        score=outcome.score + float(changes[row]) if np.isfinite(changes[row]) else None,
        first_order_score=outcome.score - float(attribution.documents.influence[documents].sum()),
    )
    return replace(found, outcome=replace(outcome, repeats=repeats))


def _seeds(
    trajectories: Sequence[Trajectory], measured: Sequence[Measurement], influences: Influences
) -> list[SeedOutcome]:
    solved = _solved(influences.solver, len(trajectories))
    return [
        SeedOutcome(
            seed=item.seed,
            score=one.score,
            mean_difference=one.mean_difference,
            p_value=one.test.p_value if one.test else None,
            surrogate_score=surrogate,
            solver=solver,
            p_value_two_sided=one.test.p_value_two_sided if one.test else None,
        )
        for item, one, surrogate, solver in zip(trajectories, measured, influences.scores.tolist(), solved, strict=True)
    ]


def _solved(report: SolverReport | None, seeds: int) -> list[SolverOutcome | None]:
    """One a seed of a probe's report [seeds]; None where the estimator solves nothing."""
    if report is None:
        return [None] * seeds
    rows = zip(*(numbers.tolist() for numbers in report.arrays().values()), strict=True)
    return [
        SolverOutcome(damping, int(iterations), residual, None if math.isnan(error) else error)
        for damping, iterations, residual, error in rows
    ]


def _stability(score: WordListScore, corpus: EncodedCorpus, trajectories: Sequence[Trajectory]) -> dict[str, float]:
    """Word -> how far the seeds agree on its neighbours; empty where nothing is known of that."""
    found = neighbour_stability(score.words, [item.inputs for item in trajectories])
    return (
        {} if found is None else {corpus.words[word]: float(one) for word, one in zip(score.words, found, strict=True)}
    )


def _associations(measured: Sequence[Measurement], stability: Mapping[str, float]) -> list[Association]:
    """Word by word, means and spreads over seeds."""
    rows = zip(*(one.associations for one in measured), strict=True)
    return [
        Association(
            row[0].set_name,
            row[0].role,
            row[0].word,
            float(np.mean([one.association for one in row])),
            _spread(np.array([one.association for one in row])),
            row[0].count,
            stability.get(row[0].word),
        )
        for row in rows
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean; None when a value is None."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def _spread(values: npt.NDArray[np.float64]) -> float:
    """Sample standard deviation; 0 for one value."""
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0
