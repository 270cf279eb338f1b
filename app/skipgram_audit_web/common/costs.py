"""How forms tell what a job will take."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, Field

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.costs import Forecast
from skipgram_audit.report.formatting import capital, duration, plural


def cost_sentences(cost: "Forecast | TrainingCost", job: str) -> str:
    """How long a job will take, and how that is known.

    Args:
        job: an audit, a check: what such a run is called.
    """
    told = f"About {duration(max(1.0, cost.seconds))} on this machine"
    if cost.runs:
        return f"{told}, judging by {plural(cost.runs, job)} here."
    return f"{told}. That is a first guess: no {job} of this kind was measured here yet."


class TrainingCost(BaseModel):
    """What a check or a comparison of mitigations will take."""

    trainings: int
    seconds: float = Field(description="About, on this machine.")
    runs: int = Field(description="How many earlier runs on this machine say so; 0: a first guess.")

    @classmethod
    def of(cls, trainings: int, forecast: Forecast) -> Self:
        return cls(trainings=trainings, seconds=forecast.seconds, runs=forecast.runs)

    def text(self, job: str, at_most: bool = False) -> str:
        """The same in sentences; see cost_sentences."""
        trainings = plural(self.trainings, "training") if self.trainings else "no training"
        return f"{capital(('at most ' if at_most else '') + trainings)}. {cost_sentences(self, job)}"


def standard_check_text(plan: CheckPlan, audited_seeds: Sequence[int], forecast: Forecast) -> str:
    """The same of the check that follows an audit."""
    trainings = plural(plan.training_count(list(audited_seeds)), "training")
    return f"{trainings}: about {duration(max(1.0, forecast.seconds))}."
