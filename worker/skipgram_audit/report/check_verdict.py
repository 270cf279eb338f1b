"""Whether predictions hold, in one honest sentence: the first that a check's page says of a probe."""

from dataclasses import dataclass

from skipgram_audit.model.check_plan import CheckPlan, Comparison, Measure, ProbeJudgement, SetAgreement
from skipgram_audit.report.check_sentences import change
from skipgram_audit.report.confidence import t_quantile
from skipgram_audit.report.formatting import decimal, signed

GOOD_SHARE = 0.9
FAIR_SHARE = 0.5
"""Of the noise ceiling, from which a correlation is called good, and fair."""

GOOD_SLOPE = (0.8, 1.2)
FEWEST_FOR_A_VERDICT = 10
"""With fewer sets a correlation's interval is too wide to say anything."""

STANDARD_ERRORS = 2.0
"""Numbers that are no more than this far apart are called equal, and a set this far from its controls is called far."""

TITLES = {
    "yes": "The predictions hold here.",
    "partly": "The predictions hold in part.",
    "no": "The predictions do not hold here.",
    "unknown": "This check cannot say whether the predictions hold.",
}


@dataclass(frozen=True)
class Verdict:
    """``answer`` is a key of TITLES; ``sentence`` says why."""

    answer: str
    sentence: str

    @property
    def title(self) -> str:
        return TITLES[self.answer]


def verdict(plan: CheckPlan, judgement: ProbeJudgement, neutral: float) -> Verdict:
    """Of one probe.

    Args:
        neutral: the score of the probe's kind that means no bias.
    """
    if judgement.before.value is None:
        return Verdict("unknown", judgement.before.reason)
    if judgement.agreement is not None:
        return _over_sets(judgement.agreement)
    if not judgement.comparisons:
        return Verdict("unknown", "No chosen set could be measured.")
    if plan.plan == "turning":
        return _turning(plan, judgement, neutral)
    if plan.plan == "chosen":
        return _chosen(judgement.comparisons[0])
    return _extremes(judgement.comparisons, plan.probe if plan.probe != judgement.probe else "")


def _over_sets(agreement: SetAgreement) -> Verdict:
    pearson, slope, ceiling = agreement.pearson, agreement.slope, agreement.ceiling
    if pearson.value is None or slope.value is None:
        return Verdict("unknown", pearson.reason or slope.reason)
    found = f"Predicted and actual changes correlate at {decimal(pearson.value)}"
    if agreement.sets < FEWEST_FOR_A_VERDICT:
        return Verdict("unknown", f"{found}, but {agreement.sets} sets are too few to trust a correlation.")
    if ceiling.value is None:
        return Verdict("unknown", f"{found}, and how much of the rest is noise is unknown. {ceiling.reason}")
    share = pearson.value / ceiling.value
    bound = f"{found}, where the seeds' noise allows {decimal(ceiling.value)}"
    if share < FAIR_SHARE:
        level = _level(agreement.shift, agreement)
        return Verdict("no", f"{bound}: they say little of what happens when such sets go. {level}")
    ordered = "as well as can be told" if share >= GOOD_SHARE else "only in part"
    right = share >= GOOD_SHARE and GOOD_SLOPE[0] <= slope.value <= GOOD_SLOPE[1] and _is_level(agreement.shift)
    return Verdict(
        "yes" if right else "partly",
        f"{bound}: they order such sets {ordered}. {_sizes(slope)} {_level(agreement.shift, agreement)}",
    )


def _sizes(slope: Measure) -> str:
    assert slope.value is not None
    value = f"the slope is {decimal(slope.value)}" + (f" ± {decimal(slope.error)}" if slope.error is not None else "")
    if slope.value < GOOD_SLOPE[0]:
        return f"Differences between sets are predicted too large: {value}, not 1."
    if slope.value > GOOD_SLOPE[1]:
        return f"Differences between sets are predicted too small: {value}, not 1."
    return f"Differences between sets have the right size: {value}."


def _is_level(shift: Measure) -> bool:
    """Whether predictions are right on average, within two standard errors over seeds."""
    return shift.value is not None and shift.error is not None and abs(shift.value) <= STANDARD_ERRORS * shift.error


def _level(shift: Measure, agreement: SetAgreement) -> str:
    means = f"by {change(agreement.mean_actual)} and was predicted to by {change(agreement.mean_predicted)}"
    if _is_level(shift):
        return f"On average the score changes {means}, equal within two standard errors."
    return f"On average the score changes {means}."


def _extremes(comparisons: list[Comparison], chosen_for: str) -> Verdict:
    """Of sets that were chosen for this probe, or for another one: those need not be far from their controls."""
    unknown = [one for one in comparisons if one.within is None]
    if unknown:
        return Verdict("unknown", unknown[0].difference.reason)
    equal = [bool(one.within) for one in comparisons]
    far = [_is_far(one) for one in comparisons if one.distance.value is not None]
    changes = "; ".join(
        f"{signed(one.actual.value)} where {signed(one.predicted.value)} was predicted" for one in comparisons
    )
    exact = {
        True: "as predicted, within two standard errors",
        False: "not as predicted, within two standard errors" if not any(equal) else "only in part as predicted",
    }[all(equal)]
    sentence = f"The score changes by {changes}: {exact}."
    if chosen_for:
        answer = "yes" if all(equal) else "partly" if any(equal) else "no"
        return Verdict(answer, f"{sentence} The documents were chosen for {chosen_for}.")
    if not far:
        return Verdict("yes" if all(equal) else "no", f"{sentence} There are too few controls to compare with.")
    if all(far):
        against = "They lie far from those of random documents of the same number and length, on the side predicted."
        return Verdict("yes" if all(equal) else "partly", f"{sentence} {against}")
    against = "Not all lie far from those of random documents of the same number and length."
    return Verdict("partly" if all(equal) else "no", f"{sentence} {against}")


