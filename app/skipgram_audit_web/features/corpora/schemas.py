"""What the JSON API says of uploads and corpora, and what it takes."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skipgram_audit.model.languages import LANGUAGES, is_known
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.text import PlainText
from skipgram_audit.store.documents import DocumentSummary
from skipgram_audit_web.features.jobs.schemas import SubjectModel
from skipgram_audit_web.web import FromRow, PageOf

Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class NewCorpus(BaseModel):
    """An import."""

    model_config = ConfigDict(extra="forbid")

    upload_id: PlainText
    name: PlainText = Field(default="", max_length=200, description="Empty for the file's name.")
    language: str = Field(
        default="en",
        max_length=16,
        description=f"It decides where sentences end, and about case: {', '.join(LANGUAGES)}, with or without a "
        "region.",
    )
    options: ReaderOptions

    @field_validator("language")
    @classmethod
    def _is_known(cls, language: str) -> str:
        if not is_known(language):
            raise ValueError(f"choose {', '.join(LANGUAGES)}, with or without a region")
        return language


class FileModel(BaseModel):
    """What became of a file of an archive; rows that are no documents were skipped."""

    name: str
    rows: int
    documents: int


class RowsModel(BaseModel):
    """What became of the rows of a file: ``in_file``, as the reader met them, is ``documents`` and all ``skipped``."""

    in_file: int
    documents: int
    skipped: dict[str, int] = Field(description="Reason -> number of rows.")
    notes: list[Pair] = Field(default_factory=list, description="Place and remark on documents to look at.")
    remarks: list[str] = Field(default_factory=list, description="What should be known of the whole file.")
    files: list[FileModel] = Field(default_factory=list, description="Of an archive: each file.")
    advice: list[str] = Field(default_factory=list, description="What may bring skipped rows back.")

    @field_validator("files", mode="before")
    @classmethod
    def _named(cls, files: list[Any]) -> list[Any]:
        """Stored as rows of a table."""
        names = list(FileModel.model_fields)
        return [dict(zip(names, file, strict=True)) if isinstance(file, list) else file for file in files]


class CorpusModel(SubjectModel):
    """A corpus, and what was read and not read of its file."""

    name: str
    note: str
    filename: str
    upload_id: str | None = Field(description="Of the uploaded file, for another import of it. Null when it is gone.")
    source_sha256: str = Field(description="Of its file; empty where it was made from another corpus.")
    source_bytes: int
    reader_options: dict[str, Any]
    language: str
    content_sha256: str = Field(description="Of ids, texts and sentence bounds.")
    parent_id: int | None = Field(description="The corpus that it was made from; null for an upload.")
    document_count: int
    sentence_count: int
    token_count: int
    skipped_count: int
    skipped_reasons: dict[str, int]
    rows: RowsModel | None = Field(description="None until the file was read, and for imports of older versions.")
    metadata_fields: list[str]
    near_duplicates: dict[str, int] = Field(
        description="What was compared and found; empty when near-duplicates were not looked for."
    )

    @field_validator("rows", mode="before")
    @classmethod
    def _none_if_unknown(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        return value or None


class CorpusDetail(CorpusModel):
    """A corpus with its import's job."""

    job_id: str | None


class CorpusPage(PageOf[CorpusModel]):
    """Corpora, the newest first."""


class DocumentPage(PageOf[DocumentSummary]):
    """Documents in reading order."""


class DocumentModel(BaseModel):
    """A document with its text; sentences are (start, end) in code points."""

    id: int
    position: int
    external_id: str
    title: str
    text: str
    fields: dict[str, str]
    place: str
    token_count: int
    note: str
    sentences: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="Begin and end of each, in code points of the text."
    )


class SkippedRowModel(FromRow):
    """A row that could not be used."""

    place: str
    reason: str


class FieldValueModel(BaseModel):
    """A value of a metadata field, and how many documents have it."""

    value: str
    documents: int


class FieldValues(BaseModel):
    """The most frequent values of a metadata field; ``total`` counts all different ones."""

    field: str
    total: int
    items: list[FieldValueModel]


class CorpusWordModel(BaseModel):
    """A word, case-folded, and how often it occurs."""

    word: str
    count: int
