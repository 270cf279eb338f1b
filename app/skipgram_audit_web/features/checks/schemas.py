"""What the JSON API takes and gives for checks by retraining."""

from pydantic import BaseModel, Field

from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan
from skipgram_audit.report.check_rows import SetRow
from skipgram_audit_web.features.jobs.schemas import ComputedModel, JobModel


class CheckSummary(ComputedModel):
    """A check in a list."""

    audit_id: int
    plan: CheckPlan
    finding: str = Field(description="Whether the predictions hold, once it is done.")


class ScoreWithoutModel(BaseModel):
    """What becomes of a probe's score without the marked documents; see Comparison for how sure that is."""

    probe: str
    score: float
    predicted: float = Field(description="Predicted change, of the set as a whole.")
    predicted_error: float | None
    added: float = Field(description="Minus the sum of the documents' influences.")
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
    without: list[ScoreWithoutModel] = Field(description="Of the plan chosen, every measured probe; otherwise empty.")


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
