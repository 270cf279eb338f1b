"""How forms tell what a job will take."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.costs import Forecast
from skipgram_audit.report.formatting import capital, duration, plural
from skipgram_audit_web.web import FromRow


def cost_sentences(forecast: Forecast, job: str) -> str:
    """How long a job will take, and how that is known.

    Args:
        job: an audit, a check: what such a run is called.
    """
    told = f"About {duration(max(1.0, forecast.seconds))} on this machine"
    if forecast.runs:
        return f"{told}, judging by {plural(forecast.runs, job)} here."
    return f"{told}. That is a first guess: no {job} of this kind was measured here yet."


@dataclass(frozen=True)
class TrainingCost:
    """What a job that trains will take.

    Attributes:
        trainings: how many; at most, where it is not yet known.
        forecast: phase by phase.
    """

    trainings: int
    forecast: Forecast

    @property
    def seconds(self) -> float:
        """About, on this machine."""
        return self.forecast.seconds

    @property
    def runs(self) -> int:
        """How many earlier runs say so."""
        return self.forecast.runs

    def text(self, job: str, at_most: bool = False) -> str:
        """The same in sentences; see cost_sentences."""
        trainings = plural(self.trainings, "training") if self.trainings else "no training"
        return f"{capital(('at most ' if at_most else '') + trainings)}. {cost_sentences(self.forecast, job)}"


class TrainingCostModel(FromRow):
    """What a check or a comparison of mitigations will take."""

    trainings: int
    seconds: float = Field(description="About, on this machine.")
    runs: int = Field(description="How many earlier runs on this machine say so; 0: a first guess.")


def standard_check_text(plan: CheckPlan, audited_seeds: Sequence[int], forecast: Forecast) -> str:
    """The same of the check that follows an audit."""
    trainings = plural(plan.training_count(list(audited_seeds)), "training")
    return f"{trainings}: about {duration(max(1.0, forecast.seconds))}."
