"""The files of an audit's folder that are told of, each with its meaning, size and hash."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skipgram_audit.computing.files import file_sha256


@dataclass(frozen=True)
class FileKind:
    """What a file of an audit is; ``pattern`` matches its whole name."""

    pattern: re.Pattern[str]
    label: str
    description: str
    media_type: str


FILE_KINDS = (
    FileKind(
        re.compile(r"report\.html"),
        "Report",
        "The report to read, keep or send as one file; it needs no network.",
        "text/html; charset=utf-8",
    ),
    FileKind(
        re.compile(r"documents\.csv"),
        "Documents",
        "A row a document with its group of near-duplicates, and rank, influence, spread and sign stability for every "
        "probe. Text that a spreadsheet would take for a formula begins with an apostrophe.",
        "text/csv; charset=utf-8",
    ),
    FileKind(
        re.compile(r"words\.csv"),
        "Words",
        "A row a word of the vocabulary: how often it was trained on, and the influence of all its tokens on every "
        "probe.",
        "text/csv; charset=utf-8",
    ),
    FileKind(
        re.compile(r"sentences\.parquet"),
        "Sentences",
        "A row a sentence, those of influence zero included, with its text and place.",
        "application/vnd.apache.parquet",
    ),
    FileKind(
        re.compile(r"documents\.parquet"),
        "Documents for programs",
        "The table of documents with ids and fields exactly as they were given.",
        "application/vnd.apache.parquet",
    ),
    FileKind(
        re.compile(r"map\.parquet"),
        "Documents on the map",
        "The table of documents with their texts and their places on the map, x and y; Embedding Atlas opens it. It is "
        "made with the map.",
        "application/vnd.apache.parquet",
    ),
    FileKind(
        re.compile(r"report\.json"),
        "Scores",
        "Scores, word associations and counts for programs; the schema is in the documentation.",
        "application/json",
    ),
    FileKind(
        re.compile(r"manifest\.json"),
        "Manifest",
        "Settings, seeds, versions and hashes: all that is needed to compute this audit again.",
        "application/json",
    ),
    FileKind(
        re.compile(r"vectors-seed-\d+\.txt"),
        "Vectors",
        "The trained word vectors of one seed in word2vec's text format.",
        "text/plain; charset=utf-8",
    ),
    FileKind(
        re.compile(r"skipped\.csv"),
        "Skipped rows",
        "Place and reason of every row of the corpus that could not be used.",
        "text/csv; charset=utf-8",
    ),
)
"""In the order in which they are listed."""


@dataclass(frozen=True)
class AuditFile:
    """A file that is there."""

    path: Path
    kind: FileKind

    @property
    def name(self) -> str:
        """Its path in the folder."""
        return self.path.name

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size

    @property
    def media_type(self) -> str:
        """Without parameters."""
        return self.kind.media_type.partition(";")[0]

    def sha256(self) -> str:
        """Of its content."""
        return file_sha256(self.path)


def files_of(folder: Path) -> Iterator[AuditFile]:
    """The files of a folder that are of a known kind, in the order of FILE_KINDS."""
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    for kind in FILE_KINDS:
        for path in paths:
            if kind.pattern.fullmatch(path.name):
                yield AuditFile(path, kind)
