"""Whether predictions hold, in one honest sentence: the first that a check's page says of a probe."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.check_plan import CheckPlan, Comparison, Measure, ProbeJudgement, SetAgreement
from skipgram_audit.report.confidence import t_quantile
from skipgram_audit.report.formatting import capital, change, decimal, joined
from skipgram_audit.report.set_findings import (
    NOT_AS_PREDICTED,
    RIGHT_SIZE,
    is_confirmed,
    is_level,
    is_told,
    level_sentence,
    misleading,
    more_seeds,
    random_documents,
    untold_sentence,
    within_text,
)

GOOD_SHARE = 0.9
FAIR_SHARE = 0.5
"""Of the noise ceiling, from which a correlation is called good, and fair."""

GOOD_SLOPE = (1 - RIGHT_SIZE, 1 + RIGHT_SIZE)
FEWEST_FOR_A_VERDICT = 10
"""With fewer sets a correlation's interval is too wide to say anything."""

NOT_ADDED = (
    "This check is of version 0.2.0, which did not ask whether the ranking misleads about its sets. Make it again to "
    "know."
)

TITLES = {
    "yes": "The predictions hold here.",
    "partly": "The predictions hold in part.",
    "no": "The predictions do not hold here.",
    "unknown": "This check cannot say whether the predictions hold.",
}


COUNTED = {
    "yes": "hold in",
    "partly": "hold in part in",
    "no": "do not hold in",
    "unknown": "cannot be judged by",
}
"""What is said of predictions before a number of checks."""


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
        return _over_sets(plan, judgement.agreement)
    if not judgement.comparisons:
        return Verdict("unknown", "No chosen set could be measured.")
    if plan.plan == "turning":
        return _turning(plan, judgement, neutral)
    if plan.plan == "chosen":
        return _not_misled(plan, judgement, _chosen(plan, judgement.comparisons[0]))
    return _not_misled(plan, judgement, _extremes(plan, judgement))


def together(verdicts: Sequence[Verdict]) -> str:
    """What several checks of one probe say, so that none hides another."""
    if not verdicts:
        return "No check by retraining was made of these influences."
    counts = Counter(one.answer for one in verdicts)
    if len(verdicts) == 1:
        return f"Checked by retraining: {verdicts[0].title}"
    if len(counts) == 1:
        return f"Checked by retraining {len(verdicts)} times, always with this finding: {verdicts[0].title}"
    told = joined([f"{COUNTED[answer]} {counts[answer]}" for answer in TITLES if counts[answer]])
    return f"Whether the predictions hold was checked by retraining {len(verdicts)} times: they {told}."


def _not_misled(plan: CheckPlan, judgement: ProbeJudgement, found: Verdict) -> Verdict:
    """Predictions of sets may hold where the ranking says the opposite of them: then not all of them do."""
    against = list(dict.fromkeys(filter(None, (misleading(one, plan) for one in judgement.comparisons))))
    if not against:
        known = all(one.added is not None for one in judgement.comparisons)
        return found if known else Verdict(found.answer, f"{found.sentence} {NOT_ADDED}")
    return Verdict("partly" if found.answer == "yes" else found.answer, " ".join([found.sentence, *against]))


def _over_sets(plan: CheckPlan, agreement: SetAgreement) -> Verdict:
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
        level = level_sentence(plan, agreement)
        return Verdict("no", f"{bound}: they say little of what happens when such sets go. {level}")
    ordered = "as well as can be told" if share >= GOOD_SHARE else "only in part"
    right = share >= GOOD_SHARE and GOOD_SLOPE[0] <= slope.value <= GOOD_SLOPE[1] and is_level(agreement)
    return Verdict(
        "yes" if right else "partly",
        f"{bound}: they order such sets {ordered}. {_sizes(slope)} {level_sentence(plan, agreement)}",
    )


def _sizes(slope: Measure) -> str:
    assert slope.value is not None
    value = f"the slope is {decimal(slope.value)}" + (f" ± {decimal(slope.error)}" if slope.error is not None else "")
    if slope.value < GOOD_SLOPE[0]:
        return f"Differences between sets are predicted too large: {value}, not 1."
    if slope.value > GOOD_SLOPE[1]:
        return f"Differences between sets are predicted too small: {value}, not 1."
    return f"Differences between sets have the right size: {value}."


def _extremes(plan: CheckPlan, judgement: ProbeJudgement) -> Verdict:
    """Of sets that were chosen for this probe, or for another one: those need not be far from their controls."""
    comparisons = judgement.comparisons
    unknown = [one for one in comparisons if one.within is None]
    if unknown:
        return Verdict("unknown", unknown[0].difference.reason)
    within = [bool(one.within) for one in comparisons]
    confirmed = [is_confirmed(plan, one) for one in comparisons]
    changes = "; ".join(
        f"{change(one.actual.value)} where {change(one.predicted.value)} was predicted" for one in comparisons
    )
    partly = f"one of the two is {within_text(plan)}, the other one is {NOT_AS_PREDICTED}"
    exact = within_text(plan) if all(within) else partly if any(within) else NOT_AS_PREDICTED
    untold = [sentence for one in comparisons if (sentence := untold_sentence(plan, one))]
    sentence = f"The score changes by {changes}: {exact}."
    if all(within) and not any(confirmed):
        return Verdict("unknown", f"{sentence} {untold[0]}")
    if untold:
        sentence += f" Of one of the two sets, {untold[0]}"
    if plan.probe != judgement.probe:
        answer = "yes" if all(confirmed) else "partly" if any(confirmed) else "no"
        return Verdict(answer, f"{sentence} The documents were chosen for {plan.probe}.")
    against, far = _against_controls(comparisons)
    answer = "yes" if all(confirmed) and far is not False else "partly" if any(confirmed) else "no"
    return Verdict(answer, f"{sentence} {against}")


