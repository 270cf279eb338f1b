"""One file to a stream of documents."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from worker.engine.corpus.readers.archive import read_zip
from worker.engine.corpus.readers.delimited import read_delimited
from worker.engine.corpus.readers.detection import refuse_binary
from worker.engine.corpus.readers.errors import NoDocuments, UnreadableFile
from worker.engine.corpus.readers.identifiers import GivenIdentifiers, RowIdentifiers
from worker.engine.corpus.readers.inflation import Source, open_source
from worker.engine.corpus.readers.lines import read_json_lines, read_txt
from worker.engine.corpus.readers.options import BINARY_FORMATS, FORMATS, ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.parquet import read_parquet
from worker.engine.corpus.readers.rows import DocumentBuilder, OnSkip, field_value, identifier_text
from worker.engine.corpus.readers.whole_files import read_docx, read_html
from worker.engine.errors import EngineError

_Reader = Callable[[Source, ReaderOptions, ReaderLimits, DocumentBuilder], Iterator[SourceDocument]]

_READERS: dict[str, _Reader] = {
    "txt": read_txt,
    "csv": read_delimited,
    "tsv": read_delimited,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
    "zip": read_zip,
    "html": read_html,
    "docx": read_docx,
}
_ROWS_A_TICK = 2_000
_WIDE_ENCODINGS = ("utf-16", "utf-32", "utf_16", "utf_32", "utf16", "utf32")


def read_documents(
    path: Path,
    options: ReaderOptions,
    limits: ReaderLimits,
    on_skip: OnSkip,
    on_fraction: Callable[[float], None] | None = None,
    on_note: Callable[[str], None] | None = None,
    look_ahead: int | None = None,
) -> Generator[SourceDocument, None, None]:
    """The documents of a file in its order, one at a time; ids are unique.

    Args:
        path: the file.
        options: format, encoding and fields.
        limits: caps that hold while reading.
        on_skip: called with place and reason of every row that cannot be used.
        on_fraction: called after every document with the share of the file that has been read, 0 to 1.
        on_note: called at the end, also of a reading that is broken off, with sentences that a user should know.
        look_ahead: how many rows are looked through for ids before the first row without one is named; all by default.

    Raises:
        UnreadableFile, WrongEncoding, OverLimit, MissingField, RepeatedField: the file as a whole cannot be read, or
            not further.
        NoDocuments: at its end, no row could be used.
    """
    if options.format not in _READERS:
        raise UnreadableFile(f"There is no format {options.format[:40]!r}.", f"Choose one of {', '.join(FORMATS)}.")
    with open_source(path, limits) as source:
        if options.format not in BINARY_FORMATS and not options.encoding.lower().startswith(_WIDE_ENCODINGS):
            refuse_binary(source.stream.peek(1))

        def tick() -> None:
            if on_fraction is not None:
                on_fraction(source.fraction())

        identifiers = RowIdentifiers(lambda: _given_identifiers(path, options, limits, look_ahead, tick))
        builder = DocumentBuilder(options, limits, on_skip, identifiers)
        try:
            for document in _READERS[options.format](source, options, limits, builder):
                yield document
                tick()
        finally:
            if on_note is not None:
                for note in _notes(builder):
                    on_note(note)
        if builder.built == 0:
            raise _nothing_read(builder)


def _given_identifiers(
    path: Path, options: ReaderOptions, limits: ReaderLimits, rows: int | None, tick: Callable[[], None]
) -> GivenIdentifiers:
    """The ids that a file gives to its rows, as far as the file can be read."""
    given = GivenIdentifiers()
    if not options.id_field:
        return given
    only_ids = replace(options, text_field=options.id_field, title_field=None, metadata_fields=())
    collector = _Collector(only_ids, limits, given, rows, tick)
    try:
        with open_source(path, limits) as source:
            for _ in _READERS[options.format](source, only_ids, limits, collector):
                pass
    except (_SeenEnough, EngineError):
        pass  # what cannot be read is told by the reader of documents, which comes no further than this one
    return given


class _SeenEnough(Exception):
    pass


class _Collector(DocumentBuilder):
    """In the place of documents, takes the ids of rows."""

    def __init__(
        self,
        options: ReaderOptions,
        limits: ReaderLimits,
        given: GivenIdentifiers,
        rows: int | None,
        tick: Callable[[], None],
    ) -> None:
        super().__init__(options, limits, lambda _place, _reason: None, RowIdentifiers(lambda: given))
        self._given = given
        self._rows_left = rows
        self._tick = tick
        self._until_tick = _ROWS_A_TICK

    def from_row(self, place: str, number: int, row: Mapping[str, object]) -> SourceDocument | None:
        identifier = identifier_text(field_value(row, self._options.text_field))
        if identifier is not None:
            self._given.add(identifier)
        self._until_tick -= 1
        if self._until_tick == 0:
            self._tick()
            self._until_tick = _ROWS_A_TICK
        if self._rows_left is not None:
            self._rows_left -= 1
            if self._rows_left <= 0:
                raise _SeenEnough
        return None


def _notes(builder: DocumentBuilder) -> Iterator[str]:
    if builder.companions:
        files = "1 file is" if builder.companions == 1 else f"{builder.companions:,} files are"
        yield f"{files} not documents, but what an operating system adds to a folder (__MACOSX, .DS_Store, Thumbs.db)."
    if builder.marked_up:
        texts = "1 text looks" if builder.marked_up == 1 else f"{builder.marked_up:,} texts look"
        yield (
            f"{texts} like HTML, of {builder.built:,}: names of tags and attributes count as words. Remove the markup "
            "first, or read pages as .html files, each a document."
        )


def _nothing_read(builder: DocumentBuilder) -> NoDocuments:
    total = builder.skipped.total()
    reasons = "; ".join(f"{reason}: {count:,}" for reason, count in builder.skipped.most_common())
    rows = "1 row was" if total == 1 else f"{total:,} rows were"
    return NoDocuments(
        f"No document could be read: {rows} skipped" + (f" ({reasons})." if reasons else "."),
        "Check format, encoding and the text field in the preview.",
        skipped=dict(builder.skipped),
    )
