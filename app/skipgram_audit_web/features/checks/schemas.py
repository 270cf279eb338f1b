"""What the JSON API takes and gives for checks by retraining."""

from datetime import datetime

from pydantic import BaseModel, Field

from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan
from skipgram_audit.store.models import Status
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.web import FromRow


class CheckSummary(BaseModel):
    """A check in a list."""

    id: int
    audit_id: int
    status: Status
    plan: CheckPlan
    finding: str = Field(description="Whether the predictions hold, once it is done.")
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ScoreWithoutModel(FromRow):
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


class SetModel(FromRow):
    """A removal set with what was predicted and found of one probe; a change is score without it less score with it."""

    number: int
    kind: str
    control_of: int | None
    document_count: int
    token_count: int
    predicted: float
    predicted_error: float | None
    predicted_by_seed: list[float]
    actual: float | None
    actual_error: float | None
    spread: float | None
    scores_by_seed: dict[int, float]
    reason: str


class SetList(BaseModel):
    """The sets of a check."""

    probe: str
    prediction_seeds: list[int]
    items: list[SetModel]


class SetDocuments(BaseModel):
    """The documents of a set, by the ids that documents.csv has, in the order of the corpus; where the plan's unit is
    sentences, its sentences as id:number, numbers from 1."""

    number: int
    kind: str
    documents: list[str]
