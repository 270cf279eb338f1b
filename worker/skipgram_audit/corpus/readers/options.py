"""What is read, and within which limits; how is in skipgram_audit.model.reader_options."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import get_args

from skipgram_audit.model.reader_options import FORMAT_OF_SUFFIX, FormatName

MEBIBYTE = 1024 * 1024

FORMATS: tuple[str, ...] = get_args(FormatName)
BINARY_FORMATS = ("parquet", "zip", "docx", "pdf")
__all__ = [
    "BACKSLASH", "BINARY_FORMATS", "DEFAULT_DELIMITERS", "FORMATS", "FORMAT_OF_SUFFIX", "MEBIBYTE", "ReaderLimits",
    "SourceDocument", "format_of_name",
]  # fmt: skip

BACKSLASH = "backslash"
DEFAULT_DELIMITERS = {"csv": ",", "tsv": "\t"}
_COMPRESSED = (".gz", ".gzip", ".zst", ".zstd")


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


def format_of_name(name: str) -> str:
    """The format of a file of this name, plain or compressed; nothing where its ending names none."""
    path = PurePosixPath(name.lower())
    if path.suffix in _COMPRESSED:
        path = PurePosixPath(path.stem)
    return FORMAT_OF_SUFFIX.get(path.suffix, "")
