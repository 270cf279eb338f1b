"""What a file's first rows suggest: its format, columns, and which field is which."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from worker.engine.corpus.readers.decoding import LineReader, codec_of
from worker.engine.corpus.readers.delimited import DelimitedTable
from worker.engine.corpus.readers.detection import HEAD_BYTES, count_columns, detect_format, read_head, utf16_of
from worker.engine.corpus.readers.inflation import open_source
from worker.engine.corpus.readers.lines import JSON_OVERHEAD, parse_json_line
from worker.engine.corpus.readers.options import DEFAULT_DELIMITERS, ReaderLimits, ReaderOptions
from worker.engine.corpus.readers.parquet import first_parquet_rows
from worker.engine.errors import EngineError

ROWS_LOOKED_AT = 200
_LINES_LOOKED_AT = 50
_DELIMITERS = (",", ";", "\t", "|")
_TEXT_NAMES = ("text", "content", "body", "article", "document", "review", "sentence")
_ID_NAMES = ("id", "_id", "doc_id", "document_id", "docid", "uid", "key")
_TITLE_NAMES = ("title", "headline", "name", "heading")


def suggest_options(path: Path, filename: str, limits: ReaderLimits) -> ReaderOptions:
    """Options that fit the beginning of a file. The encoding is UTF-8, or UTF-16 where it is certain: no guess.

    Raises:
        UnreadableFile, OverLimit: the file cannot be read at all.
    """
    file_format = detect_format(path, filename, limits)
    head = b"" if file_format in ("parquet", "zip") else read_head(path, limits)
    options = ReaderOptions(format=file_format, encoding=utf16_of(head) or "utf-8")
    if file_format in DEFAULT_DELIMITERS:
        options = _with_columns(options, head)
    try:
        fields, rows = first_rows(path, options, limits)
    except EngineError:  # told by the preview
        return options
    return _with_fields(options, fields, rows) if fields else options


def first_rows(path: Path, options: ReaderOptions, limits: ReaderLimits) -> tuple[list[str], list[dict[str, object]]]:
    """The names of the fields, and the first rows; nothing for formats without fields."""
    with open_source(path, limits) as source:
        if options.format == "parquet":
            return first_parquet_rows(source, ROWS_LOOKED_AT)
        if options.format == "jsonl":
            reader = LineReader(source, options.encoding, limits.maximum_document_bytes * JSON_OVERHEAD)
            rows = [row for line in islice(reader, ROWS_LOOKED_AT) if (row := parse_json_line(line)[0]) is not None]
            return list(dict.fromkeys(name for row in rows for name in row)), rows
        if options.format in DEFAULT_DELIMITERS:
            table = DelimitedTable(source, options, limits)
            return table.header, list(_table_rows(table))
        return [], []


def _table_rows(table: DelimitedTable) -> Iterator[dict[str, object]]:
    for _, cells in islice(table, ROWS_LOOKED_AT):
        if not isinstance(cells, str):
            yield dict(zip(table.header, cells, strict=True))


def _with_columns(options: ReaderOptions, head: bytes) -> ReaderOptions:
    """The delimiter and quoting under which all the first lines have the same number of columns."""
    lines = head.decode(codec_of(options.encoding), errors="replace").splitlines()
    if len(head) == HEAD_BYTES:
        lines = lines[:-1]
    own = DEFAULT_DELIMITERS[options.format]
    for delimiter in sorted(_DELIMITERS, key=lambda other: other != own):
        for quoted in (True, False):
            if count_columns(lines[:_LINES_LOOKED_AT], delimiter, quoted) > 1:
                return ReaderOptions(
                    options.format, options.encoding, delimiter="" if delimiter == own else delimiter, quoted=quoted
                )
    return options


def _with_fields(options: ReaderOptions, fields: list[str], rows: list[dict[str, object]]) -> ReaderOptions:
    text = _first_of(_TEXT_NAMES, fields) or _longest(fields, rows)
    return ReaderOptions(
        options.format,
        options.encoding,
        text_field=text,
        id_field=_first_of(_ID_NAMES, fields),
        title_field=_first_of(_TITLE_NAMES, [name for name in fields if name != text]),
        delimiter=options.delimiter,
        quoted=options.quoted,
    )


def _first_of(names: tuple[str, ...], fields: list[str]) -> str | None:
    by_lower = {field.lower(): field for field in reversed(fields)}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _longest(fields: list[str], rows: list[dict[str, object]]) -> str:
    """The field with the longest strings."""
    lengths = {name: sum(len(value) for row in rows if isinstance(value := row.get(name), str)) for name in fields}
    return max(fields, key=lambda name: lengths[name])
