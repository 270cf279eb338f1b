"""What the JSON API says of background work."""

from datetime import datetime

from pydantic import BaseModel, Field

from skipgram_audit.store.models import JobKind, Status
from skipgram_audit_web.web import FromRow


class JobModel(FromRow):
    """Where the work stands."""

    id: str
    kind: JobKind
    status: Status
    phase: str
    phase_number: int
    phase_count: int
    fraction: float
    seconds_left: float | None
    error: str
    remedy: str


class JobBody(JobModel):
    """A job as users see it."""

    subject: str
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(BaseModel):
    """Jobs that run or wait, in order, and the last ones that ended."""

    active: list[JobBody] = Field(description="What runs, then what waits, each the oldest first.")
    ended: list[JobBody] = Field(description="The last 20, the newest first.")


class SubjectModel(FromRow):
    """What a job makes; its status follows the job's."""

    id: int
    status: Status
    error: str
    created_at: datetime
    finished_at: datetime | None


class ComputedModel(SubjectModel):
    """The same, with when its job was started."""

    started_at: datetime | None


class JobStarted(BaseModel):
    """The job to follow under /api/v1/jobs."""

    job_id: str
