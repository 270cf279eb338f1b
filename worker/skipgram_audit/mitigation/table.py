"""The table of mitigations from what was measured by seed: means over seeds with their intervals."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import stats

from skipgram_audit.model.mitigations import (
    METHODS,
    ActionMeasurement,
    MitigationCell,
    MitigationPlan,
    MitigationRow,
    MitigationTable,
    TestResult,
)

TRAINED = "none"
"""The action that leaves everything as it was trained."""

UNLIMITED = (-math.inf, math.inf)

TESTS = ("wordsim353", "simlex999", "analogies")


def mitigation_table(
    plan: MitigationPlan,
    kinds: dict[str, str],
    concept: str,
    vocabulary: int,
    seed_neighbours: float | None,
    seed_purity: float | None,
    measured: Sequence[ActionMeasurement],
) -> MitigationTable:
    """A row an action of the plan, in its order.

    Args:
        kinds: probe -> its kind, in the order of the audit.
        measured: one an action and seed.
    """
    before = {one.seed: one for one in measured if one.action == TRAINED and not one.failure}
    rows = [_row(plan, name, kinds, [one for one in measured if one.action == name], before) for name in plan.methods]
    return MitigationTable(
        plan=plan,
        probes=[*kinds],
        kinds=kinds,
        concept=concept,
        vocabulary=vocabulary,
        seed_neighbours=seed_neighbours,
        seed_purity=seed_purity,
        rows=rows,
    )


def over_seeds(values: Sequence[float], limits: tuple[float, float] = UNLIMITED) -> MitigationCell:
    """The mean over seeds with a 95% interval, mean +- t s / sqrt(n), by Student's t with n - 1 degrees of freedom.

    Args:
        limits: the least and the largest value there can be; the interval is cut there, and the mean left as it is.
    """
    n = len(values)
    mean = float(np.mean(values))
    if n < 2:
        return MitigationCell(value=mean, seeds=n, reason="One seed has no interval.")
    reach = float(stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / math.sqrt(n))
    low, high = max(mean - reach, limits[0]), min(mean + reach, limits[1])
    return MitigationCell(value=mean, low=min(low, mean), high=max(high, mean), seeds=n)


def _row(
    plan: MitigationPlan,
    name: str,
    kinds: dict[str, str],
    measured: Sequence[ActionMeasurement],
    before: Mapping[int, ActionMeasurement],
) -> MitigationRow:
    description = METHODS[name]
    done = [one for one in measured if not one.failure]
    failures = [one.failure for one in measured if one.failure]
    if not done:
        return MitigationRow(
            action=name,
            title=plan.title(name),
            kind=description.kind,
            reason=failures[0] if failures else "It was not carried out.",
        )
    cells = {
        "purity": _mean(done, lambda one: one.purity),
        "accuracy": _mean(done, lambda one: one.accuracy),
        **{test: _test(done, test) for test in TESTS},
        "neighbours": _mean(done, lambda one: one.neighbours),
        "words_lost": over_seeds([float(one.words_lost) for one in done]),
        "text_share": MitigationCell(value=float(np.mean([one.text_share for one in done])), seeds=len(done)),
        "seconds": MitigationCell(value=float(np.mean([one.seconds for one in done])), seeds=len(done)),
    }
    cells["words_lost"] = cells["words_lost"].model_copy(update={"low": None, "high": None, "reason": ""})
    return MitigationRow(
        action=name,
        title=plan.title(name),
        kind=description.kind,
        detail=" · ".join(dict.fromkeys(one.detail for one in done if one.detail)),
        reason=failures[0] if failures else "",
        scores={probe: _score(done, probe) for probe in kinds},
        changes={} if name == TRAINED else {probe: _change(done, before, probe) for probe in kinds},
        by_seed={probe: {one.seed: one.scores[probe] for one in done if probe in one.scores} for probe in kinds},
        cells=cells,
    )


def _score(done: Sequence[ActionMeasurement], probe: str) -> MitigationCell:
    """Of a probe; none where a seed has none, since a mean over the others would be of other trainings."""
    reasons = [one.reasons[probe] for one in done if probe in one.reasons]
    if reasons:
        return MitigationCell(reason=reasons[0])
    return over_seeds([one.scores[probe] for one in done], _limits(done, probe))


def _change(done: Sequence[ActionMeasurement], before: Mapping[int, ActionMeasurement], probe: str) -> MitigationCell:
    """Of a probe's score, each seed against itself: what all its trainings share by chance falls out."""
    found = [
        one.scores[probe] - before[one.seed].scores[probe]
        for one in done
        if probe in one.scores and one.seed in before and probe in before[one.seed].scores
    ]
    if len(found) < len(done):
        reasons = [one.reasons[probe] for one in done if probe in one.reasons]
        return MitigationCell(reason=reasons[0] if reasons else "A seed has no score of the vectors as trained.")
    (least, largest), (least_before, largest_before) = (
        _limits(measured, probe) for measured in (done, [before[one.seed] for one in done])
    )
    return over_seeds(found, (least - largest_before, largest - least_before))


def _limits(measured: Sequence[ActionMeasurement], probe: str) -> tuple[float, float]:
    """The least and the largest score of a probe in any seed."""
    found = [one.limits.get(probe, UNLIMITED) for one in measured]
    return min(least for least, _ in found), max(largest for _, largest in found)


def _mean(done: Sequence[ActionMeasurement], part: Callable[[ActionMeasurement], TestResult]) -> MitigationCell:
    """Of a number whose interval is over seeds."""
    results = [part(one) for one in done]
    values = [one.value for one in results if one.value is not None]
    first = results[0]
    if len(values) < len(results):
        missing = next(one for one in results if one.value is None)
        return MitigationCell(reason=missing.reason, covered=missing.covered, total=missing.total)
    return over_seeds(values).model_copy(update={"covered": first.covered, "total": first.total})


def _test(done: Sequence[ActionMeasurement], name: str) -> MitigationCell:
    """Of a test of utility: values and bounds are means over seeds, so the interval is that over pairs or questions."""
    results = [one.tests.get(name, TestResult(reason="Not measured.")) for one in done]
    values = [one.value for one in results if one.value is not None]
    covered, total = min(one.covered for one in results), results[0].total
    if len(values) < len(results):
        missing = next(one for one in results if one.value is None)
        return MitigationCell(reason=missing.reason, covered=missing.covered, total=missing.total)
    bounds = [(one.low, one.high) for one in results]
    low = [one for one, _ in bounds if one is not None]
    high = [one for _, one in bounds if one is not None]
    whole = len(low) == len(high) == len(results)
    return MitigationCell(
        value=float(np.mean(values)),
        low=float(np.mean(low)) if whole else None,
        high=float(np.mean(high)) if whole else None,
        seeds=len(results),
        covered=covered,
        total=total,
    )
