"""Tables in an archive: CSV, TSV, JSON Lines and Parquet files, each row a document.

A table is read as it would be by itself: its format follows its name, its delimiter its first lines. What was chosen
for the archive decides which fields are text, id, title and metadata, and the encoding. Ids of rows begin with the name
of their file, so that two tables may number their rows alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.columns import HEAD_BYTES, NOTHING_CHOSEN, with_columns
from skipgram_audit.corpus.readers.delimited import DelimitedTable, read_delimited
from skipgram_audit.corpus.readers.errors import (
    LostRows,
    MissingField,
    OverLimit,
    RepeatedField,
    WrongEncoding,
)
from skipgram_audit.corpus.readers.file_ids import Reader, file_identifiers
from skipgram_audit.corpus.readers.identifiers import RowIdentifiers
from skipgram_audit.corpus.readers.inflation import Source, compression_of, open_source, temporary_file
from skipgram_audit.corpus.readers.json_rows import read_json
from skipgram_audit.corpus.readers.options import DEFAULT_DELIMITERS, ReaderLimits, SourceDocument, format_of_name
from skipgram_audit.corpus.readers.parquet import first_parquet_rows, read_parquet
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions

TABLE_READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "jsonl": read_json,
    "parquet": read_parquet,
}
ID_SEPARATOR = "#"
"""Between the name of a file and the id of its row."""

_REASONS: dict[type[EngineError], str] = {
    WrongEncoding: rows.REST_WRONG_ENCODING,
    MissingField: rows.NO_TEXT_FIELD,
    RepeatedField: rows.REPEATED_CHOICE,
}
_CHUNK = 1024 * 1024


def table_format(name: str) -> str:
    """The format of a file of this name if it is a table, plain or compressed; else nothing."""
    file_format = format_of_name(name)
    return file_format if file_format in TABLE_READERS else ""


@contextmanager
def unpacked_table(
    stream: IO[bytes], source: Source, limits: ReaderLimits, spend: Sequence[Callable[[int], None]]
) -> Iterator[Path]:
    """A table of an archive as a file for as long as the block lasts, its own compression peeled.

    Args:
        stream: the entry.
        source: the archive's.
        spend: counts the bytes that come out of the archive, and those that come out of compressed tables in it.
    """
    with _copied(stream, source, spend[0]) as path, path.open("rb") as file:
        if not compression_of(file.peek(4)[:4] if isinstance(file, BufferedReader) else b""):
            yield path
            return
        with open_source(path, limits) as inner, _copied(inner.stream, source, spend[1]) as plain:
            yield plain


@contextmanager
def _copied(stream: IO[bytes], source: Source, spend: Callable[[int], None]) -> Iterator[Path]:
    with temporary_file(source.path.parent, named=True) as file:
        while chunk := stream.read(_CHUNK):
            spend(len(chunk))
            file.write(chunk)
        file.flush()
        yield Path(file.name)


def table_options(path: Path, file_format: str, options: ReaderOptions, limits: ReaderLimits) -> ReaderOptions:
    """How a table by itself is read: columns as its first lines have them, fields as they were chosen for the archive.

    Raises:
        UnreadableFile, WrongEncoding: it has no header.
    """
    own = options.model_copy(update={"format": file_format, "delimiter": "", "quoted": True, "escape": ""})
    if file_format == "jsonl":
        return own
    if file_format in DEFAULT_DELIMITERS:
        with open_source(path, limits) as source:
            own = with_columns(own, source.stream.read(HEAD_BYTES), NOTHING_CHOSEN)
    with open_source(path, limits) as source:
        is_parquet = file_format == "parquet"
        names = first_parquet_rows(source, 1)[0] if is_parquet else DelimitedTable(source, own, limits).header
    # Another table may have what this one lacks.
    return own.model_copy(update={"metadata_fields": tuple(name for name in own.metadata_fields if name in names)})


def read_table(
    path: Path,
    name: str,
    file_format: str,
    options: ReaderOptions,
    limits: ReaderLimits,
    builder: DocumentBuilder,
    source: Source,
    report: Callable[[float], None],
) -> Iterator[SourceDocument]:
    """The rows of an unpacked table. One that cannot be read, or not further, is one skipped row more.

    Args:
        options: those of the archive.
        source: the archive's, which counts the rows.
        report: called with the share of the table that has been read.

    Raises:
        OverLimit: the archive is a bomb.
    """
    reader = TABLE_READERS[file_format]
    own: _EntryBuilder | None = None
    try:
        chosen = table_options(path, file_format, options, limits)
        identifiers = RowIdentifiers(lambda: file_identifiers(reader, path, chosen, limits, None, lambda: None))
        own = _EntryBuilder(builder, name, chosen, limits, identifiers)
        with open_source(path, limits) as inner:
            try:
                for document in reader(inner, chosen, limits, own):
                    yield document
                    report(inner.fraction())
            finally:
                source.rows += inner.rows
    except (OverLimit, LostRows):
        raise
    except EngineError as error:
        source.count_row()
        line = f", line {error.details['line']}" if "line" in error.details else ""
        builder.skip(f"entry {name}{line}", _REASONS.get(type(error), rows.REST_DAMAGED))
    if own is not None:
        builder.notes.extend(own.notes_of_entry())
        builder.adopt(own)


class _EntryBuilder(DocumentBuilder):
    """Makes documents of a table's rows by the builder of the archive, which counts them and knows all ids."""

    def __init__(
        self,
        archive: DocumentBuilder,
        name: str,
        options: ReaderOptions,
        limits: ReaderLimits,
        identifiers: RowIdentifiers,
    ) -> None:
        super().__init__(options, limits, lambda _place, _reason: None, identifiers)
        self._archive, self._name = archive, name

    def skip(self, place: str, reason: str) -> None:
        self._archive.skip(f"{self._entry}, {place}", reason)

    def build(
        self, place: str, identifier: str, title: str, text: str, metadata: Mapping[str, str] | None = None
    ) -> SourceDocument | None:
        own = f"{self._name}{ID_SEPARATOR}{identifier}"
        return self._archive.build(f"{self._entry}, {place}", own, title, text, dict(metadata or {}))

    def notes_of_entry(self) -> list[tuple[str, str]]:
        return [(f"{self._entry}, {place}", note) for place, note in self.notes]

    @property
    def _entry(self) -> str:
        return f"entry {self._name}"
