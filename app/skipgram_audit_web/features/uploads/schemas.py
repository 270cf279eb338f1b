"""What the JSON API says of uploads, and what it takes."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.store.models import UploadPurpose
from skipgram_audit_web.addresses import LARGEST_BIG_INTEGER
from skipgram_audit_web.features.corpora.schemas import Pair
from skipgram_audit_web.web import FromRow


class NewUpload(BaseModel):
    """A file that is about to be sent."""

    model_config = ConfigDict(extra="forbid")

    filename: str = Field(min_length=1, max_length=1000)
    total_bytes: int = Field(le=LARGEST_BIG_INTEGER, description="The size of the file; nothing more will be taken.")
    purpose: UploadPurpose = Field(
        default=UploadPurpose.CORPUS, description="A model is imported as soon as it has arrived; see /api/v1/models."
    )


class UploadModel(FromRow):
    """An upload and how much of it has arrived."""

    id: str
    filename: str
    total_bytes: int
    received_bytes: int
    purpose: UploadPurpose
    sha256: str | None = Field(description="Of the whole file, once it has arrived.")
    created_at: datetime


class UnfinishedUpload(UploadModel):
    """An upload that can be gone on with."""

    tail_sha256: str = Field(
        description="Of the last 1 MiB that has arrived (of all, if there is less; empty if there is nothing): compare "
        "with the same bytes of the file before going on."
    )


class EncodingSampleModel(BaseModel):
    """The first bytes beyond ASCII, as they look in an encoding."""

    encoding: str
    sample: str = Field(description="Empty when the encoding does not allow these bytes.")
    suggested: bool


class PreviewDocument(BaseModel):
    """A document as it would be read; the text is cut."""

    id: str
    title: str
    text: str
    fields: dict[str, str]
    place: str


class PreviewModel(BaseModel):
    """How the beginning of the file would be read."""

    options: ReaderOptions
    compression: str = Field(description="gz, zst or empty.")
    fields: list[str] = Field(description="What can be chosen as text, id, title and metadata.")
    encodings: list[EncodingSampleModel]
    documents: list[PreviewDocument]
    skipped: list[Pair] = Field(description="Place and reason of the first rows passed over.")
    rows: int = Field(default=0, description="How many rows were looked at.")
    whole_file: bool = Field(default=False, description="Whether these are all rows of the file.")
    skipped_reasons: dict[str, int] = Field(default_factory=dict, description="How many of them were passed over, why.")
    notes: list[Pair] = Field(default_factory=list, description="Place and remark on documents to look at.")
    remarks: list[str] = Field(default_factory=list, description="What should be known of the whole file.")
    advice: list[str] = Field(default_factory=list, description="What may bring skipped rows back.")
    problem: str = Field(description="Why the file cannot be read with these options; empty when it can.")
    remedy: str


class PreviewError(BaseModel):
    """Why nothing can be said about the file."""

    code: str
    message: str
    remedy: str


class UploadDetail(UploadModel):
    """An upload with its preview: both ``found`` and ``error`` are empty until the worker has looked."""

    found: PreviewModel | None
    error: PreviewError | None
    job_id: str | None = Field(description="The latest preview's job, see /api/v1/jobs.")


class PreviewRequest(BaseModel):
    """Options to look at the file with; none for what the file suggests."""

    model_config = ConfigDict(extra="forbid")

    options: ReaderOptions | None = None
