"""What the JSON API takes and gives for what-ifs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.corpus.added_texts import MOST_CHARACTERS, MOST_TEXTS
from skipgram_audit.model.check_plan import MOST_CHOSEN
from skipgram_audit.model.what_if import LARGEST_WEIGHT, WhatIfAnswer
from skipgram_audit_web.features.checks.schemas import ScoreWithoutModel
from skipgram_audit_web.features.jobs.schemas import JobModel

Text = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class WhatIfQuestion(BaseModel):
    """Which documents are left out or weighted, and which texts are added. One kind of set at a time."""

    model_config = ConfigDict(extra="forbid")

    marked: bool = Field(default=False, description="The marked documents of the audit.")
    ids: list[Annotated[str, Field(max_length=2_000)]] | None = Field(
        default=None, max_length=MOST_CHOSEN, description="Documents by the ids of the corpus; their order is nothing."
    )
    strongest: int | None = Field(
        default=None, ge=1, le=MOST_CHOSEN, description="So many documents that push `probe` furthest."
    )
    probe: str | None = Field(default=None, max_length=200)
    direction: Literal["up", "down"] = "up"
    weight: float = Field(default=0.0, ge=0, le=LARGEST_WEIGHT, description="How often each counts; 0: left out.")
    texts: list[Text] = Field(default=[], max_length=MOST_TEXTS, description="Texts that are added.")


class Confirmation(BaseModel):
    """How a what-if is confirmed by retraining."""

    model_config = ConfigDict(extra="forbid")

    keep_vectors: bool = Field(
        default=False, description="Keep the word vectors before and after, which the check then gives."
    )


class WhatIfModel(BaseModel):
    """A what-if: answered at once, then predicted by the audit's estimator, then checked by retraining."""

    id: int
    audit_id: int
    title: str
    documents: int
    weight: float
    texts: int = Field(description="How many are added.")
    created_at: datetime
    at_once: WhatIfAnswer
    predicted: WhatIfAnswer | None
    misleading: list[str] = Field(
        description="Of each probe, where the set does the opposite of what its influences add up to."
    )
    job: JobModel | None = Field(description="That predicts it.")
    check_id: int | None = Field(description="That confirms a removal.")
    rewriting_id: int | None = Field(
        description="That confirms texts which are added, and documents which count twice or three times."
    )
    actual: dict[str, ScoreWithoutModel] = Field(description="Probe -> what retraining found, once it has.")
