"""Formats of lines: txt and JSON Lines."""

import json
from collections.abc import Iterator
from typing import Self

from worker.engine.corpus.readers import rows
from worker.engine.corpus.readers.decoding import LineReader, decode
from worker.engine.corpus.readers.errors import UnreadableFile
from worker.engine.corpus.readers.inflation import Source
from worker.engine.corpus.readers.options import ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.rows import DocumentBuilder

JSON_OVERHEAD = 4
"""A line of JSON Lines may have this many times the characters of its document: escapes and other fields."""


def read_txt(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """A document a line, with the line number as its id; or the whole file as one document."""
    if options.document_per == "file":
        document = _whole_file(source, options, limits, builder)
        if document is not None:
            yield document
        return
    reader = LineReader(source, options.encoding, limits.maximum_document_bytes)
    for line in reader:
        place = f"line {reader.number}"
        if line is None:
            builder.skip(place, rows.LINE_TOO_LONG)
        elif not line.strip():
            builder.skip(place, rows.EMPTY_LINE)
        elif (document := builder.build(place, str(reader.number), "", line)) is not None:
            yield document


def _whole_file(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> SourceDocument | None:
    data = source.stream.read(limits.maximum_document_bytes * 2 + 1)  # UTF-16 has up to twice the bytes of UTF-8
    if len(data) > limits.maximum_document_bytes * 2:
        builder.skip("the whole file", rows.TEXT_TOO_LONG)
        return None
    title = source.path.name.split(".")[0]
    return builder.build("the whole file", "1", title, decode(data, options.encoding))


def read_json_lines(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """One JSON object a line."""
    reader = LineReader(source, options.encoding, limits.maximum_document_bytes * JSON_OVERHEAD)
    for line in reader:
        place = f"line {reader.number}"
        row, reason = parse_json_line(line)
        if reader.number == 1 and line is not None and line.lstrip().startswith("["):
            raise UnreadableFile(
                "The file begins with a JSON array, not with an object.",
                "Write it as JSON Lines: one object a line, without brackets around them or commas between them.",
            )
        if row is None:
            builder.skip(place, reason)
        elif (document := builder.from_row(place, reader.number, row)) is not None:
            yield document


class WrittenNumber(float):
    """A number that knows how it was written: as an id, 1.10 and 1.1 are two."""

    def __new__(cls, written: str) -> Self:
        number = super().__new__(cls, written)
        number._written = written
        return number

    _written: str

    def __str__(self) -> str:
        return self._written


def parse_json_line(line: str | None) -> tuple[dict[str, object] | None, str]:
    """The object on a line, or the reason why there is none."""
    if line is None:
        return None, rows.LINE_TOO_LONG
    if not line.strip():
        return None, rows.EMPTY_LINE
    try:
        row = json.loads(line, parse_float=WrittenNumber)
    except (ValueError, RecursionError):
        return None, rows.BAD_JSON
    return (row, "") if isinstance(row, dict) else (None, rows.NOT_AN_OBJECT)
