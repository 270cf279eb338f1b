"""What a file's first rows suggest: its format, columns, and which field is which."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from skipgram_audit.corpus.readers.archive import (
    FILE,
    FOLDER,
    documents_of,
    open_archive,
    place_fields,
    tables_of,
)
from skipgram_audit.corpus.readers.columns import NOTHING_CHOSEN, ChosenDialect, with_columns
from skipgram_audit.corpus.readers.delimited import DelimitedTable
from skipgram_audit.corpus.readers.detection import detect_format, encoding_of, read_head
from skipgram_audit.corpus.readers.entries import ENTRY_ERRORS, name_of
from skipgram_audit.corpus.readers.errors import WrongEncoding
from skipgram_audit.corpus.readers.field_names import repeated_names
from skipgram_audit.corpus.readers.inflation import Source, open_source
from skipgram_audit.corpus.readers.json_rows import first_json_rows
from skipgram_audit.corpus.readers.options import BINARY_FORMATS, DEFAULT_DELIMITERS, ReaderLimits
from skipgram_audit.corpus.readers.parquet import first_parquet_rows
from skipgram_audit.corpus.readers.rows import field_value
from skipgram_audit.corpus.readers.table_entries import table_options
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.reader_options import MAXIMUM_METADATA_FIELDS, ReaderOptions

ROWS_LOOKED_AT = 200
_TABLES_LOOKED_AT = 3
"""Of an archive, each unpacked for it."""

LONGEST_METADATA = 200
"""Characters of a value on average, up to which a field is kept as metadata by itself."""

_ANY_BYTES = "latin-1"
"""Allows all bytes: names of fields and lengths of texts can be seen in it before the encoding is known."""

_TEXT_NAMES = ("text", "content", "body", "article", "document", "review", "sentence")
_ID_NAMES = ("id", "_id", "doc_id", "document_id", "docid", "uid", "key")
_TITLE_NAMES = ("title", "headline", "name", "heading")


@dataclass(frozen=True)
class ChosenOptions:
    """What a person has chosen already; None or empty where the file is to say it."""

    format: str = ""
    encoding: str = ""
    dialect: ChosenDialect = NOTHING_CHOSEN


def suggest_options(
    path: Path, filename: str, limits: ReaderLimits, chosen: ChosenOptions | None = None
) -> ReaderOptions:
    """Options that fit the beginning of a file. The encoding is UTF-8, or another where it is certain: no guess.

    Args:
        path, filename: the file, and its name as the user knows it.
        limits: caps on what is inflated to look inside.
        chosen: what a person has chosen already.

    Raises:
        UnreadableFile, OverLimit: the file cannot be read at all.
        WrongEncoding: there is no encoding of the given name.
    """
    chosen = chosen or ChosenOptions()
    file_format = chosen.format or detect_format(path, filename, limits)
    head = b"" if file_format in BINARY_FORMATS else read_head(path, limits)
    options = ReaderOptions.unchecked({"format": file_format, "encoding": chosen.encoding or encoding_of(head)})
    if file_format in DEFAULT_DELIMITERS:
        options = with_columns(options, head, chosen.dialect)
    fields, rows = first_rows(path, options, limits)
    return _with_fields(options, fields, rows) if fields else options


def options_with(path: Path, chosen: ChosenOptions, fields: Mapping[str, Any]) -> ReaderOptions:
    """Options as they were chosen, with these fields, and for the rest as suggest_options has them. Of the metadata
    fields that it suggests, those are kept that have no other use."""
    options = suggest_options(path, path.name, ReaderLimits(), chosen).model_copy(update=dict(fields))
    metadata = fields.get("metadata_fields", [one for one in options.metadata_fields if one not in _used(options)])
    return options.model_copy(update={"metadata_fields": tuple(metadata)})


def with_new_fields(
    options: ReaderOptions, fields: list[str], rows: list[dict[str, object]], offered: Collection[str]
) -> ReaderOptions:
    """Options after another look at a file: chosen metadata fields that it has, and of those that could not be chosen
    before, the ones that it suggests.

    Args:
        options: as chosen.
        fields, rows: the file's, as these options read it.
        offered: the fields that could be chosen as metadata.
    """
    kept = [name for name in options.metadata_fields if name in fields and name not in _used(options)]
    new = [name for name in suggested_metadata(options, fields, rows) if name not in offered]
    chosen = {*kept, *new}
    return options.model_copy(update={"metadata_fields": tuple(name for name in fields if name in chosen)})


def suggested_metadata(options: ReaderOptions, fields: list[str], rows: list[dict[str, object]]) -> tuple[str, ...]:
    """The fields beside text, id and title that are kept unless somebody chooses otherwise: those of short values."""
    repeats = [f"{name} (" for name in repeated_names(fields)]
    found = [
        name
        for name in fields
        if name not in _used(options) and not any(map(name.startswith, repeats)) and _is_short(name, rows)
    ]
    return tuple(found[:MAXIMUM_METADATA_FIELDS])


def _used(options: ReaderOptions) -> tuple[str | None, ...]:
    return options.text_field, options.id_field, options.title_field


def _is_short(name: str, rows: list[dict[str, object]]) -> bool:
    """Whether a field's values are words or numbers, and neither texts, bytes nor objects, whose parts have names."""
    values = [value for row in rows if (value := field_value(row, name)) is not None]
    if any(isinstance(value, Mapping | bytes) for value in values):
        return False
    return sum(len(str(value)) for value in values) <= LONGEST_METADATA * max(1, len(values))


