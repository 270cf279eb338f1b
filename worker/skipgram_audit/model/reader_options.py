"""How a corpus is read from its file: what a user chooses on the preview, and what the readers are given."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skipgram_audit.model.text import PlainText

FormatName = Literal["txt", "csv", "tsv", "jsonl", "parquet", "zip", "html", "docx", "pdf"]

MAXIMUM_METADATA_FIELDS = 50


class ReaderOptions(BaseModel):
    """How a file is turned into documents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: FormatName = Field(description="gzip and zstandard around it are recognised by themselves.")
    encoding: PlainText = Field(
        default="utf-8", min_length=1, max_length=40, description="Bytes that it does not allow are an error."
    )
    text_field: PlainText = Field(default="text", min_length=1, max_length=500, description="Holds the text.")
    id_field: PlainText | None = Field(
        default="id",
        max_length=500,
        description="Holds the ids. Rows without one get their running number, or where other rows have ids, 'row 2' "
        "and the like.",
    )
    title_field: PlainText | None = Field(default="title", max_length=500, description="Holds the titles.")
    metadata_fields: tuple[PlainText, ...] = Field(
        default=(), max_length=MAXIMUM_METADATA_FIELDS, description="Further fields to keep with each document."
    )
    document_per: Literal["line", "file"] = Field(default="line", description="What a document is in a txt file.")
    delimiter: str = Field(default="", max_length=1, description="Between columns; empty for the format's own.")
    quoted: bool = Field(default=True, description="Whether columns may stand in quotation marks.")
    escape: Literal["", "backslash"] = Field(
        default="", description="Of quotation marks inside such columns; empty where they are doubled."
    )

    @classmethod
    def unchecked(cls, values: Mapping[str, Any]) -> "ReaderOptions":
        """Those that were stored, or that a file suggests: unknown names are left out, missing ones take their
        defaults."""
        known = {name: value for name, value in values.items() if name in cls.model_fields}
        return cls.model_construct(**known | {"metadata_fields": tuple(known.get("metadata_fields", ()))})

    @field_validator("id_field", "title_field")
    @classmethod
    def _none_if_empty(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("delimiter")
    @classmethod
    def _no_delimiter_of_rows(cls, value: str) -> str:
        if value in ('"', "\r", "\n", "\0"):
            raise ValueError("a quotation mark or the end of a line cannot separate columns")
        return value


FORMAT_OF_SUFFIX = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".zip": "zip",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
"""The usual end of a file's name -> how the file is read."""

FORMATS = {
    "jsonl": "JSON Lines",
    "csv": "CSV",
    "tsv": "TSV",
    "parquet": "Parquet",
    "txt": "Text",
    "html": "HTML page",
    "docx": "Word document (.docx)",
    "pdf": "PDF",
    "zip": "Several files, or a zip of files",
}