def _against_controls(comparisons: Sequence[Comparison]) -> tuple[str, bool | None]:
    """What chosen sets do beside random ones, and whether all do more; None where none has controls enough."""
    far = [_is_far(one) for one in comparisons if one.distance.value is not None]
    lacking = " ".join(dict.fromkeys(one.control_mean.reason for one in comparisons if not one.controls))
    if not far:
        return lacking or "There are too few controls to compare with.", None
    if len(far) < len(comparisons):
        why = lacking or "One of the two sets has too few controls to compare with."
        other = "lies far, on the side predicted," if all(far) else "does not lie far"
        return f"{why} The other set {other} from {random_documents(comparisons)}.", False
    if all(far):
        return f"They lie far from those of {random_documents(comparisons)}, on the side predicted.", True
    return f"Not all lie far from those of {random_documents(comparisons)}.", False


def _chosen(plan: CheckPlan, one: Comparison) -> Verdict:
    """Of a set that a user chose: whether it was predicted, and whether it is more than chance would do."""
    if one.within is None:
        return Verdict("unknown", one.difference.reason)
    sentence = (
        f"Without the chosen documents the score changes by {change(one.actual.value)} where "
        f"{change(one.predicted.value)} was predicted: {within_text(plan) if one.within else NOT_AS_PREDICTED}."
    )
    near = one.distance.value is not None and abs(one.distance.value) <= one.distance_bound
    if not one.controls:
        more = one.control_mean.reason
    elif one.distance.value is None:
        more = "There are too few controls to say whether random documents would do the same."
    elif near:
        more = f"{capital(random_documents([one]))} do about as much."
    else:
        more = f"That is far from what {random_documents([one])} do."
    if not one.within:
        return Verdict("no", f"{sentence} {more}")
    if not is_confirmed(plan, one):
        return Verdict("unknown", f"{sentence} {untold_sentence(plan, one)} {more}")
    return Verdict("partly" if near else "yes", f"{sentence} {more}")


def _is_far(one: Comparison) -> bool:
    assert one.distance.value is not None
    assert one.predicted.value is not None
    return abs(one.distance.value) > one.distance_bound and (one.distance.value > 0) == (one.predicted.value > 0)


def _turning(plan: CheckPlan, judgement: ProbeJudgement, neutral: float) -> Verdict:
    """The first set is the one found, or all amplifying documents where none is predicted to reach the target."""
    first = judgement.comparisons[0]
    before, after = judgement.before.value, first.score_actual
    if plan.probe != judgement.probe:
        return Verdict(
            "unknown", f"The {plan.noun}s were chosen for {plan.probe}; this is what they do to another probe."
        )
    if first.number != 1 or after.value is None or before is None:
        return Verdict("unknown", "The score could not be measured without the set.")
    target = neutral if judgement.target is None else judgement.target
    turns = target == neutral
    reaches = "turns" if turns else f"comes to {decimal(target)}"
    side = 1.0 if before > target else -1.0
    error = f" ± {decimal(after.error)}" if after.error is not None else ""
    moved = (
        f"it goes from {decimal(before)} to {decimal(after.value)}{error}; {decimal(first.score_predicted)} was "
        "predicted"
    )
    reached, told = (after.value - target) * side < 0, is_told(plan, after, target)
    if (first.score_predicted - target) * side >= 0:
        bring = "turn the score" if turns else f"bring the score to {decimal(target)}"
        sentence = f"Not even all {plan.noun}s that may go are predicted to {bring}"
        if reached:
            sentence = f"{sentence}, but retraining does: {moved}."
            return Verdict("no", sentence) if told else Verdict("unknown", f"{sentence} {_not_sure(plan)}")
        return _missed(plan, first, f"{sentence}, and retraining does not: {moved}.")
    if reached and told:
        return Verdict("yes", f"Retraining confirms that the score {reaches} without the set: {moved}.")
    if reached:
        return Verdict("partly", f"The score {reaches} without the set: {moved}. {_not_sure(plan)}")
    missed = f"Retraining does not confirm that the score {reaches} without the set: {moved}."
    return Verdict("no", missed) if told else Verdict("unknown", f"{missed} {_not_sure(plan)}")


def _missed(plan: CheckPlan, one: Comparison, sentence: str) -> Verdict:
    """Of a set that was predicted to fall short of its target, and does: no success, whatever its size is."""
    if one.within is None:
        return Verdict("unknown", f"{sentence} {one.difference.reason}")
    if not one.within:
        return Verdict("partly", f"{sentence} The change is {NOT_AS_PREDICTED}.")
    found = f"{sentence} The change is {within_text(plan)}."
    if is_confirmed(plan, one):
        return Verdict("partly", found)
    return Verdict("unknown", f"{found} {untold_sentence(plan, one)}")


def _not_sure(plan: CheckPlan) -> str:
    seeds = len(plan.seeds)
    if seeds == 1:
        return "One seed does not tell how far others differ."
    needed = t_quantile(seeds - 1)
    return (
        f"Other seeds may say otherwise: with {seeds} it takes {needed:.1f} standard errors to be sure. "
        f"{more_seeds(plan)}"
    )