def _chosen(one: Comparison) -> Verdict:
    """Of a set that a user chose: whether it was predicted, and whether it is more than chance would do."""
    if one.within is None:
        return Verdict("unknown", one.difference.reason)
    as_predicted = "as predicted, within two standard errors" if one.within else "not as predicted"
    sentence = (
        f"Without the chosen documents the score changes by {change(one.actual.value or 0.0)} where "
        f"{change(one.predicted.value or 0.0)} was predicted: {as_predicted}."
    )
    near = one.distance.value is not None and abs(one.distance.value) < STANDARD_ERRORS
    if one.distance.value is None:
        more = "There are too few controls to say whether random documents would do the same."
    elif near:
        more = "Random documents of the same number and length do about as much."
    else:
        more = "That is far from what random documents of the same number and length do."
    if not one.within:
        return Verdict("no", f"{sentence} {more}")
    assert one.actual.value is not None
    if abs(one.actual.value) <= STANDARD_ERRORS * (one.actual.error or 0.0):
        return Verdict(
            "unknown", f"{sentence} But so would no change at all be: the seeds differ too much to tell. {more}"
        )
    return Verdict("partly" if near else "yes", f"{sentence} {more}")


def _is_far(one: Comparison) -> bool:
    assert one.distance.value is not None
    assert one.predicted.value is not None
    return abs(one.distance.value) >= STANDARD_ERRORS and (one.distance.value > 0) == (one.predicted.value > 0)


def _turning(plan: CheckPlan, judgement: ProbeJudgement, neutral: float) -> Verdict:
    """The first set is the one found, or all amplifying documents where none is predicted to turn the score."""
    first = judgement.comparisons[0]
    before, after = judgement.before.value, first.score_actual
    if plan.probe != judgement.probe:
        return Verdict(
            "unknown", f"The {plan.noun}s were chosen for {plan.probe}; this is what they do to another probe."
        )
    if first.number != 1 or after.value is None or before is None:
        return Verdict("unknown", "The score could not be measured without the set.")
    goal = neutral if judgement.target is None else judgement.target
    if goal != neutral:
        return _reaching(plan, judgement.before.value or 0.0, first, goal)
    error, found = f" ± {decimal(after.error)}" if after.error is not None else "", f"the {plan.noun}s found"
    foretold = decimal(first.score_predicted)
    change = f"it goes from {decimal(before)} to {decimal(after.value)}{error}; {foretold} was predicted"
    turned = (before - neutral) * (after.value - neutral) < 0
    if (before - neutral) * (first.score_predicted - neutral) >= 0:
        return Verdict(
            "no" if turned else "yes",
            f"Not even all {plan.noun}s that may go together are predicted to turn the score, and retraining "
            f"{'turns it' if turned else 'does not turn it'}: {change}.",
        )
    if not turned:
        return Verdict("no", f"Retraining does not confirm that the score turns without {found}: {change}.")
    if _is_sure(plan, after, neutral):
        return Verdict("yes", f"Retraining confirms that the score turns without {found}: {change}.")
    return Verdict("partly", f"The score turns without {found}: {change}. {_not_sure(plan)}")


def _reaching(plan: CheckPlan, before: float, first: Comparison, goal: float) -> Verdict:
    """Whether a score comes to a target that is not its neutral value without what was found."""
    side, after = 1.0 if before > goal else -1.0, first.score_actual
    assert after.value is not None
    error = f" ± {decimal(after.error)}" if after.error is not None else ""
    foretold = decimal(first.score_predicted)
    change = f"it goes from {decimal(before)} to {decimal(after.value)}{error}; {foretold} was predicted"
    reached = (after.value - goal) * side < 0
    if (first.score_predicted - goal) * side >= 0:
        return Verdict(
            "no" if reached else "yes",
            f"Not even all {plan.noun}s that may go are predicted to bring the score to {decimal(goal)}, and "
            f"retraining {'does' if reached else 'does not'}: {change}.",
        )
    if not reached:
        return Verdict(
            "no", f"Retraining does not confirm that the score comes to {decimal(goal)} without the set: {change}."
        )
    if _is_sure(plan, after, goal):
        return Verdict("yes", f"Retraining confirms that the score comes to {decimal(goal)} without the set: {change}.")
    return Verdict("partly", f"The score comes to {decimal(goal)} without the set: {change}. {_not_sure(plan)}")


def _is_sure(plan: CheckPlan, after: Measure, goal: float) -> bool:
    """Whether a score lies past a goal by more than the noise of the seeds explains, by Student's t."""
    assert after.value is not None
    return after.error is not None and abs(after.value - goal) > t_quantile(len(plan.seeds) - 1) * after.error


def _not_sure(plan: CheckPlan) -> str:
    seeds = len(plan.seeds)
    if seeds == 1:
        return "One seed does not tell how far others differ."
    needed = t_quantile(seeds - 1)
    return f"Other seeds may say otherwise: with {seeds} it takes {needed:.1f} standard errors to be sure."
