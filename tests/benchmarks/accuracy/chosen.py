"""Sets that an estimator chooses: single documents, the strongest hundred, and the fewest that turn a score's sign."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.retraining.agreement import comparison, mean_with_error, set_agreement
from skipgram_audit.retraining.sets import matched_control, most_influential, pushing, strongest, turning_point
from tests.benchmarks.accuracy.corpus import ChosenSet
from tests.benchmarks.accuracy.judging import Plan, Values, changes_of, scores_of, told
from tests.benchmarks.accuracy.predictions import Predictions
from tests.benchmarks.accuracy.trainings import FULL

CONTROL_SEED = 1
DIRECTIONS = (("amplifying", 1), ("mitigating", -1))


def common_singles(rankings: Sequence[npt.NDArray[np.float64]], count: int) -> list[list[ChosenSet]]:
    """For every probe the same documents for all estimators: taken in turn from the tops of some estimators' rankings
    by absolute influence, so that none is judged on its own choice alone.

    Args:
        rankings: [probes, documents] each, influences.
    """
    chosen = []
    for probe in range(len(rankings[0])):
        orders = [most_influential(ranking[probe], count) for ranking in rankings]
        in_turn = [int(document) for places in zip(*orders, strict=False) for document in places]
        chosen.append([ChosenSet((document,)) for document in list(dict.fromkeys(in_turn))[:count]])
    return chosen


def leave_one_out(predictions: Predictions, singles: Sequence[Sequence[ChosenSet]], plan: Plan) -> list[dict[str, Any]]:
    """Single documents: minus their influence against the mean over seeds of the same runs without each.

    The same draws with and without the document leave its own effect, of which the mean over seeds is that on runs like
    it; trainings with other draws would bury a single document in noise.
    """
    judged, influences = [], predictions.documents_by_seed()
    for probe, sets in enumerate(singles):
        predicted = -influences[:, probe, [one.positions[0] for one in sets]].T
        actual = changes_of(predictions.trainings, "same_run", sets, plan.run_seeds)[:, probe]
        judged.append(
            {
                **told(set_agreement(predicted, actual)),
                "within two standard errors": within_two(predicted.mean(axis=1), actual),
            }
        )
    return judged


def within_two(predicted: npt.NDArray[np.float64], actual: Values) -> float | None:
    """Share of sets whose predicted change lies within two standard errors of the mean found over seeds."""
    if actual.shape[1] < 2:
        return None
    errors = actual.std(axis=1, ddof=1) / np.sqrt(actual.shape[1])
    return float((np.abs(predicted - actual.mean(axis=1)) <= 2 * errors).mean())


def extremes(predictions: Predictions, plan: Plan, controls: Sequence[Sequence[Values]]) -> list[dict[str, Any]]:
    """The strongest documents of either direction by the estimator's own ranking, removed together; runs like it.

    Args:
        controls: what controls_of gives.
    """
    trainings = predictions.trainings
    before = scores_of(trainings, "ours", [FULL], plan.seeds)[0]
    judged = []
    for probe, sides in enumerate(extreme_sets(predictions, plan)):
        outcomes: dict[str, Any] = {}
        for side, (name, _) in enumerate(DIRECTIONS):
            removal = ChosenSet.of(sides[side])
            outcome = comparison(
                number=1,
                predicted=predictions.changes([removal])[0, probe],
                predicted_before=float(before[probe].mean()),
                before=before[probe],
                after=scores_of(trainings, "ours", [removal], plan.seeds)[0, probe],
                controls=list(controls[probe][side]),
            )
            apart = outcome.difference.value
            outcomes[name] = {
                "predicted": outcome.predicted.value,
                "actual": outcome.actual.value,
                "standard error": outcome.actual.error,
                "within two standard errors": None if apart is None else abs(apart) <= 2,
                "mean of controls": outcome.control_mean.value,
                "spread of controls": outcome.control_spread.value,
                "distance from controls": outcome.distance.value,
            }
        judged.append(outcomes)
    return judged


def extreme_sets(predictions: Predictions, plan: Plan) -> list[list[npt.NDArray[np.int64]]]:
    """By probe and direction, the documents that the estimator calls strongest."""
    return [
        [strongest(values, direction, plan.chosen) for _, direction in DIRECTIONS] for values in predictions.documents()
    ]


def controls_of(predictions: Predictions, plan: Plan) -> list[list[Values]]:
    """By probe and direction, [controls, seeds]: changes without random documents of nearly the lengths of those that
    an estimator calls strongest; runs like it.

    All estimators share those of one, since each one's own would cost more than everything else.
    """
    trainings = predictions.trainings
    lengths = np.diff(trainings.corpus.document_offsets)
    return [
        [
            changes_of(
                trainings,
                "ours",
                [
                    ChosenSet.of(matched_control(chosen, lengths, CONTROL_SEED, 2 * probe + side, number))
                    for number in range(plan.controls)
                ],
                plan.seeds,
            )[:, probe]
            for side, chosen in enumerate(sides)
        ]
        for probe, sides in enumerate(extreme_sets(predictions, plan))
    ]


def brittleness(predictions: Predictions, plan: Plan) -> list[dict[str, Any]]:
    """The fewest of the strongest documents that are predicted to turn a score's sign, and what retraining finds."""
    trainings = predictions.trainings
    before = scores_of(trainings, "ours", [FULL], plan.seeds)[0].mean(axis=1)
    judged = []
    for probe, values in enumerate(predictions.documents()):
        direction = 1 if before[probe] > 0 else -1
        order = pushing(values, direction)[: len(values) // 2]

        def predicted(size: int, probe: int = probe, order: npt.NDArray[np.int64] = order) -> float:
            changes = predictions.changes([ChosenSet.of(order[:size])])
            return float(before[probe] + changes[0, probe].mean())

        def left(size: int, predicted: Callable[[int], float] = predicted, direction: int = direction) -> float:
            return direction * predicted(size)

        fewest = turning_point(direction * values[order], abs(float(before[probe])), left)
        found: dict[str, Any] = {"score": float(before[probe]), "documents": fewest}
        if fewest is not None:
            removal = ChosenSet.of(order[:fewest])
            after = mean_with_error(scores_of(trainings, "ours", [removal], plan.seeds)[0, probe])
            assert after.value is not None
            found |= {
                "predicted": predicted(fewest),
                "actual": after.value,
                "standard error": after.error,
                "turned": after.value * direction < 0,
            }
        judged.append(found)
    return judged
