"""Our estimators on the small problem, with the same choice of damping as the peers get."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.estimators import ESTIMATORS
from tests.benchmarks.accuracy.budget import Budget
from tests.benchmarks.accuracy.judging import changes_of
from tests.benchmarks.accuracy.peers.problem import JUDGED, SEEDS, TUNING, Problem
from tests.benchmarks.accuracy.predictions import Predictions, Unfinished

DAMPINGS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""In units of the mean eigenvalue of the Hessian of the summed loss, as in the peers' environment."""

DAMPED = ("implicit", "implicit-hessian", "per-word", "lissa")
SLOW = ("implicit", "implicit-hessian", "lissa", "turn-over", "mean-field")
"""These come last."""

ITERATIONS = 20_000


@dataclass(frozen=True)
class Candidate:
    """An estimator's predictions of the judged sets.

    Attributes:
        changes: kind of sets -> [sets, probes, seeds].
        seconds: processor seconds of one seed's influences on all probes.
        tuning: what it was given.
        failure: why there are no predictions.
    """

    name: str
    changes: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    seconds: float = 0.0
    tuning: str = ""
    failure: str = ""


def own_candidates(problem: Problem, unit: float, budget: Budget) -> Iterator[Candidate]:
    """Every registered estimator.

    Args:
        unit: mean eigenvalue of the Hessian of the summed loss.
    """
    for name, estimator in sorted(ESTIMATORS.items(), key=lambda item: item[0] in SLOW):
        plain = Predictions(estimator, problem.trainings, SEEDS, budget)
        try:
            if name in DAMPED:
                best, chosen = tuned(plain, problem, unit)
                tuning = f"damping {chosen:g} mean eigenvalues, best of {DAMPINGS[0]:g} to {DAMPINGS[-1]:g}"
            else:
                best, tuning = plain, "as registered"
            changes = {kind: best.changes(sets) for kind, sets in JUDGED.items()}
            seconds = float(np.median([best.influences(seed).processor for seed in SEEDS]))
            yield Candidate(f"ours: {name}", changes, seconds, tuning)
        except Unfinished as failure:
            yield Candidate(f"ours: {name}", failure=str(failure))


def tuned(plain: Predictions, problem: Problem, unit: float) -> tuple[Predictions, float]:
    """With the damping of which one seed predicts the tuning sets best; a damping that fails is passed over.

    The damping of our estimators is added to the Hessian of an epoch's summed loss.
    """
    candidates = {}
    for damping in DAMPINGS:
        one = replace(plain, damping=damping * unit, iterations=ITERATIONS, seeds=SEEDS[:1])
        try:
            candidates[damping] = quality(one.changes(TUNING)[:, :, 0], problem), one
        except Unfinished:
            continue
    if not candidates:
        raise Unfinished("No damping of the grid gave a solution.")
    best = max(candidates, key=lambda damping: candidates[damping][0])
    return replace(candidates[best][1], seeds=plain.seeds), best


def quality(predicted: npt.NDArray[np.float64], problem: Problem) -> float:
    """Mean over probes, halves and tenths of Pearson's correlation with the mean over seeds of retraining."""
    actual = changes_of(problem.trainings, "ours", TUNING, SEEDS).mean(axis=2)
    halves = sum(one.kind == "half" for one in TUNING)
    parts = (slice(0, halves), slice(halves, None))
    return float(
        np.mean(
            [
                np.corrcoef(predicted[part, probe], actual[part, probe])[0, 1]
                for probe in range(actual.shape[1])
                for part in parts
            ]
        )
    )
