"""A check by retraining that has ended, in a few words: for an audit's page, lists of audits, and reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from skipgram_audit.model.check_plan import PLANS, SET_KINDS, WHOLE_CORPUS, CheckOutcome, CheckPlan, Comparison
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.check_sentences import REMOVED, removal_result, short_result
from skipgram_audit.report.check_verdict import Verdict, verdict
from skipgram_audit.report.set_findings import misleading, severity


class RemovedSet(BaseModel):
    """What a removal set is, without its documents."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    kind: str
    control_of: int | None
    document_count: int


@dataclass(frozen=True)
class ComparedSet:
    """One chosen set and a probe: what was predicted and found without it."""

    removed: RemovedSet
    comparison: Comparison
    origin: str = ""

    @property
    def title(self) -> str:
        return SET_KINDS[self.removed.kind]

    @property
    def name(self) -> str:
        """Of a chosen set, with where it comes from; that may hold words of the corpus."""
        return f"{self.title}: {self.origin}" if self.origin else self.title


@dataclass(frozen=True)
class CheckedScore:
    """What a check says of one probe.

    Attributes:
        verdict: whether the predictions hold.
        result: what the score is without the first chosen set, of the two extremes without the one that most is
            against; empty for random sets.
        short: the same for a list.
        noun: of what goes: document or sentence.
    """

    probe: str
    kind: str
    verdict: Verdict
    result: str
    short: str
    sets: list[ComparedSet]
    noun: str = "document"


class FinishedCheck(BaseModel):
    """A check with its outcome; one that only predicted has nothing to say.

    Attributes:
        sets: by number, the whole corpus left out.
        kinds: probe -> its kind.
    """

    plan: CheckPlan
    outcome: CheckOutcome
    sets: list[RemovedSet]
    kinds: dict[str, str]

    @classmethod
    def of(
        cls,
        plan: CheckPlan | dict[str, Any],
        outcome: CheckOutcome | dict[str, Any],
        sets: Iterable[object],
        kinds: Mapping[str, str],
    ) -> Self:
        """A check as it is kept.

        Args:
            sets: with the attributes of RemovedSet.
            kinds: probe -> its kind.
        """
        removed = [RemovedSet.model_validate(one) for one in sets]
        return cls.model_validate(
            {
                "plan": plan,
                "outcome": outcome,
                "sets": [one for one in removed if one.number != WHOLE_CORPUS],
                "kinds": dict(kinds),
            }
        )

    @property
    def title(self) -> str:
        """Of the plan."""
        return PLANS[self.plan.plan].title

    @property
    def scores(self) -> list[CheckedScore]:
        """What it says of each probe; the one whose ranking chose the sets comes first."""
        found = sorted(self.outcome.probes, key=lambda one: one.probe != self.plan.probe)
        return [self._score(one.probe) for one in found if one.probe in self.kinds]

    def score_of(self, probe: str) -> CheckedScore | None:
        """What it says of one probe."""
        return next((one for one in self.scores if one.probe == probe), None)

    @property
    def own(self) -> CheckedScore | None:
        """What it says of the probe whose ranking chose the sets."""
        return self.score_of(self.plan.probe)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for report.json: everything, and what it says of each probe in words."""
        words = [
            {"probe": one.probe, "finding": one.verdict.title, "reason": one.verdict.sentence, "result": one.result}
            for one in self.scores
        ]
        return {**self.model_dump(mode="json"), "title": self.title, "findings": words}

    def _score(self, probe: str) -> CheckedScore:
        judgement = next(one for one in self.outcome.probes if one.probe == probe)
        kind, removed = self.kinds[probe], {one.number: one for one in self.sets}
        compared = [
            ComparedSet(removed[one.number], one, self.plan.origin)
            for one in judgement.comparisons
            if one.number in removed
        ]
        result = short = ""
        if compared and compared[0].removed.kind in REMOVED:
            told = compared[0]
            if self.plan.plan == "extremes" and self.plan.probe == probe:
                told = max(compared, key=lambda one: severity(self.plan, one.comparison))
            count, noun = told.removed.document_count, self.plan.noun
            result = removal_result(told.comparison, told.removed.kind, count, kind, noun)
            result = f"{result} {misleading(told.comparison, self.plan)}".strip()
            short = short_result(told.comparison, told.removed.kind, count, kind, noun)
        return CheckedScore(
            probe, kind, verdict(self.plan, judgement, KINDS[kind].neutral), result, short, compared, self.plan.noun
        )
