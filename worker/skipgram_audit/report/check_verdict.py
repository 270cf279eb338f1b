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

AS_PREDICTED = "as predicted, within the noise of the seeds"
NOT_AS_PREDICTED = "not as predicted, by more than the noise of the seeds explains"
UNTOLD = "But so would no change at all be: the seeds differ too much to tell."

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
        return _chosen(plan, judgement.comparisons[0])
    return _extremes(plan, judgement)


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
        level = _level(agreement)
        return Verdict("no", f"{bound}: they say little of what happens when such sets go. {level}")
    ordered = "as well as can be told" if share >= GOOD_SHARE else "only in part"
    right = share >= GOOD_SHARE and GOOD_SLOPE[0] <= slope.value <= GOOD_SLOPE[1] and _is_level(agreement)
    return Verdict(
        "yes" if right else "partly",
        f"{bound}: they order such sets {ordered}. {_sizes(slope)} {_level(agreement)}",
    )


def _sizes(slope: Measure) -> str:
    assert slope.value is not None
    value = f"the slope is {decimal(slope.value)}" + (f" ± {decimal(slope.error)}" if slope.error is not None else "")
    if slope.value < GOOD_SLOPE[0]:
        return f"Differences between sets are predicted too large: {value}, not 1."
    if slope.value > GOOD_SLOPE[1]:
        return f"Differences between sets are predicted too small: {value}, not 1."
    return f"Differences between sets have the right size: {value}."


def _is_level(agreement: SetAgreement) -> bool:
    """Whether predictions are right on average, within the noise of the seeds."""
    shift = agreement.shift
    if shift.value is None or shift.error is None:
        return False
    return abs(shift.value) <= agreement.shift_bound * shift.error


def _level(agreement: SetAgreement) -> str:
    means = f"by {change(agreement.mean_actual)} and was predicted to by {change(agreement.mean_predicted)}"
    if _is_level(agreement):
        return f"On average the score changes {means}, equal within the noise of the seeds."
    return f"On average the score changes {means}."


def _extremes(plan: CheckPlan, judgement: ProbeJudgement) -> Verdict:
    """Of sets that were chosen for this probe, or for another one: those need not be far from their controls."""
    comparisons = judgement.comparisons
    unknown = [one for one in comparisons if one.within is None]
    if unknown:
        return Verdict("unknown", unknown[0].difference.reason)
    equal = [bool(one.within) for one in comparisons]
    far = [_is_far(one) for one in comparisons if one.distance.value is not None]
    changes = "; ".join(
        f"{signed(one.actual.value)} where {signed(one.predicted.value)} was predicted" for one in comparisons
    )
    exact = {
        True: AS_PREDICTED,
        False: NOT_AS_PREDICTED if not any(equal) else "only in part as predicted",
    }[all(equal)]
    sentence = f"The score changes by {changes}: {exact}."
    untold = [one for one in comparisons if not _is_told(plan, one.actual, 0.0)]
    if all(equal) and len(untold) == len(comparisons):
        return Verdict("unknown", f"{sentence} {UNTOLD}")
    if plan.probe != judgement.probe:
        answer = "yes" if all(equal) and not untold else "partly" if any(equal) else "no"
        return Verdict(answer, f"{sentence} The documents were chosen for {plan.probe}.")
    if all(equal) and untold:
        return Verdict("partly", f"{sentence} Of one of the two sets, so would no change at all be.")
    lacking = " ".join(dict.fromkeys(one.control_mean.reason for one in comparisons if not one.controls))
    if not far:
        why = lacking or "There are too few controls to compare with."
        return Verdict("yes" if all(equal) else "no", f"{sentence} {why}")
    if len(far) < len(comparisons):
        why = lacking or "One of the two sets has too few controls to compare with."
        other = "does not lie far" if not all(far) else "lies far, on the side predicted,"
        against = f"{why} The other set {other} from random documents of the same number and length."
        return Verdict("partly" if all(equal) else "no", f"{sentence} {against}")
    if all(far):
        against = "They lie far from those of random documents of the same number and length, on the side predicted."
        return Verdict("yes" if all(equal) else "partly", f"{sentence} {against}")
    against = "Not all lie far from those of random documents of the same number and length."
    return Verdict("partly" if all(equal) else "no", f"{sentence} {against}")


def _chosen(plan: CheckPlan, one: Comparison) -> Verdict:
    """Of a set that a user chose: whether it was predicted, and whether it is more than chance would do."""
    if one.within is None:
        return Verdict("unknown", one.difference.reason)
    sentence = (
        f"Without the chosen documents the score changes by {change(one.actual.value or 0.0)} where "
        f"{change(one.predicted.value or 0.0)} was predicted: "
        f"{AS_PREDICTED if one.within else NOT_AS_PREDICTED}."
    )
    near = one.distance.value is not None and abs(one.distance.value) <= one.distance_bound
    if not one.controls:
        more = one.control_mean.reason
    elif one.distance.value is None:
        more = "There are too few controls to say whether random documents would do the same."
    elif near:
        more = "Random documents of the same number and length do about as much."
    else:
        more = "That is far from what random documents of the same number and length do."
    if not one.within:
        return Verdict("no", f"{sentence} {more}")
    assert one.actual.value is not None
    if not _is_told(plan, one.actual, 0.0):
        return Verdict("unknown", f"{sentence} {UNTOLD} {more}")
    return Verdict("partly" if near else "yes", f"{sentence} {more}")


def _is_far(one: Comparison) -> bool:
    assert one.distance.value is not None
    assert one.predicted.value is not None
    return abs(one.distance.value) > one.distance_bound and (one.distance.value > 0) == (one.predicted.value > 0)


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
    if _is_told(plan, after, neutral):
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
    if _is_told(plan, after, goal):
        return Verdict("yes", f"Retraining confirms that the score comes to {decimal(goal)} without the set: {change}.")
    return Verdict("partly", f"The score comes to {decimal(goal)} without the set: {change}. {_not_sure(plan)}")


def _is_told(plan: CheckPlan, found: Measure, value: float) -> bool:
    """Whether a mean over seeds is told from a value: the noise of the seeds explains less, by Student's t."""
    assert found.value is not None
    return found.error is not None and abs(found.value - value) > t_quantile(len(plan.seeds) - 1) * found.error


def _not_sure(plan: CheckPlan) -> str:
    seeds = len(plan.seeds)
    if seeds == 1:
        return "One seed does not tell how far others differ."
    needed = t_quantile(seeds - 1)
    return f"Other seeds may say otherwise: with {seeds} it takes {needed:.1f} standard errors to be sure."
