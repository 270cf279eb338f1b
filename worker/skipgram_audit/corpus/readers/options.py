"""What is read, how, and within which limits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

MEBIBYTE = 1024 * 1024

FORMATS = ("txt", "csv", "tsv", "jsonl", "parquet", "zip", "html", "docx")
BINARY_FORMATS = ("parquet", "zip", "docx")
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
}
BACKSLASH = "backslash"
DEFAULT_DELIMITERS = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True)
class ReaderOptions:
    """How a file is turned into documents.

    Attributes:
        format: one of FORMATS; gzip and zstandard around it are peeled by content.
        encoding: of text formats; bytes that it does not allow are an error, never replaced.
        text_field: the field that holds the text.
        id_field: the field with the ids; how rows without one are called, identifiers.py says.
        title_field: the field with the titles; rows without it have none.
        metadata_fields: further fields to keep with each document.
        document_per: for txt, whether a line or the whole file is a document.
        delimiter: between columns of csv and tsv; empty for the format's own.
        quoted: whether columns of csv and tsv may be put in quotation marks.
        escape: of quotation marks inside such columns: empty where they are doubled, or backslash.
    """

    format: str
    encoding: str = "utf-8"
    text_field: str = "text"
    id_field: str | None = "id"
    title_field: str | None = "title"
    metadata_fields: tuple[str, ...] = ()
    document_per: Literal["line", "file"] = "line"
    delimiter: str = ""
    quoted: bool = True
    escape: Literal["", "backslash"] = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a JSON column."""
        return asdict(self) | {"metadata_fields": list(self.metadata_fields)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ReaderOptions":
        """Inverse of as_dict; unknown names are left out, missing ones take their defaults."""
        known = {field.name for field in fields(cls)}
        chosen = {name: value for name, value in values.items() if name in known}
        return cls(**chosen | {"metadata_fields": tuple(chosen.get("metadata_fields", ()))})


@dataclass(frozen=True)
class ReaderLimits:
    """Caps that hold while a file is read, so that no file can fill memory or disk.

    Attributes:
        maximum_bytes: of the file as it is.
        maximum_inflated_bytes: of everything that comes out of its compression.
        maximum_ratio: inflated bytes per byte of the file; text is rarely compressed better than 20:1.
        maximum_entries: of a zip archive.
        maximum_document_bytes: of one text in UTF-8.
    """

    maximum_bytes: int = 2048 * MEBIBYTE
    maximum_inflated_bytes: int = 8192 * MEBIBYTE
    maximum_ratio: int = 200
    maximum_entries: int = 200_000
    maximum_document_bytes: int = 16 * MEBIBYTE


@dataclass(frozen=True)
class SourceDocument:
    """One document as the file has it; place says where: line, row or archive entry."""

    id: str
    title: str
    text: str
    fields: dict[str, str]
    place: str
