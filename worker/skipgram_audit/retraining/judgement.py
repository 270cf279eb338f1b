"""What a check found of each probe: its sets' predicted changes held against those of the trainings."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.check_plan import WHOLE_CORPUS, Measure, ProbeJudgement, TrainingScores
from skipgram_audit.retraining.agreement import NO_CONTROLS, comparison, mean_with_error, set_agreement
from skipgram_audit.retraining.check import PredictedSet, Training
from skipgram_audit.retraining.sets import SetKind

OVER_SETS = (SetKind.RANDOM, SetKind.SINGLE)
"""Sets that are judged together, by correlation; every other one that is no control is judged by itself."""


def judge(
    probe: str,
    row: int,
    predicted_before: float,
    sets: Sequence[PredictedSet],
    seeds: Sequence[int],
    scores: Mapping[Training, TrainingScores],
    no_controls: Mapping[int, str] | None = None,
    added: Mapping[int, float] | None = None,
) -> ProbeJudgement:
    """Judges one probe's predictions.

    Args:
        row: of the probe in the sets' predictions.
        predicted_before: the audit's score that predicted changes are changes of.
        seeds: of the check.
        scores: of all its trainings.
        no_controls: number of a set -> why controls that were asked for are not there.
        added: number of a set -> minus the sum of its influences on the probe.
    """
    lacking = no_controls or {}
    before = _scores_of(probe, WHOLE_CORPUS, seeds, scores)
    if isinstance(before, str):
        reason = Measure(reason=before)
        return ProbeJudgement(
            probe=probe,
            before=reason,
            agreement=None,
            comparisons=[],
            unmeasured={one.removal.number: before for one in sets},
        )
    after: dict[int, npt.NDArray[np.float64]] = {}
    unmeasured: dict[int, str] = {}
    for one in sets:
        found = _scores_of(probe, one.removal.number, seeds, scores)
        if isinstance(found, str):
            unmeasured[one.removal.number] = found
        else:
            after[one.removal.number] = found
    measured = [one for one in sets if one.removal.number in after]
    together = [one for one in measured if one.removal.kind in OVER_SETS]
    controls: dict[int | None, list[npt.NDArray[np.float64]]] = {}
    for one in measured:
        if one.removal.kind is SetKind.CONTROL:
            controls.setdefault(one.removal.control_of, []).append(after[one.removal.number] - before)
    return ProbeJudgement(
        probe=probe,
        before=mean_with_error(before),
        agreement=set_agreement(
            np.array([one.predicted[row] for one in together]),
            np.array([after[one.removal.number] - before for one in together]),
        )
        if together
        else None,
        comparisons=[
            comparison(
                one.removal.number,
                one.predicted[row],
                predicted_before,
                before,
                after[one.removal.number],
                controls.get(one.removal.number, []),
                lacking.get(one.removal.number, NO_CONTROLS),
                (added or {}).get(one.removal.number),
                _control_words(one, measured),
            )
            for one in measured
            if one.removal.kind not in (*OVER_SETS, SetKind.CONTROL)
        ],
        unmeasured=unmeasured,
    )


def _control_words(chosen: PredictedSet, sets: Sequence[PredictedSet]) -> float | None:
    """Words of a set's controls on average, over its own; None without any."""
    own = [one.tokens for one in sets if one.removal.control_of == chosen.removal.number]
    return sum(own) / len(own) / chosen.tokens if own and chosen.tokens else None


def _scores_of(
    probe: str, number: int, seeds: Sequence[int], scores: Mapping[Training, TrainingScores]
) -> npt.NDArray[np.float64] | str:
    """A probe's scores [seeds] without a set; or, when one of the seeds has none, why."""
    values = []
    for seed in seeds:
        one = scores[Training(number, seed)]
        if probe not in one.scores:
            return one.reasons.get(probe, "It could not be measured.")
        values.append(one.scores[probe])
    return np.array(values)
