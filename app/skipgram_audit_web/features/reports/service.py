"""The files of a finished audit: the worker has written them, the web only hands them out."""

import re
from dataclasses import dataclass
from pathlib import Path

from skipgram_audit.model.errors import NotFound
from skipgram_audit.settings import Settings
from skipgram_audit.store.models import Audit


@dataclass(frozen=True)
class Kind:
    """What a file of a report is; ``pattern`` matches its whole name."""

    pattern: re.Pattern[str]
    label: str
    description: str
    media_type: str


KINDS = [
    Kind(
        re.compile(r"report\.html"),
        "Report",
        "Everything of this page and the strongest texts in one file to read, keep or send; it needs no network.",
        "text/html; charset=utf-8",
    ),
    Kind(
        re.compile(r"documents\.csv"),
        "Documents",
        "A row a document with its group of near-duplicates, and rank, influence, spread and sign stability for every "
        "probe. Text that a spreadsheet "
        "would take for a formula begins with an apostrophe.",
        "text/csv; charset=utf-8",
    ),
    Kind(
        re.compile(r"words\.csv"),
        "Words",
        "A row a word of the vocabulary: how often it was trained on, and the influence of all its tokens on every "
        "probe.",
        "text/csv; charset=utf-8",
    ),
    Kind(
        re.compile(r"sentences\.parquet"),
        "Sentences",
        "A row a sentence, those of influence zero included, with its text and place.",
        "application/vnd.apache.parquet",
    ),
    Kind(
        re.compile(r"documents\.parquet"),
        "Documents for programs",
        "The table of documents with ids and fields exactly as they were given.",
        "application/vnd.apache.parquet",
    ),
    Kind(
        re.compile(r"report\.json"), "Scores", "Scores, word associations and counts for programs.", "application/json"
    ),
    Kind(
        re.compile(r"manifest\.json"),
        "Manifest",
        "Settings, seeds, versions and hashes: all that is needed to compute this audit again.",
        "application/json",
    ),
    Kind(
        re.compile(r"vectors-seed-\d+\.txt"),
        "Vectors",
        "The trained word vectors of one seed in word2vec's text format.",
        "text/plain; charset=utf-8",
    ),
]


@dataclass(frozen=True)
class Download:
    """A file that is there."""

    filename: str
    label: str
    description: str
    media_type: str
    byte_count: int
    path: Path


def available_downloads(settings: Settings, audit: Audit) -> list[Download]:
    """The files of an audit's report, in the order of KINDS; files of no known kind are not handed out."""
    folder = settings.audit_folder(audit.storage_name)
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return [
        Download(path.name, kind.label, kind.description, kind.media_type, path.stat().st_size, path)
        for kind in KINDS
        for path in paths
        if kind.pattern.fullmatch(path.name)
    ]


def find_download(settings: Settings, audit: Audit, filename: str) -> Download:
    """One of the available files; the name is only compared, so no path can be smuggled in.

    Raises:
        NotFound: no such file.
    """
    downloads = available_downloads(settings, audit)
    for download in downloads:
        if download.filename == filename:
            return download
    raise NotFound(
        f"The audit has no file {filename[:80]!r}.",
        f"Its files are {', '.join(item.filename for item in downloads)}."
        if downloads
        else "Its report has not been written yet, or was removed from the data folder.",
    )
