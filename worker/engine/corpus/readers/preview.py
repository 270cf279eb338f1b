"""A look at the beginning of a file: how it would be read, and what else it could be."""

from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from worker.engine.corpus.readers.encodings import EncodingSample, encoding_problem, encoding_samples
from worker.engine.corpus.readers.inflation import open_source
from worker.engine.corpus.readers.options import ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.reading import read_documents
from worker.engine.corpus.readers.suggestions import first_rows, suggest_options
from worker.engine.errors import EngineError

DOCUMENTS_SHOWN = 10
SKIPS_SHOWN = 100
TEXT_SHOWN = 1_000
_FIELDS_SHOWN = 200
_ROWS_LOOKED_THROUGH = 2_000
"""For ids: those of documents without one may differ in the import, when a later row has an id."""


@dataclass(frozen=True)
class Preview:
    """How the beginning of a file is read.

    Attributes:
        options: the options used: the user's, or those that the file suggests.
        compression: gz, zst or nothing.
        fields: names that can be chosen as text, id, title and metadata.
        encodings: how the first bytes beyond ASCII look in each encoding; empty when all is ASCII, and for Parquet.
        documents: the first documents as they would be read, long texts cut.
        skipped: place and reason of the rows passed over on the way to them.
        notes: sentences that a user should know before the import.
        problem, remedy: why the file cannot be read with these options; empty when it can.
    """

    options: ReaderOptions
    compression: str
    fields: tuple[str, ...]
    encodings: tuple[EncodingSample, ...]
    documents: tuple[SourceDocument, ...]
    skipped: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a JSON column."""
        return asdict(self) | {"options": self.options.as_dict()}


def preview(path: Path, filename: str, options: ReaderOptions | None, limits: ReaderLimits) -> Preview:
    """Reads the first rows as an import with these options would, and says what could be chosen instead.

    Args:
        path: the file.
        filename: its name as the user knows it.
        options: None for what the file suggests.
        limits: caps that hold while reading.

    Raises:
        UnreadableFile, OverLimit: nothing can be said about the file at all.
    """
    chosen = options or suggest_options(path, filename, limits)
    with open_source(path, limits) as source:
        compression = source.compression
    documents, skipped, notes, problem = _first_documents(path, chosen, limits)
    problem = problem or encoding_problem(path, chosen, limits)
    return Preview(
        options=chosen,
        compression=compression,
        fields=tuple(first_rows(path, chosen, limits)[0][:_FIELDS_SHOWN]),
        encodings=encoding_samples(path, chosen, limits),
        documents=tuple(replace(document, text=document.text[:TEXT_SHOWN]) for document in documents),
        skipped=tuple(skipped[:SKIPS_SHOWN]),
        notes=tuple(notes),
        problem=problem.message if problem else "",
        remedy=problem.remedy if problem else "",
    )


class _SeenEnough(Exception):
    """Raised from on_skip: a preview does not search a whole file for its first document."""


def _first_documents(
    path: Path, options: ReaderOptions, limits: ReaderLimits
) -> tuple[list[SourceDocument], list[tuple[str, str]], list[str], EngineError | None]:
    documents: list[SourceDocument] = []
    notes: list[str] = []
    skipped: list[tuple[str, str]] = []

    def on_skip(place: str, reason: str) -> None:
        skipped.append((place, reason))
        if len(skipped) > SKIPS_SHOWN:
            raise _SeenEnough

    try:
        reading = read_documents(path, options, limits, on_skip, on_note=notes.append, look_ahead=_ROWS_LOOKED_THROUGH)
        with closing(reading):
            documents.extend(islice(reading, DOCUMENTS_SHOWN))
    except _SeenEnough:
        pass
    except EngineError as error:
        return documents, skipped, notes, error
    return documents, skipped, notes, None