def first_rows(path: Path, options: ReaderOptions, limits: ReaderLimits) -> tuple[list[str], list[dict[str, object]]]:
    """The names of the fields, and the first rows; nothing for formats without fields and for unreadable files.

    Bytes that the encoding does not allow are no hindrance: fields must be there to choose from before it is found.
    """
    for encoding in (options.encoding, _ANY_BYTES):
        try:
            return _first_rows(path, options.model_copy(update={"encoding": encoding}), limits)
        except WrongEncoding:
            continue
        except EngineError:  # the preview's problem says why
            break
    return [], []


def _first_rows(path: Path, options: ReaderOptions, limits: ReaderLimits) -> tuple[list[str], list[dict[str, object]]]:
    with open_source(path, limits) as source:
        if options.format == "parquet":
            return first_parquet_rows(source, ROWS_LOOKED_AT)
        if options.format == "jsonl":
            rows = first_json_rows(source, options, limits, ROWS_LOOKED_AT)
            return list(dict.fromkeys(name for row in rows for name in _names(row))), rows
        if options.format in DEFAULT_DELIMITERS:
            table = DelimitedTable(source, options, limits)
            return table.header, list(_table_rows(table))
        return _archive_rows(source, limits, options) if options.format == "zip" else ([], [])


def _archive_rows(
    source: Source, limits: ReaderLimits, options: ReaderOptions
) -> tuple[list[str], list[dict[str, object]]]:
    """The fields of the first tables in an archive, and those that follow from where a document is in it."""
    fields: list[str] = []
    rows: list[dict[str, object]] = []
    with open_archive(source, limits) as archive:
        names = [name for entry in documents_of(archive) if (name := name_of(entry))]
        for table in islice(tables_of(archive, source), _TABLES_LOOKED_AT):
            with suppress(EngineError, *ENTRY_ERRORS), table.unpacked(source, limits) as path:
                own = table_options(path, table.file_format, options, limits)
                found, first = _first_rows(path, own, limits)
                fields += [name for name in found if name not in fields]
                rows += first
    placed = place_fields(names)
    return [*fields, *(name for name in placed if name not in fields)], rows


def _names(row: Mapping[str, object], before: str = "") -> Iterator[str]:
    """The fields of a row; those within an object follow it, as ``a.b``."""
    for name, value in row.items():
        yield f"{before}{name}"
        if isinstance(value, Mapping):
            yield from _names(value, f"{before}{name}.")


def _table_rows(table: DelimitedTable) -> Iterator[dict[str, object]]:
    for record in islice(table, ROWS_LOOKED_AT):
        if not isinstance(record.cells, str):
            yield dict(zip(table.header, record.cells, strict=True))


def _with_fields(options: ReaderOptions, fields: list[str], rows: list[dict[str, object]]) -> ReaderOptions:
    columns = [name for name in fields if name not in (FILE, FOLDER)] if options.format == "zip" else fields
    if not columns:
        return options.model_copy(update={"metadata_fields": tuple(fields)})
    text = _first_of(_TEXT_NAMES, columns) or _longest(columns, rows)
    suggested = options.model_copy(
        update={
            "text_field": text,
            "id_field": _first_of(_ID_NAMES, fields),
            "title_field": _first_of(_TITLE_NAMES, [name for name in fields if name != text]),
        }
    )
    return suggested.model_copy(update={"metadata_fields": suggested_metadata(suggested, fields, rows)})


def _first_of(names: tuple[str, ...], fields: list[str]) -> str | None:
    """The first of the usual names that a field has. Where several have it, it stays: the preview asks for one."""
    by_lower = {field.lower(): field for field in reversed(fields)}
    for name in repeated_names(fields):
        by_lower.setdefault(name.lower(), name)
    return next((by_lower[name] for name in names if name in by_lower), None)


def _longest(fields: list[str], rows: list[dict[str, object]]) -> str:
    """The field with the longest strings."""
    lengths = {
        name: sum(len(value) for row in rows if isinstance(value := field_value(row, name), str)) for name in fields
    }
    return max(fields, key=lambda name: lengths[name])
