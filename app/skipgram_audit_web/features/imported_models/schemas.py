"""What the JSON API says of imported models."""

from pydantic import Field

from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit_web.features.jobs.schemas import SubjectModel
from skipgram_audit_web.web import PageOf


class ModelBody(SubjectModel):
    """A model, and what was read of it once its status is done."""

    name: str
    filename: str
    upload_id: str | None = Field(description="Until it has been read.")
    source_sha256: str
    source_bytes: int
    facts: ModelFacts | None


class ModelDetail(ModelBody):
    """A model with its job and the audits of its vectors."""

    job_id: str | None
    audit_ids: list[int]


class ModelPage(PageOf[ModelBody]):
    """A page of models, the newest first."""
