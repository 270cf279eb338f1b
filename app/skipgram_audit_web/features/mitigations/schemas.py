"""What the JSON API takes and gives for comparisons of mitigations."""

from pydantic import Field

from skipgram_audit.model.mitigations import MitigationPlan, MitigationTable
from skipgram_audit_web.features.jobs.schemas import ComputedModel, JobModel


class MitigationSummary(ComputedModel):
    """A comparison in a list."""

    audit_id: int
    plan: MitigationPlan


class MitigationDetail(MitigationSummary):
    """A comparison with its progress and, once it is done, its table."""

    job: JobModel | None
    table: MitigationTable | None = Field(description="A row an action; null until it is done.")
    sentences: dict[str, str] = Field(description="Action -> what it did, in words.")
