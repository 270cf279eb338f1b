"""How well predicted changes of a score agree with those that retraining finds.

Changes are scores without a set of documents minus scores with it. Predicted changes are means over the audit's seeds,
actual ones over the check's. A measure that the numbers at hand do not define has no value but a reason.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from skipgram_audit.model.check_plan import EARLIER_BOUND, Comparison, Measure, SetAgreement
from skipgram_audit.report.confidence import newcomer_quantile, welch_quantile

Values = npt.NDArray[np.float64]

FEWEST_SETS = 4
"""Below this a correlation over sets says nothing: Fisher's interval needs more than three."""

NORMAL_95 = 1.959964
NO_CONTROLS = "There are no controls: nothing says what removing as much text at random does."


def set_agreement(predicted: Values, actual: Values) -> SetAgreement:
    """All measures over sets.

    Spearman's rank correlation over random sets is the linear datamodelling score, LDS (Park et al. 2023, arXiv
    2303.14186). The shift, which neither correlation nor slope sees, has its standard error over the seeds of either.

    Args:
        predicted: [sets, seeds of the audit], predicted changes.
        actual: [sets, seeds of the check], changes found.
    """
    first, second = predicted.mean(axis=1), actual.mean(axis=1)
    pearson = correlation(first, second, _pearson, _fisher_error)
    agreement = seed_agreement(actual)
    ceiling = noise_ceiling(agreement, actual.shape[1])
    slope, intercept = fitted_line(first, second)
    foretold, found = mean_with_error(predicted.mean(axis=0)), mean_with_error(actual.mean(axis=0))
    return SetAgreement(
        sets=len(first),
        spearman=correlation(first, second, spearman, spearman_error),
        pearson=pearson,
        slope=slope,
        intercept=intercept,
        agreement=agreement,
        ceiling=ceiling,
        share=_share(pearson, ceiling),
        mean_predicted=float(first.mean()),
        mean_actual=float(second.mean()),
        size_predicted=float(np.abs(first).mean()),
        shift=_shift(foretold, found),
        shift_bound=_bound(foretold, predicted.shape[1], found, actual.shape[1]),
    )


def correlation(
    first: Values,
    second: Values,
    coefficient: Callable[[Values, Values], float],
    error: Callable[[float, int], float],
) -> Measure:
    """A correlation over sets with a 95% interval, atanh(r) +- 1.96 error(r, sets) carried back by tanh."""
    reason = _undefined(first, second)
    if reason:
        return Measure(reason=reason)
    value = coefficient(first, second)
    if abs(value) >= 1:
        return Measure(value=value)
    reach = NORMAL_95 * error(value, len(first))
    return Measure(value=value, low=math.tanh(math.atanh(value) - reach), high=math.tanh(math.atanh(value) + reach))


def _pearson(first: Values, second: Values) -> float:
    return float(stats.pearsonr(first, second).statistic)


def spearman(first: Values, second: Values) -> float:
    return float(stats.spearmanr(first, second).statistic)


def _fisher_error(_value: float, sets: int) -> float:
    """Of atanh(r): 1 / sqrt(n - 3) (Fisher 1921)."""
    return 1 / math.sqrt(sets - 3)


def spearman_error(value: float, sets: int) -> float:
    """Of atanh(rho): sqrt((1 + rho^2 / 2) / (n - 3)) (Bonett and Wright 2000)."""
    return math.sqrt((1 + value * value / 2) / (sets - 3))


def fitted_line(predicted: Values, actual: Values) -> tuple[Measure, Measure]:
    """Slope and intercept of actual on predicted by least squares, each with its standard error.

    A slope of 1 means that predicted sizes are right, below 1 that they are too large. Noise in the predictions
    themselves pulls it towards zero.
    """
    reason = _undefined(predicted, actual)
    if reason:
        return Measure(reason=reason), Measure(reason=reason)
    line = stats.linregress(predicted, actual)
    return (
        Measure(value=float(line.slope), error=float(line.stderr)),
        Measure(value=float(line.intercept), error=float(line.intercept_stderr)),
    )


def seed_agreement(actual: Values) -> Measure:
    """Mean pairwise Pearson correlation of the seeds' changes [sets, seeds]."""
    sets, seeds = actual.shape
    if seeds < 2:
        return Measure(reason="One seed was trained, so how far seeds agree is unknown.")
    if sets < FEWEST_SETS:
        return Measure(reason=_too_few(sets))
    if (actual.std(axis=0) == 0).any():
        return Measure(reason="A seed found the same change for every set.")
    return Measure(value=float(np.atleast_2d(np.corrcoef(actual.T))[np.triu_indices(seeds, 1)].mean()))


def noise_ceiling(agreement: Measure, seeds: int) -> Measure:
    """sqrt(S r / (1 + (S - 1) r)): the root of the reliability of a mean over S seeds that agree at r.

    Source: Spearman 1910 and Brown 1910 for the mean's reliability; no variable correlates with another more than the
    root of that one's reliability.
    """
    if agreement.value is None:
        return Measure(reason=agreement.reason)
    if agreement.value <= 0:
        return Measure(reason="The seeds do not agree with each other on these sets; more seeds are needed.")
    r = min(agreement.value, 1.0)
    return Measure(value=math.sqrt(seeds * r / (1 + (seeds - 1) * r)))


