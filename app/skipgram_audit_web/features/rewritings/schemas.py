"""What the JSON API takes and gives for rewritings."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan
from skipgram_audit.model.seeds import MOST_SEEDS, require_seeds
from skipgram_audit.model.text import PlainText
from skipgram_audit_web.features.jobs.schemas import JobModel, SubjectModel
from skipgram_audit_web.features.rewritings.service import DocumentChanges

Seed = Annotated[int, Field(ge=0, lt=2**63)]
Seeds = Annotated[
    list[Seed],
    Field(max_length=MOST_SEEDS, description="To be trained on the rewritten texts; none to predict alone."),
    AfterValidator(require_seeds),
]


class NewRewriting(BaseModel):
    """A rewriting to be made."""

    model_config = ConfigDict(extra="forbid")

    plan: RewritePlan
    list_names: list[PlainText] = Field(
        default_factory=list, max_length=20, description="Lists that ship, by name, before those of the plan."
    )
    documents: list[PlainText] | None = Field(
        default=None, max_length=1_000_000, description="Ids of those to be rewritten, in the place of positions."
    )
    removed_documents: list[PlainText] = Field(
        default_factory=list, max_length=1_000_000, description="Ids of those that go, in the place of positions."
    )
    removed_sentences: list[PlainText] = Field(
        default_factory=list,
        max_length=1_000_000,
        description="Single sentences that go, in the place of those of the plan: the id of the document, a colon, and "
        "the sentence's number from 1, as a set of a check names them.",
    )
    seeds: Seeds = Field(default_factory=list)


class RunRequest(BaseModel):
    """How a rewriting is carried out again."""

    model_config = ConfigDict(extra="forbid")

    seeds: Seeds = Field(default_factory=list)


class UndoRequest(BaseModel):
    """A change that is not to be made, or to be made after all."""

    model_config = ConfigDict(extra="forbid")

    document_id: int = Field(ge=1, le=2**63 - 1)
    start: int | None = Field(default=None, ge=0, le=2**31 - 1, description="Where it begins; all of the document.")
    undone: bool = True


class NewDerivedCorpus(BaseModel):
    """A corpus to be made from another one."""

    model_config = ConfigDict(extra="forbid")

    name: PlainText = Field(default="", max_length=200, description="Made from the parent's when left out.")


class DerivedCorpusModel(BaseModel):
    """A corpus that is being made; follow its status under /api/v1/corpora."""

    corpus_id: int


class RewritingSummary(SubjectModel):
    """A rewriting in a list."""

    audit_id: int
    method: str
    lists: list[str]
    summary: str = Field(description="What it changes, once that is known.")


class RewritingDetail(RewritingSummary):
    """A rewriting with its plan and what was found."""

    plan: RewritePlan
    undone: dict[str, list[int]] = Field(description="Position of a document -> where changes begin that are not made.")
    outcome: RewriteOutcome | None
    current: bool = Field(description="Whether the outcome is for the changes as they are undone now.")
    sentences: list[str] = Field(description="What becomes of each score.")
    notes: list[str]
    job: JobModel | None


class ChangesPage(BaseModel):
    """Documents in which something is proposed."""

    total: int
    items: list[DocumentChanges]
