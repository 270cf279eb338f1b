"""One file to a stream of documents."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from worker.engine.corpus.readers.archive import read_zip
from worker.engine.corpus.readers.delimited import read_delimited
from worker.engine.corpus.readers.detection import refuse_binary
from worker.engine.corpus.readers.errors import NoDocuments, UnreadableFile
from worker.engine.corpus.readers.inflation import Source, open_source
from worker.engine.corpus.readers.lines import read_json_lines, read_txt
from worker.engine.corpus.readers.options import FORMATS, ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.parquet import read_parquet
from worker.engine.corpus.readers.rows import DocumentBuilder, OnSkip

_Reader = Callable[[Source, ReaderOptions, ReaderLimits, DocumentBuilder], Iterator[SourceDocument]]

_READERS: dict[str, _Reader] = {
    "txt": read_txt,
    "csv": read_delimited,
    "tsv": read_delimited,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
    "zip": read_zip,
}
_WIDE_ENCODINGS = ("utf-16", "utf-32", "utf_16", "utf_32", "utf16", "utf32")


def read_documents(
    path: Path,
    options: ReaderOptions,
    limits: ReaderLimits,
    on_skip: OnSkip,
    on_fraction: Callable[[float], None] | None = None,
) -> Generator[SourceDocument, None, None]:
    """The documents of a file in its order, one at a time; ids are unique.

    Args:
        path: the file.
        options: format, encoding and fields.
        limits: caps that hold while reading.
        on_skip: called with place and reason of every row that cannot be used.
        on_fraction: called after every document with the share of the file that has been read, 0 to 1.

    Raises:
        UnreadableFile, WrongEncoding, OverLimit, MissingField: the file as a whole cannot be read, or not further.
        NoDocuments: at its end, no row could be used.
    """
    if options.format not in _READERS:
        raise UnreadableFile(f"There is no format {options.format[:40]!r}.", f"Choose one of {', '.join(FORMATS)}.")
    with open_source(path, limits) as source:
        if options.format not in ("parquet", "zip") and not options.encoding.lower().startswith(_WIDE_ENCODINGS):
            refuse_binary(source.stream.peek(1))
        builder = DocumentBuilder(options, limits, on_skip)
        for document in _READERS[options.format](source, options, limits, builder):
            yield document
            if on_fraction is not None:
                on_fraction(source.fraction())
        if builder.built == 0:
            raise _nothing_read(builder)


def _nothing_read(builder: DocumentBuilder) -> NoDocuments:
    total = builder.skipped.total()
    reasons = "; ".join(f"{reason}: {count:,}" for reason, count in builder.skipped.most_common())
    rows = "1 row was" if total == 1 else f"{total:,} rows were"
    return NoDocuments(
        f"No document could be read: {rows} skipped" + (f" ({reasons})." if reasons else "."),
        "Check format, encoding and the text field in the preview.",
        skipped=dict(builder.skipped),
    )