def comparison(
    number: int,
    predicted: Values,
    predicted_before: float,
    before: Values,
    after: Values,
    controls: Sequence[Values],
    no_controls: str = NO_CONTROLS,
    added: float | None = None,
    control_words: float | None = None,
) -> Comparison:
    """One chosen set.

    Args:
        predicted: [seeds of the audit], predicted changes.
        predicted_before: the audit's score that they are changes of.
        before, after: [seeds of the check], scores with the set and without it.
        controls: [seeds of the check] each, changes found without a control.
        no_controls: why there are none, where there are none.
        added: minus the sum of the influences of what goes.
        control_words: of a control on average, over those of the set.

    Returns:
        errors are standard errors of means over seeds; the spread of the controls is a sample standard deviation.
    """
    foretold, found = mean_with_error(predicted), mean_with_error(after - before)
    assert foretold.value is not None
    assert found.value is not None
    spread_over = np.array([control.mean() for control in controls])
    control_mean = Measure(value=float(spread_over.mean())) if len(spread_over) else Measure(reason=no_controls)
    control_spread = _control_spread(spread_over)
    difference = _difference(foretold, found)
    bound = _bound(foretold, len(predicted), found, len(after))
    return Comparison(
        number=number,
        predicted=foretold,
        added=added,
        actual=found,
        score_before=mean_with_error(before),
        score_predicted=predicted_before + foretold.value,
        score_actual=mean_with_error(after),
        difference=difference,
        bound=bound,
        within=None if difference.value is None else abs(difference.value) <= bound,
        controls=len(spread_over),
        control_words=control_words,
        control_mean=control_mean,
        control_spread=control_spread,
        distance=_distance(found.value, control_mean, control_spread),
        distance_bound=newcomer_quantile(len(spread_over)) if len(spread_over) > 1 else EARLIER_BOUND,
    )


def mean_with_error(values: Values) -> Measure:
    """The mean of values [seeds] with its standard error, sample standard deviation / sqrt(seeds)."""
    if len(values) < 2:
        return Measure(value=float(values.mean()), reason="One seed has no standard error.")
    return Measure(value=float(values.mean()), error=float(values.std(ddof=1) / math.sqrt(len(values))))


def _shift(predicted: Measure, actual: Measure) -> Measure:
    assert predicted.value is not None
    assert actual.value is not None
    value = actual.value - predicted.value
    if actual.error is None:
        return Measure(value=value, reason=actual.reason)
    return Measure(value=value, error=math.hypot(actual.error, predicted.error or 0.0))


def _difference(predicted: Measure, actual: Measure) -> Measure:
    """(actual - predicted) / sqrt(error of either, squared and added): both are means over seeds."""
    assert predicted.value is not None
    assert actual.value is not None
    if actual.error is None:
        return Measure(reason="One seed was retrained, so the difference has no standard error.")
    error = math.hypot(actual.error, predicted.error or 0.0)
    if error == 0:
        return Measure(reason="The seeds do not differ.")
    return Measure(value=(actual.value - predicted.value) / error)


def _bound(predicted: Measure, predicted_seeds: int, actual: Measure, seeds: int) -> float:
    """Of their difference in standard errors, by Student's t; without an error of the actual change it bounds nothing.

    A prediction by one seed has no error of its own and counts as known exactly.
    """
    return welch_quantile([(predicted.error or 0.0, predicted_seeds), (actual.error or 0.0, seeds)])


def _control_spread(changes: Values) -> Measure:
    if len(changes) < 2:
        return Measure(reason="Fewer than two controls have no spread.")
    return Measure(value=float(changes.std(ddof=1)))


def _distance(actual: float, mean: Measure, spread: Measure) -> Measure:
    if mean.value is None or spread.value is None:
        return Measure(reason=spread.reason or mean.reason)
    if spread.value == 0:
        return Measure(reason="The controls do not differ.")
    return Measure(value=(actual - mean.value) / spread.value)


def _share(pearson: Measure, ceiling: Measure) -> Measure:
    if pearson.value is None or ceiling.value is None:
        return Measure(reason=pearson.reason or ceiling.reason)
    return Measure(value=pearson.value / ceiling.value)


def _undefined(predicted: Values, actual: Values) -> str:
    """Why these sets allow no conclusion; empty when they do."""
    if len(predicted) < FEWEST_SETS:
        return _too_few(len(predicted))
    if np.ptp(predicted) == 0:
        return "Every set has the same predicted change."
    if np.ptp(actual) == 0:
        return "Every set has the same actual change."
    return ""


def _too_few(sets: int) -> str:
    return f"{sets} {'set is' if sets == 1 else 'sets are'} too few; {FEWEST_SETS} are the fewest."
