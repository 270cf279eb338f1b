"""What the JSON API takes and gives for checks by retraining."""

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from skipgram_audit.model.check_plan import MOST_CHOSEN, CheckOutcome, CheckPlan
from skipgram_audit.report.check_rows import SetRow
from skipgram_audit_web.features.jobs.schemas import ComputedModel, JobModel


class NewCheck(CheckPlan):
    """A check to be made: its plan, with documents by their ids where that is easier than by their positions."""

    ids: list[Annotated[str, Field(max_length=2_000)]] | None = Field(
        default=None,
        max_length=MOST_CHOSEN,
        description="Of the plan chosen alone: the documents that go, in the place of positions.",
    )
    keep: list[Annotated[str, Field(max_length=2_000)]] = Field(
        default=[], max_length=MOST_CHOSEN, description="Of the plan turning alone: documents that stay, by their ids."
    )
    only: dict[str, list[str]] = Field(
        default={},
        description="Of the plan turning alone: metadata field -> values. Documents that have none of them stay.",
    )

    @model_validator(mode="after")
    def _ids_fit_the_plan(self) -> "NewCheck":
        if self.ids is not None and (self.plan != "chosen" or self.positions):
            raise ValueError("ids are of the plan chosen alone, and stand in the place of positions")
        if (self.keep or self.only) and (self.plan != "turning" or self.kept):
            raise ValueError("keep and only are of the plan turning alone, and stand in the place of kept")
        return self

    def as_plan(self) -> CheckPlan:
        """The plan without the ids."""
        return CheckPlan.model_validate(self.model_dump(exclude_unset=True, exclude={"ids", "keep", "only"}))


class CheckSummary(ComputedModel):
    """A check in a list."""

    audit_id: int
    plan: CheckPlan
    finding: str = Field(description="Whether the predictions hold, once it is done.")


class ScoreWithoutModel(BaseModel):
    """What becomes of a probe's score without the first set of a check; see Comparison for how sure that is."""

    probe: str
    score: float
    predicted: float | None = Field(description="Predicted change, of the set as a whole.")
    predicted_error: float | None
    added: float | None = Field(description="Minus the sum of the documents' influences; null for a set of sentences.")
    actual: float | None = Field(description="Change found by training; null until then.")
    actual_error: float | None
    control_mean: float | None = Field(description="Mean change found without the random controls.")
    reason: str = Field(description="Why there is no actual change.")


class CheckDetail(CheckSummary):
    """A check with its progress and, once it is done, what it found."""

    trainings: int
    trained: int
    job: JobModel | None
    outcome: CheckOutcome | None
    without: list[ScoreWithoutModel] = Field(
        description="Of the plans chosen and turning, every measured probe without the first set; otherwise empty."
    )
    found: str = Field(description="Of the plan turning: what is predicted to reach the target, in a sentence.")


class SetList(BaseModel):
    """The sets of a check, with what was predicted and found of one probe; a change is score without the set less score
    with it."""

    probe: str
    prediction_seeds: list[int]
    items: list[SetRow]


class SetDocuments(BaseModel):
    """The documents of a set, by the ids that documents.csv has, in the order of the corpus; where the plan's unit is
    sentences, its sentences as id:number, numbers from 1."""

    number: int
    kind: str
    documents: list[str]
