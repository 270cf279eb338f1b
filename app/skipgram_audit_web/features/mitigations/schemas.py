"""What the JSON API takes and gives for comparisons of mitigations."""

from datetime import datetime

from pydantic import Field

from skipgram_audit.model.mitigations import MitigationPlan, MitigationTable
from skipgram_audit.store.models import Status
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.web import FromRow


class MitigationSummary(FromRow):
    """A comparison in a list."""

    id: int
    audit_id: int
    status: Status
    plan: MitigationPlan
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class MitigationDetail(MitigationSummary):
    """A comparison with its progress and, once it is done, its table."""

    job: JobModel | None
    table: MitigationTable | None = Field(description="A row an action; null until it is done.")
    sentences: dict[str, str] = Field(description="Action -> what it did, in words.")
