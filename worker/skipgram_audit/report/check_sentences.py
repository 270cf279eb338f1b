"""The measures of a check in words: what each is worth, and how to read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.check_plan import CheckPlan, Comparison, Measure, SetAgreement, TargetScore
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.formatting import change, decimal, joined, percent, plural, score_text
from skipgram_audit.report.set_findings import (
    NOT_AS_PREDICTED,
    misleading,
    random_documents,
    untold_sentence,
    within_text,
)


@dataclass(frozen=True)
class ShownMeasure:
    """A measure as it is shown: its name, its value, and how to read it."""

    name: str
    value: str
    note: str


def set_measures(agreement: SetAgreement, plan: CheckPlan) -> list[ShownMeasure]:
    """The measures over sets, each with a sentence on how to read it."""
    random = plan.plan in ("halves", "tenths")
    return [
        ShownMeasure(
            "LDS (Spearman)" if random else "Spearman",
            _value(agreement.spearman),
            agreement.spearman.reason
            or "Do predictions rank the sets as retraining does? 1: exactly so; 0: as chance would."
            + (" Over random sets this is the linear datamodelling score (Park et al. 2023)." if random else ""),
        ),
        ShownMeasure(
            "Pearson",
            _value(agreement.pearson),
            agreement.pearson.reason or "The same for the changes themselves instead of their ranks.",
        ),
        ShownMeasure(
            "Slope",
            _value(agreement.slope),
            agreement.slope.reason
            or "Of actual on predicted changes. 1: differences have the right size; below 1: they are predicted too "
            "large.",
        ),
        ShownMeasure(
            "Mean change",
            f"{change(agreement.mean_actual)}; predicted {change(agreement.mean_predicted)}",
            "Over all sets. Correlation and slope do not see how far the two are apart.",
        ),
        ShownMeasure(
            "Seed agreement",
            _value(agreement.agreement),
            agreement.agreement.reason
            or "How one seed's actual changes correlate with another's: the lower, the more of each change is chance.",
        ),
        ShownMeasure(
            "Noise ceiling",
            _value(agreement.ceiling),
            agreement.ceiling.reason
            or "The largest correlation that a prediction without any noise could have with the mean over these seeds "
            "(Spearman-Brown). It is itself an estimate.",
        ),
        ShownMeasure(
            "Share of the ceiling",
            percent(agreement.share.value) if agreement.share.value is not None else "–",
            agreement.share.reason or "Pearson's correlation over the ceiling. It can pass 100% by chance.",
        ),
    ]


def comparison_sentence(one: Comparison, plan: CheckPlan) -> list[str]:
    """What is said of one chosen set, a sentence each."""
    if one.within is None:
        sentences = [f"Whether that is as predicted is unknown. {one.difference.reason}"]
    else:
        assert one.difference.value is not None
        errors = decimal(abs(one.difference.value), 1)
        found = within_text(plan) if one.within else NOT_AS_PREDICTED
        sentences = [
            f"Predicted and actual change are {errors} standard errors apart, and the noise of the seeds explains "
            f"up to {decimal(one.bound, 1)}: {found}.",
            untold_sentence(plan, one),
        ]
    sentences.append(misleading(one, plan))
    if one.distance.value is not None and one.control_mean.value is not None:
        sentences.append(
            f"{one.controls} random controls change the score by {change(one.control_mean.value)} on average; this "
            f"set lies {decimal(abs(one.distance.value), 1)} of their standard deviations "
            f"{'above' if one.distance.value > 0 else 'below'}; another random set would lie within "
            f"{decimal(one.distance_bound, 1)}."
        )
    elif one.controls:
        sentences.append(one.distance.reason)
    return [sentence for sentence in sentences if sentence]


REMOVED = {
    "amplifying": "the {documents} that amplify it most",
    "mitigating": "the {documents} that mitigate it most",
    "turning": "the {documents} that were predicted to turn it",
    "chosen": "the {documents} that were chosen",
}
"""What a chosen set is called in a sentence, by its kind."""


def removal_result(one: Comparison, set_kind: str, count: int, probe_kind: str, noun: str = "document") -> str:
    """What removing a chosen set did to the score, beside the prediction and what random documents do."""
    if one.score_actual.value is None or one.score_before.value is None:
        return ""
    removed = REMOVED[set_kind].format(documents=plural(count, noun))
    digits = KINDS[probe_kind].digits
    error = "" if one.score_actual.error is None else f" ± {decimal(one.score_actual.error, digits)} (over seeds)"
    before, after, predicted = (
        score_text(score, probe_kind) for score in (one.score_before.value, one.score_actual.value, one.score_predicted)
    )
    sentence = (
        f"Retrained without {removed}, the score is {after}{error} instead of {before}; predicted was {predicted}."
    )
    if one.control_mean.value is None:
        return sentence
    return f"{sentence} Without {random_documents([one], noun)} it is " + (
        f"{score_text(one.score_before.value + one.control_mean.value, probe_kind)} on average."
    )


def short_result(one: Comparison, set_kind: str, count: int, probe_kind: str, noun: str = "document") -> str:
    """The same in the few words that a list has room for."""
    if one.score_actual.value is None or one.score_before.value is None:
        return ""
    error = "" if one.score_actual.error is None else f" ± {decimal(one.score_actual.error, KINDS[probe_kind].digits)}"
    removed = plural(count, f"mitigating {noun}") if set_kind == "mitigating" else plural(count, noun)
    parts = [
        f"retrained without {removed} {score_text(one.score_actual.value, probe_kind)}{error}",
        f"predicted {score_text(one.score_predicted, probe_kind)}",
    ]
    if one.control_mean.value is not None:
        parts.append(f"without random ones {score_text(one.score_before.value + one.control_mean.value, probe_kind)}")
    return ", ".join(parts)


def dropped_sentence(words: Sequence[str]) -> str:
    """Words of a probe that training without a set drops."""
    listed = ", ".join(words)
    are = "is" if len(words) == 1 else "are"
    return (
        f"Without the set, {plural(len(words), 'word')} of this probe {are} rarer than the minimum count and dropped "
        f"by training: {listed}. The actual score is that of the other words. “This run” keeps them."
    )


def _value(measure: Measure) -> str:
    if measure.value is None:
        return "–"
    if measure.low is not None and measure.high is not None:
        return f"{decimal(measure.value)} ({decimal(measure.low)} to {decimal(measure.high)})"
    return f"{decimal(measure.value)}{_error(measure)}"


def _error(measure: Measure) -> str:
    return f" ± {decimal(measure.error)}" if measure.error is not None else ""


def plan_sentence(plan: CheckPlan, audited_epochs: int) -> str:
    """How what is left was trained."""
    if plan.same_run:
        question = (
            "This run: vocabulary, step sizes and all random draws of the sentences that stay are those of the run "
            "that was audited."
        )
    else:
        question = (
            "Runs like it: vocabulary, step sizes and noise are those of what is left, as if the "
            f"{plan.noun}s had never been there."
        )
    if not plan.warm:
        return f"{question} Trained from the beginning."
    return (
        f"{question} Warm start: {plan.warm_epochs} further epoch{'s' if plan.warm_epochs > 1 else ''} from the "
        f"trained vectors (a training has {audited_epochs}), the step size falling from {plan.warm_step_size:g}; the "
        f"whole corpus was continued alike. What the {plan.noun}s taught is only partly overwritten, so compare ranks, "
        "not sizes."
    )


def smallest_set_sentence(
    plan: CheckPlan, target: TargetScore, reached: bool, count: int, change: float, moved: Sequence[str]
) -> str:
    """What the search for a smallest set found.

    Args:
        reached: whether the set is predicted to reach the target; if not, it is all that may go.
        count: documents or sentences of the set. change: predicted, of the score of the plan's probe.
        moved: the other probes that are predicted to leave their intervals.
    """
    others = ""
    if moved:
        others = f" {joined(moved)} {'is' if len(moved) == 1 else 'are'} predicted to leave "
        others += f"{'its' if len(moved) == 1 else 'their'} 95% interval{'' if len(moved) == 1 else 's'}."
        if plan.leave_others:
            others += " The search kept to them by sums of influences; this is the prediction of the whole set."
    elif plan.leave_others:
        others = " The other probes are predicted to stay within their 95% intervals."
    before, after, goal = (decimal(score, 3) for score in (target.before, target.before + change, target.goal))
    found, which = ("reached", "") if reached else ("missed", ", all that may go")
    return (
        f"The target {goal} is {found}: without {plural(count, plan.noun)}{which}, the score of {plan.probe} is "
        f"predicted to go from {before} to {after}.{others}"
    )
