"""What the seeds of a check can say of one prediction, and where a set does the opposite of its summed influences."""

import math
from collections.abc import Sequence

from skipgram_audit.model.check_plan import CheckPlan, Comparison, Measure, SetAgreement
from skipgram_audit.model.seeds import TELLING_SEEDS
from skipgram_audit.report.confidence import t_quantile
from skipgram_audit.report.formatting import change, joined, percent, plural

LARGEST_HIDDEN = 1 / 3
"""Of what was predicted: the largest difference that noise may hide where a prediction is said to hold. Half would
pass a change that is only half as large as predicted; a third is what four seeds reach for a hundred strong documents,
and two do not (docs/benchmarks/checks.md)."""

RIGHT_SIZE = 0.2
"""Of what was predicted: how far a change may be off and still have the right size, as a slope over sets may."""

CLEAR_CHANGE = 0.05
"""Of the score: a smaller change is not said to contradict what influences add up to. Most sets of random documents
have sums and changes near zero, whose signs are chance."""

NOT_AS_PREDICTED = "not as predicted, by more than the noise of the seeds explains"

SAME_LENGTH = 0.05
"""Controls whose words differ by no more than this share are said to be of the length of their set."""


def random_documents(comparisons: Sequence[Comparison], noun: str = "document") -> str:
    """What sets are compared with: controls are matched in length as far as there are documents as long."""
    known = [one.control_words for one in comparisons if one.control_words is not None]
    if not known:
        return f"random {noun}s of the same number, and the same length where there are such"
    furthest = max(known, key=lambda one: abs(one - 1))
    if abs(furthest - 1) <= SAME_LENGTH:
        return f"random {noun}s of the same number and length"
    share = percent(abs(furthest - 1))
    return f"random {noun}s of the same number with {share} {'fewer' if furthest < 1 else 'more'} words"


def seed_count(plan: CheckPlan) -> str:
    """``4 seeds``: by how many a check trained."""
    return plural(len(plan.seeds), "seed")


def more_seeds(plan: CheckPlan) -> str:
    """What to do where the seeds say too little."""
    return "Take four seeds or more." if len(plan.seeds) < TELLING_SEEDS else "Take more seeds."


def hidden_difference(one: Comparison) -> float | None:
    """The largest difference of actual and predicted change that the noise of the seeds explains, in units of the
    score; None where nothing says how far seeds differ."""
    if one.within is None or one.actual.error is None:
        return None
    return one.bound * math.hypot(one.actual.error, one.predicted.error or 0.0)


def hidden_shift(agreement: SetAgreement) -> float | None:
    """The same of the means over sets."""
    return None if agreement.shift.error is None else agreement.shift_bound * agreement.shift.error


def is_small(hidden: float | None, predicted: float) -> bool:
    """Whether a difference that noise may hide is small against what was predicted, so that it could be refuted."""
    return hidden is not None and hidden <= LARGEST_HIDDEN * abs(predicted)


def is_told(plan: CheckPlan, found: Measure, value: float) -> bool:
    """Whether a mean over seeds is told from a value: the noise of the seeds explains less, by Student's t."""
    if found.value is None or found.error is None:
        return False
    return abs(found.value - value) > t_quantile(len(plan.seeds) - 1) * found.error


def is_confirmed(plan: CheckPlan, one: Comparison) -> bool:
    """Whether a prediction has the right size, by a check that could have shown otherwise."""
    predicted, actual = one.predicted.value, one.actual.value
    assert predicted is not None
    assert actual is not None
    if not one.within or abs(actual - predicted) > RIGHT_SIZE * abs(predicted):
        return False
    return is_small(hidden_difference(one), predicted) and is_told(plan, one.actual, 0.0)


def severity(plan: CheckPlan, one: Comparison) -> int:
    """How much is against what is said of a set before it went: 0 nothing, 1 the check cannot say, 2 the prediction
    is wrong, 3 the ranking misleads."""
    if misleading(one, plan):
        return 3
    return 2 if one.within is False else 0 if is_confirmed(plan, one) else 1


def untold_sentence(plan: CheckPlan, one: Comparison) -> str:
    """Why a prediction within the noise is not confirmed, and what to do; empty where it is, or is refuted."""
    if not one.within or is_confirmed(plan, one):
        return ""
    if not is_told(plan, one.actual, 0.0):
        why = f"{seed_count(plan)} would not tell no change at all from it, either."
    else:
        why = f"{seed_count(plan)} would hide a difference of up to {_size(hidden_difference(one))}."
    return f"{why} {more_seeds(plan)}"


def within_text(plan: CheckPlan) -> str:
    """What is said of a difference that noise explains: it is no proof of being equal."""
    return f"not told apart from the prediction by {seed_count(plan)}"


def level_sentence(plan: CheckPlan, agreement: SetAgreement) -> str:
    """The mean change over sets beside the predicted one, and what the seeds can say of the two."""
    means = (
        f"On average the score changes by {change(agreement.mean_actual)} where {change(agreement.mean_predicted)} was "
        "predicted"
    )
    hidden = hidden_shift(agreement)
    if hidden is None or agreement.shift.value is None:
        return f"{means}."
    if abs(agreement.shift.value) > hidden:
        return f"{means}: {NOT_AS_PREDICTED}."
    advice = "" if is_level(agreement) else f" {more_seeds(plan)}"
    return f"{means}: {within_text(plan)}, which would hide a difference of up to {_size(hidden)}.{advice}"


def is_level(agreement: SetAgreement) -> bool:
    """Whether predictions are right on average, by a check that could have shown otherwise."""
    hidden = hidden_shift(agreement)
    if hidden is None or agreement.shift.value is None or abs(agreement.shift.value) > hidden:
        return False
    return is_small(hidden, agreement.size_predicted or agreement.mean_predicted)


def misleading(one: Comparison, plan: CheckPlan) -> str:
    """Where a set does the opposite of what its influences add up to; see misleading_sentence."""
    actual = one.actual if one.actual.value is not None and is_told(plan, one.actual, 0.0) else Measure()
    return misleading_sentence(one.added, one.predicted.value, actual.value, plan.noun, one.score_before.value)


def misleading_sentence(
    added: float | None, predicted: float | None, actual: float | None, noun: str, score: float | None
) -> str:
    """That the ranking misleads about a set; empty where summed influences have the sign of its change, or the change
    is small.

    Args:
        added: minus the sum of the influences of what goes.
        predicted: change that is predicted of the set as a whole; actual: found, where it is told from none.
        score: that they are changes of.
    """
    if not added:
        return ""
    against, least = [], CLEAR_CHANGE * abs(score or 0.0)
    if predicted is not None and predicted * added < 0 and abs(predicted) >= least:
        against.append(f"{change(predicted)} is predicted of the set as a whole")
    if actual is not None and actual * added < 0 and abs(actual) >= least:
        against.append(f"{change(actual)} was found by retraining")
    if not against:
        return ""
    return (
        f"The ranking misleads about this set: the influences of its {noun}s add up to a change of {change(added)}, "
        f"but {joined(against)}. What each {noun} does alone is the opposite of what they do together."
    )


def _size(value: float | None) -> str:
    return change(value or 0.0).lstrip("+")
