"""Predicted against actual, measure by measure; every function returns what JSON can hold.

The measures themselves are the engine's (skipgram_audit.retraining.agreement); here they are applied to many sets,
trainers and estimators.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.check_plan import Measure, SetAgreement
from skipgram_audit.retraining.agreement import set_agreement
from tests.benchmarks.accuracy.corpus import Removal, RemovalSet
from tests.benchmarks.accuracy.predictions import Predictions
from tests.benchmarks.accuracy.trainings import FULL, Trainings

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """What is trained and judged on one corpus.

    Attributes:
        halves, tenths: random sets that runs like it are without.
        run_tenths, hundredths: those that this run is without.
        seeds: of our training, for judging and for trajectories.
        run_seeds: those whose very run is retrained.
        gensim_seeds: at most so many.
        singles: documents removed one by one.
        chosen: documents of an extreme set.
        controls: random sets beside each direction of extreme sets.
        extremes_of: estimators whose own extreme sets are retrained; None for all.
    """

    halves: list[RemovalSet]
    tenths: list[RemovalSet]
    run_tenths: list[RemovalSet]
    hundredths: list[RemovalSet]
    seeds: tuple[int, ...]
    run_seeds: tuple[int, ...]
    gensim_seeds: int
    singles: int
    chosen: int
    controls: int
    extremes_of: tuple[str, ...] | None


def changes_of(trainings: Trainings, trainer: str, removals: Sequence[Removal], seeds: Sequence[int]) -> Values:
    """float64 [removals, probes, seeds]: a trainer's score without the set minus that of the whole, seed by seed."""
    run = getattr(trainings, trainer)
    whole = np.stack([run(FULL, seed) for seed in seeds], axis=1)
    return np.stack([np.stack([run(removal, seed) for seed in seeds], axis=1) - whole for removal in removals])


def fidelity(trainings: Trainings, removals: Sequence[Removal], seeds: Sequence[int], gensim_seeds: int) -> Any:
    """Does our training behave as one more gensim seed? Agreement over sets by probe, and mean scores."""
    theirs = trainings.gensim_seeds(removals, gensim_seeds)
    if not theirs:
        return None
    gensim = scores_of(trainings, "gensim", removals, theirs)
    ours = scores_of(trainings, "ours", removals, seeds)
    return {
        "sets": len(removals),
        "gensim seeds": len(theirs),
        "our seeds": len(seeds),
        "gensim seed with gensim seed": pairwise(gensim, gensim),
        "our seed with gensim seed": pairwise(ours, gensim),
        "our seed with our seed": pairwise(ours, ours),
        "mean score, gensim": gensim.mean(axis=(0, 2)).tolist(),
        "mean score, ours": ours.mean(axis=(0, 2)).tolist(),
        "standard deviation over seeds of the mean score, gensim": deviation(gensim),
        "standard deviation over seeds of the mean score, ours": deviation(ours),
    }


def scores_of(trainings: Trainings, trainer: str, removals: Sequence[Removal], seeds: Sequence[int]) -> Values:
    """float64 [removals, probes, seeds]."""
    run = getattr(trainings, trainer)
    return np.stack([np.stack([run(removal, seed) for seed in seeds], axis=1) for removal in removals])


def deviation(scores: Values) -> list[float | None]:
    """Of the seeds' mean scores over sets, by probe."""
    if scores.shape[2] < 2:
        return [None] * scores.shape[1]
    return [float(value) for value in scores.mean(axis=0).std(axis=1, ddof=1)]


def pairwise(first: Values, second: Values) -> list[float | None]:
    """Mean over pairs of seeds of Pearson's r over sets, by probe; a seed is not paired with itself."""
    agreements: list[float | None] = []
    for probe in range(first.shape[1]):
        pairs = [
            np.corrcoef(first[:, probe, one], second[:, probe, other])[0, 1]
            for one in range(first.shape[2])
            for other in range(second.shape[2])
            if first is not second or one < other
        ]
        agreements.append(float(np.mean(pairs)) if pairs else None)
    return agreements


def runs_like_it(predictions: Predictions, plan: Plan) -> dict[str, Any]:
    """Changes predicted, mean over our seeds, against those of gensim's seeds; or of ours where gensim has not trained
    these sets."""
    judged: dict[str, Any] = {"device": predictions.device}
    for name, removals in (("halves", plan.halves), ("tenths", plan.tenths)):
        predicted = predictions.changes(removals)
        theirs = predictions.trainings.gensim_seeds(removals, plan.gensim_seeds)
        judged[name] = {
            "gensim": by_probe(predicted, changes_of(predictions.trainings, "gensim", removals, theirs))
            if theirs
            else None,
            "ours": None
            if theirs
            else by_probe(predicted, changes_of(predictions.trainings, "ours", removals, plan.seeds)),
        }
    return judged


def this_run(predictions: Predictions, plan: Plan) -> dict[str, Any]:
    """Each seed's predicted changes against the same seed's own retraining; means over seeds, by probe."""
    judged: dict[str, Any] = {}
    for name, removals in (("tenths", plan.run_tenths), ("hundredths", plan.hundredths)):
        predicted = predictions.changes(removals)
        seeds = [seed for seed in plan.run_seeds if seed in predictions.seeds]
        actual = changes_of(predictions.trainings, "same_run", removals, seeds)
        one_by_one = [
            by_probe(predicted[:, :, [predictions.seeds.index(seed)]], actual[:, :, [number]])
            for number, seed in enumerate(seeds)
        ]
        judged[name] = {
            measure: mean_over_seeds([[probe[measure] for probe in seed] for seed in one_by_one])
            for measure in ("spearman", "pearson", "slope")
        }
    return judged


def mean_over_seeds(values: list[list[float | None]]) -> list[float | None]:
    """Mean by probe; None where a seed has no value."""
    return [
        None if any(one is None for one in probe) else float(np.mean(np.array(probe, np.float64)))
        for probe in zip(*values, strict=True)
    ]


def by_probe(predicted: Values, actual: Values) -> list[dict[str, Any]]:
    """The engine's measures over sets for every probe: [sets, probes, seeds] each."""
    return [told(set_agreement(predicted[:, probe], actual[:, probe])) for probe in range(predicted.shape[1])]


def told(agreement: SetAgreement) -> dict[str, Any]:
    """Plain numbers of a set agreement."""
    return {
        "sets": agreement.sets,
        "pearson": agreement.pearson.value,
        "pearson, 95%": interval(agreement.pearson),
        "spearman": agreement.spearman.value,
        "slope": agreement.slope.value,
        "standard error of slope": agreement.slope.error,
        "seeds agree": agreement.agreement.value,
        "ceiling": agreement.ceiling.value,
        "share of ceiling": agreement.share.value,
        "mean predicted": agreement.mean_predicted,
        "mean actual": agreement.mean_actual,
    }


def interval(measure: Measure) -> list[float] | None:
    return None if measure.low is None or measure.high is None else [measure.low, measure.high]
