"""What the JSON API takes and gives for comparisons of mitigations."""

from typing import Annotated

from pydantic import Field, model_validator

from skipgram_audit.model.mitigations import DOCUMENTS_OF_CHOSEN, MOST_CHOSEN, MitigationPlan, MitigationTable
from skipgram_audit.model.text import PlainText
from skipgram_audit.model.word_pairs import MOST_LISTS
from skipgram_audit_web.features.jobs.schemas import ComputedModel, JobModel


class NewMitigations(MitigationPlan):
    """A comparison to be made: its plan, with documents by their ids and lists by their names where that is easier."""

    ids: list[Annotated[str, Field(max_length=2_000)]] | None = Field(
        default=None,
        max_length=MOST_CHOSEN,
        description="Documents whose removal is compared, too; then the method chosen is added.",
    )
    list_names: list[PlainText] = Field(
        default=[], max_length=MOST_LISTS, description="Lists of word pairs that ship, before those of the plan."
    )

    @model_validator(mode="after")
    def _documents_go_with_their_method(self) -> "NewMitigations":
        if self.ids is not None and (self.positions or not self.ids):
            raise ValueError("ids stand in the place of positions, and are one or more")
        if not self.ids and bool(self.positions) != ("chosen" in self.methods):
            raise ValueError(DOCUMENTS_OF_CHOSEN)
        return self


class MitigationSummary(ComputedModel):
    """A comparison in a list."""

    audit_id: int
    plan: MitigationPlan


class MitigationDetail(MitigationSummary):
    """A comparison with its progress and, once it is done, its table."""

    job: JobModel | None
    table: MitigationTable | None = Field(description="A row an action; null until it is done.")
    sentences: dict[str, str] = Field(description="Action -> what it did, in words.")
