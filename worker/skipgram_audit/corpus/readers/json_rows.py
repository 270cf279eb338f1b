"""JSON Lines, and one array of JSON objects: parsed by the json module, an object at a time."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import LineReader, codec_of
from skipgram_audit.corpus.readers.errors import OverLimit, UnreadableFile
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.model.reader_options import ReaderOptions

_JSON_OVERHEAD = 4
"""A row may have this many times the characters of its document: escapes and other fields."""

_LEAST_READ = 64 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")


class WrittenNumber(float):
    """A number that knows how it was written: as an id, 1.10 and 1.1 are two."""

    def __new__(cls, written: str) -> Self:
        number = super().__new__(cls, written)
        number._written = written
        return number

    _written: str

    def __str__(self) -> str:
        return self._written


class _RepeatedFields(dict[str, object]):
    """An object in which a field occurs twice: the last value wins, the others are not in it."""

    repeated: frozenset[str]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    names = [name for name, _ in pairs]
    repeating = _RepeatedFields(row)
    repeating.repeated = frozenset(name for name in row if names.count(name) > 1)
    return repeating


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=WrittenNumber, parse_constant=lambda _name: None)
"""NaN and the infinities, which JSON does not have, are missing values."""


@dataclass(frozen=True)
class JsonRow:
    """A row of the file: where it is, its running number, and its object or the reason why there is none."""

    place: str
    number: int
    row: dict[str, object] | str


def read_json(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """One JSON object a line, or an array of objects.

    Raises:
        UnreadableFile: the array is damaged, or something follows it.
        OverLimit: an item of the array is larger than any document may be.
    """
    used = {options.text_field, options.id_field, options.title_field, *options.metadata_fields}
    for found in json_rows(source, options, limits):
        source.count_row()
        row = found.row
        if isinstance(row, _RepeatedFields) and row.repeated & used:
            row = rows.REPEATED_FIELD
        if isinstance(row, str):
            builder.skip(found.place, row)
        elif (document := builder.from_row(found.place, found.number, row)) is not None:
            yield document


def first_json_rows(
    source: Source, options: ReaderOptions, limits: ReaderLimits, count: int
) -> list[dict[str, object]]:
    """The objects among the first rows."""
    found = islice(json_rows(source, options, limits), count)
    return [one.row for one in found if not isinstance(one.row, str)]


def json_rows(source: Source, options: ReaderOptions, limits: ReaderLimits) -> Iterator[JsonRow]:
    """All rows of the file, usable or not."""
    maximum = limits.maximum_document_bytes * _JSON_OVERHEAD
    beginning = source.stream.peek(1).decode(codec_of(options.encoding), errors="ignore")
    reader = LineReader(source, options.encoding, maximum)
    if beginning.lstrip().startswith("["):
        for number, value in enumerate(_array_items(reader.chunks(_LEAST_READ), maximum), start=1):
            yield JsonRow(f"item {number}", number, value if isinstance(value, dict) else rows.NOT_AN_OBJECT)
        return
    for line in reader:
        yield JsonRow(f"line {reader.number}", reader.number, _parsed(line))


def is_json_object(line: str) -> bool:
    """Whether a line is an object."""
    return not isinstance(_parsed(line), str)


def _parsed(line: str | None) -> dict[str, object] | str:
    if line is None:
        return rows.LINE_TOO_LONG
    if not line.strip():
        return rows.EMPTY_LINE
    try:
        row = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return rows.BAD_JSON
    return row if isinstance(row, dict) else rows.NOT_AN_OBJECT


def _array_items(chunks: Iterable[str], maximum: int) -> Iterator[Any]:
    """The items of an array that comes in pieces, each parsed as soon as it is whole."""
    text = _Ahead(chunks)
    text.expect("[", 1)
    number, separator = 0, text.character()
    while separator != "]":
        number += 1
        yield text.value(number, maximum)
        separator = text.character()
        if separator != "]":
            text.expect(",", number)
    text.expect("]", number)
    if text.character():
        raise UnreadableFile(
            f"Line {text.line():,} has more after the end of the JSON array.",
            "A file holds one array of objects, or one object a line.",
        )


class _Ahead:
    """Text of which as much is held as the next value needs."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = iter(chunks)
        self._text = ""
        self._lines_before = 0
        self._ended = False
        self.position = 0

    def character(self) -> str:
        """The next character that is no white space; nothing at the end."""
        while True:
            found = _SPACE.match(self._text, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self._text) or not self._read_more():
                return self._text[self.position : self.position + 1]

    def expect(self, wanted: str, number: int) -> None:
        if self.character() != wanted:
            raise self._damaged(number, f"{wanted} is missing")
        self.position += 1

    def value(self, number: int, maximum: int) -> Any:
        """The next value; number is its own, for messages."""
        self.character()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self.position)
            except (ValueError, RecursionError) as error:
                problem = str(error.args[0]) if error.args else "not valid JSON"
            else:
                if end < len(self._text) or not self._read_more():  # a number could continue
                    self.position = end
                    return value
                continue
            if len(self._text) - self.position > maximum:
                raise OverLimit(
                    f"Item {number:,} of the JSON array is longer than a document may be, or damaged: {problem}.",
                    "Correct it, or write the file as JSON Lines: one object a line.",
                )
            if not self._read_more():
                raise self._damaged(number, problem)

    def line(self) -> int:
        """The number of the line at the position."""
        return self._lines_before + self._text.count("\n", 0, self.position) + 1

    def _read_more(self) -> bool:
        """As much again as is not used yet, so that no text is parsed more than a few times."""
        if self._ended:
            return False
        self._lines_before += self._text.count("\n", 0, self.position)
        parts, self.position = [self._text[self.position :]], 0
        wanted = 2 * len(parts[0]) + 1
        length = len(parts[0])
        while length < wanted:
            chunk = next(self._chunks, "")
            if not chunk:
                self._ended = True
                break
            parts.append(chunk)
            length += len(chunk)
        self._text = "".join(parts)
        return len(parts) > 1

    def _damaged(self, number: int, problem: str) -> UnreadableFile:
        return UnreadableFile(
            f"The JSON array is damaged or cut off in item {number:,}, line {self.line():,}: {problem}.",
            "Correct it there, or write the file as JSON Lines: one object a line.",
        )
