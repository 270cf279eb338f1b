"""What an audit says of one probe."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import Influences, SolverReport
from skipgram_audit.auditing.leave_one_word_out import LeftOutResult
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.model.influence_table import Attribution, InfluenceTable, seed_agreement
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import Measurement, WordListScore, missing_words
from skipgram_audit.training.trajectory import Trajectory


@dataclass(frozen=True)
class AssociationResult:
    """A word's association, mean over seeds, with its sample standard deviation, and the word's occurrences."""

    set_name: str
    role: str
    word: str
    association: float
    spread: float
    count: int


@dataclass(frozen=True)
class SolverResult:
    """How one seed's linear system was solved: see SolverReport; sampling_error is None where nothing is sampled."""

    damping: float
    iterations: int
    residual: float
    sampling_error: float | None

    @classmethod
    def by_seed(cls, report: SolverReport | None, seeds: int) -> "list[SolverResult | None]":
        """One a seed of a probe's report [seeds]; None where the estimator solves nothing."""
        if report is None:
            return [None] * seeds
        rows = zip(*(numbers.tolist() for numbers in report.arrays().values()), strict=True)
        return [
            cls(damping, int(iterations), residual, None if math.isnan(error) else error)
            for damping, iterations, residual, error in rows
        ]


@dataclass(frozen=True)
class SeedResult:
    """One seed's numbers."""

    seed: int
    score: float
    mean_difference: float | None
    p_value: float | None
    surrogate_score: float
    solver: SolverResult | None = None


@dataclass(frozen=True)
class ProbeResult:
    """One probe's scores, or why there are none: reason, and verdict, the code of Unmeasurable, empty when measured.

    score is the score, whatever the probe's kind calls it; it, mean_difference, p_value and surrogate_score are
    means over seeds, None where the kind has no such number; score_spread is the sample
    standard deviation over seeds, None with one seed. null_scores are those of trainings on shuffled text, one a
    shuffle.
    """

    name: str
    measured: bool
    reason: str
    missing: dict[str, list[str]]
    verdict: str = ""
    score: float | None = None
    score_spread: float | None = None
    mean_difference: float | None = None
    p_value: float | None = None
    p_method: str = ""
    surrogate_score: float | None = None
    by_seed: tuple[SeedResult, ...] = ()
    associations: tuple[AssociationResult, ...] = ()
    null_scores: tuple[float, ...] = ()
    left_out: tuple[LeftOutResult, ...] = ()
    attribution: Attribution | None = field(default=None, repr=False)


def unmeasured_result(probe: ProbeDefinition, corpus: EncodedCorpus, why: Unmeasurable) -> ProbeResult:
    """A probe that cannot be measured, with its reason and its missing words."""
    return ProbeResult(probe.name, False, why.reason, missing_words(probe, corpus), why.code)


def probe_result(
    probe: ProbeDefinition,
    score: WordListScore,
    corpus: EncodedCorpus,
    trajectories: Sequence[Trajectory],
    influences: Influences,
    exact_permutations: int,
) -> ProbeResult:
    """Measures a probe on every seed's trained vectors and sums its influences.

    Args:
        influences: of this probe alone: scores [seeds], sentences [seeds, sentences], tokens [tokens].
    """
    measured = [score.measure(item.inputs[score.words], exact_permutations) for item in trajectories]
    seeds = tuple(
        SeedResult(
            item.seed,
            one.score,
            one.mean_difference,
            one.test.p_value if one.test else None,
            float(replayed),
            solver,
        )
        for item, one, replayed, solver in zip(
            trajectories,
            measured,
            influences.scores,
            SolverResult.by_seed(influences.solver, len(trajectories)),
            strict=True,
        )
    )
    effects = np.array([one.score for one in measured])
    if not np.isfinite(effects).all():
        return unmeasured_result(probe, corpus, score.undefined)
    if not all(np.isfinite(part).all() for part in (influences.sentences, influences.scores, influences.tokens)):
        return unmeasured_result(
            probe, corpus, Unmeasurable(f"The influence of some text has no finite value. {score.no_value}")
        )
    documents = sums_between(influences.sentences, corpus.document_sentences)
    return ProbeResult(
        name=probe.name,
        measured=True,
        reason="",
        missing=missing_words(probe, corpus),
        score=float(effects.mean()),
        score_spread=_spread(effects) if len(effects) > 1 else None,
        mean_difference=_mean([one.mean_difference for one in measured]),
        p_value=_mean([one.test.p_value if one.test else None for one in measured]),
        p_method=measured[0].test.method if measured[0].test else "",
        surrogate_score=float(influences.scores.mean()),
        by_seed=seeds,
        associations=_associations(measured),
        attribution=Attribution(
            documents=InfluenceTable.of(documents),
            sentences=InfluenceTable.of(influences.sentences),
            tokens=influences.tokens,
            seed_agreement=seed_agreement(documents),
        ),
    )


def _associations(measured: Sequence[Measurement]) -> tuple[AssociationResult, ...]:
    """Word by word, means and spreads over seeds."""
    rows = zip(*(one.associations for one in measured), strict=True)
    return tuple(
        AssociationResult(
            row[0].set_name,
            row[0].role,
            row[0].word,
            float(np.mean([one.association for one in row])),
            _spread(np.array([one.association for one in row])),
            row[0].count,
        )
        for row in rows
    )


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean; None when a value is None."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def _spread(values: npt.NDArray[np.float64]) -> float:
    """Sample standard deviation; 0 for one value."""
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0
