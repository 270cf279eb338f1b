"""What the JSON API says of imported models."""

from datetime import datetime

from pydantic import BaseModel, Field

from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.store.models import Status
from skipgram_audit_web.web import FromRow


class ModelBody(FromRow):
    """A model, and what was read of it once its status is done."""

    id: int
    name: str
    status: Status
    filename: str
    upload_id: str | None = Field(description="Until it has been read.")
    source_sha256: str
    source_bytes: int
    facts: ModelFacts | None
    error: str
    created_at: datetime
    finished_at: datetime | None


class ModelDetail(ModelBody):
    """A model with its job and the audits of its vectors."""

    job_id: str | None
    audit_ids: list[int]


class ModelPage(BaseModel):
    """A page of models, the newest first."""

    items: list[ModelBody]
    next: str | None
    previous: str | None
