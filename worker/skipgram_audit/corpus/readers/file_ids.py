"""Reads a file's ids before its documents, when a row without an id is met; see identifiers.py."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from skipgram_audit.corpus.readers.identifiers import FileIdentifiers, RowIdentifiers
from skipgram_audit.corpus.readers.inflation import Source, open_source
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.rows import DocumentBuilder, field_value, identifier_text
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import ReaderOptions

Reader = Callable[[Source, ReaderOptions, ReaderLimits, DocumentBuilder], Iterator[SourceDocument]]
"""Makes documents of a file's rows by means of a builder."""

_ROWS_A_TICK = 2_000


def file_identifiers(
    reader: Reader, path: Path, options: ReaderOptions, limits: ReaderLimits, rows: int | None, tick: Callable[[], None]
) -> FileIdentifiers:
    """The ids that a file gives to its rows, as far as the file can be read."""
    identifiers = FileIdentifiers()
    if not options.id_field:
        return identifiers
    only_ids = options.model_copy(update={"text_field": options.id_field, "title_field": None, "metadata_fields": ()})
    collector = _Collector(only_ids, limits, identifiers, rows, tick)
    try:
        with open_source(path, limits) as source:
            for _ in reader(source, only_ids, limits, collector):
                pass
    except (_EnoughRows, EngineError):
        pass  # the reader of documents reports what cannot be read: it stops at the same place
    return identifiers


class _EnoughRows(Exception):
    pass


class _Collector(DocumentBuilder):
    """In the place of documents, takes the ids of rows."""

    def __init__(
        self,
        options: ReaderOptions,
        limits: ReaderLimits,
        identifiers: FileIdentifiers,
        rows: int | None,
        tick: Callable[[], None],
    ) -> None:
        super().__init__(options, limits, lambda _place, _reason: None, RowIdentifiers(lambda: identifiers))
        self._file_ids = identifiers
        self._rows_left = rows
        self._tick = tick
        self._until_tick = _ROWS_A_TICK

    def from_row(self, place: str, number: int, row: Mapping[str, object]) -> SourceDocument | None:
        identifier = identifier_text(field_value(row, self._options.text_field))
        if identifier is not None:
            self._file_ids.add(identifier)
        self._until_tick -= 1
        if self._until_tick == 0:
            self._tick()
            self._until_tick = _ROWS_A_TICK
        if self._rows_left is not None:
            self._rows_left -= 1
            if self._rows_left <= 0:
                raise _EnoughRows
        return None
