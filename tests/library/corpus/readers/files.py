"""Helpers: files made on the spot, read to a list."""

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import zstandard

from skipgram_audit.corpus.readers import ReaderLimits, SourceDocument, read_documents
from skipgram_audit.model.reader_options import ReaderOptions

LIMITS = ReaderLimits()


def write(path: Path, content: str | bytes) -> Path:
    """Writes the content, compressed as the name says."""
    data = content.encode() if isinstance(content, str) else content
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".zst":
        data = zstandard.compress(data)
    path.write_bytes(data)
    return path


def read(
    path: Path, limits: ReaderLimits = LIMITS, **options: Any
) -> tuple[list[SourceDocument], list[tuple[str, str]]]:
    """All documents, and place and reason of all skipped rows."""
    skipped: list[tuple[str, str]] = []
    documents = list(
        read_documents(
            path, ReaderOptions.unchecked(options), limits, lambda place, reason: skipped.append((place, reason))
        )
    )
    return documents, skipped


def reasons(skipped: list[tuple[str, str]]) -> dict[str, int]:
    return dict(Counter(reason for _, reason in skipped))
