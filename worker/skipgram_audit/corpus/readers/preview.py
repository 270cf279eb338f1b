"""A look at the beginning of a file: how it would be read, and what else it could be."""

from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from skipgram_audit.corpus.readers.encodings import EncodingSample, encoding_problem, encoding_samples
from skipgram_audit.corpus.readers.inflation import open_source
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.reading import read_documents
from skipgram_audit.corpus.readers.remedies import Interface
from skipgram_audit.corpus.readers.rows import FileRows, RowAccount
from skipgram_audit.corpus.readers.suggestions import first_rows, suggest_options, with_new_fields
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions

DOCUMENTS_SHOWN = 10
ROWS_CHECKED, CHARACTERS_CHECKED = 20_000, 16 * 1024 * 1024
"""So much is read to find rows that cannot be used; what lies beyond is found out by the import."""

SKIPS_SHOWN = 100
TEXT_SHOWN = 1_000
_FIELDS_SHOWN = 200


@dataclass(frozen=True)
class Preview:
    """How the beginning of a file is read.

    Attributes:
        options: the options used: the user's, or those that the file suggests.
        compression: gz, zst or nothing.
        fields: names that can be chosen as text, id, title and metadata.
        encodings: how the first bytes beyond ASCII look in each encoding; empty when all is ASCII, and for Parquet.
        documents: the first documents as they would be read, long texts cut.
        skipped: place and reason of the first rows passed over.
        rows: how many rows were looked at, and whether these are all of the file.
        skipped_reasons: reason -> how many of them were passed over for it.
        notes: place and remark on documents that should be looked at.
        files: of an archive that was looked through, what would become of each file.
        remarks: sentences on the whole file that a user should know before the import.
        advice: what may bring skipped rows back.
        problem, remedy: why the file cannot be read with these options; empty when it can.
    """

    options: ReaderOptions
    compression: str
    fields: tuple[str, ...]
    encodings: tuple[EncodingSample, ...]
    documents: tuple[SourceDocument, ...]
    skipped: tuple[tuple[str, str], ...]
    rows: int = 0
    whole_file: bool = False
    skipped_reasons: dict[str, int] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    files: tuple[FileRows, ...] = ()
    remarks: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a JSON column."""
        return asdict(self) | {"options": self.options.model_dump(mode="json")}


def preview(
    path: Path,
    filename: str,
    options: ReaderOptions | None,
    limits: ReaderLimits,
    interface: Interface = Interface.PAGE,
    offered: Collection[str] | None = None,
) -> Preview:
    """Reads the first rows as an import with these options would, and says what could be chosen instead.

    Args:
        path: the file.
        filename: its name as the user knows it.
        options: None for what the file suggests.
        limits: caps that hold while reading.
        interface: whose words remedies and advice are in.
        offered: the fields that could be chosen as metadata when these options were; others are chosen as the file
            suggests. None where the options are to stay as they are.

    Raises:
        UnreadableFile, OverLimit: the file cannot be previewed at all.
    """
    chosen = options or suggest_options(path, filename, limits)
    fields, rows = first_rows(path, chosen, limits)
    if options is not None and offered is not None:
        chosen = with_new_fields(options, fields, rows, offered)
    with open_source(path, limits) as source:
        compression = source.compression
    look = _Look()
    look.read(path, chosen, limits)
    problem = look.problem or encoding_problem(path, chosen, limits)
    return Preview(
        options=chosen,
        compression=compression,
        fields=tuple(fields[:_FIELDS_SHOWN]),
        encodings=encoding_samples(path, chosen, limits),
        documents=tuple(replace(document, text=document.text[:TEXT_SHOWN]) for document in look.documents),
        skipped=tuple(look.skipped),
        rows=look.rows,
        whole_file=look.account is not None,
        skipped_reasons=dict(look.reasons),
        notes=look.account.notes if look.account else (),
        files=look.account.files if look.account else (),
        remarks=tuple(look.remarks),
        advice=look.advice(interface),
        problem=problem.message if problem else "",
        remedy=problem.remedy_on(interface) if problem else "",
    )


class _Look:
    """Reads the beginning of a file: the first documents, and what becomes of the rows after them."""

    def __init__(self) -> None:
        self.documents: list[SourceDocument] = []
        self.skipped: list[tuple[str, str]] = []
        self.reasons: Counter[str] = Counter()
        self.rows = 0
        self.account: RowAccount | None = None
        self.remarks: list[str] = []
        self.problem: EngineError | None = None

    def read(self, path: Path, options: ReaderOptions, limits: ReaderLimits) -> None:
        characters = 0
        try:
            reading = read_documents(
                path, options, limits, self._skip, None, self._end, self.remarks.append, ROWS_CHECKED
            )
            with closing(reading):
                for document in reading:
                    self._count()
                    if len(self.documents) < DOCUMENTS_SHOWN:
                        self.documents.append(document)
                    characters += len(document.text)
                    if characters > CHARACTERS_CHECKED:
                        return
        except _SeenEnough:
            pass
        except EngineError as error:
            self.problem = error

    def advice(self, interface: Interface) -> tuple[str, ...]:
        notes = self.account.notes if self.account else ()
        read = RowAccount(self.rows, self.rows - self.reasons.total(), dict(self.reasons), notes)
        return tuple(read.advice(interface))

    def _skip(self, place: str, reason: str) -> None:
        if len(self.skipped) == SKIPS_SHOWN and len(self.documents) < DOCUMENTS_SHOWN:
            raise _SeenEnough
        self.reasons[reason] += 1
        if len(self.skipped) < SKIPS_SHOWN:
            self.skipped.append((place, reason))
        self._count()

    def _count(self) -> None:
        self.rows += 1
        if self.rows >= ROWS_CHECKED:
            raise _SeenEnough

    def _end(self, account: RowAccount) -> None:
        self.account = account


class _SeenEnough(Exception):
    """A preview does not search a whole file for its first document."""
