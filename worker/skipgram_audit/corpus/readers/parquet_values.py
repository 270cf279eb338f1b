"""Values of Parquet columns as text.

* Text is what is stored as a string, or as binary that is valid UTF-8 throughout; anything else in it is an error.
* Ids: strings unchanged; binary, of fixed size and UUIDs too, as hexadecimal digits; integers and decimals with all
  their digits; floats in the shortest form that gives them back (``1.0``); dates and times as ``2020-01-31
  23:59:00.000000``, all the places that the column has, those with a time zone in UTC with a ``Z`` after them.
* Titles and metadata: as ids, but binary of any size that is valid UTF-8 as text, and lists and structs as JSON.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from skipgram_audit.model.reader_options import ReaderOptions

Reader = Callable[[Any], object]
"""Makes a value of an Arrow scalar; raises UnicodeDecodeError for damaged text."""

_NOT_TEXT = 0
"""Stands for a value that is no text, whatever it is."""


def reader_of(kind: Any, name: str, options: ReaderOptions) -> Reader:
    """How a column of an Arrow type is read, by what it is chosen for."""
    plain = _plain(kind)
    if name == options.text_field and name != options.id_field:
        return _text if holds_text(kind) else _no_text
    if _is_binary(plain):
        return _digits if name == options.id_field or pa.types.is_fixed_size_binary(plain) else _maybe_text
    if pa.types.is_temporal(plain):
        return _moment
    return _unchanged


def holds_text(kind: Any) -> bool:
    """Whether a column of an Arrow type can be a document's text."""
    plain = _plain(kind)
    if pa.types.is_fixed_size_binary(plain):
        return False
    return _is_string(plain) or _is_binary(plain)


def _plain(kind: Any) -> Any:
    """The type of the values, whether or not they are kept in a dictionary or extend another type."""
    while True:
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        elif isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        else:
            return kind


def _is_string(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_binary(kind: Any) -> bool:
    tests = (
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_fixed_size_binary,
    )
    return any(test(kind) for test in tests)


def _stored(cell: Any) -> Any:
    """The value as Python has it; of an extension (UUID) what is stored."""
    return cell.value.as_py() if isinstance(cell, pa.ExtensionScalar) and cell.is_valid else cell.as_py()


def _text(cell: Any) -> object:
    value = _stored(cell)
    return value.decode() if isinstance(value, bytes) else value


def _no_text(cell: Any) -> object:
    return _NOT_TEXT if cell.is_valid else None


def _digits(cell: Any) -> object:
    value = _stored(cell)
    return value.hex() if isinstance(value, bytes) else value


def _maybe_text(cell: Any) -> object:
    value = _stored(cell)
    try:
        text = value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return value.hex()
    return value.hex() if text is not None and "\0" in text else text


def _moment(cell: Any) -> object:
    """Arrow's text of a date, time or timestamp: Python's own types hold no nanoseconds."""
    if isinstance(cell, pa.DictionaryScalar):
        cell = cell.value
    if not cell.is_valid:
        return None
    if pa.types.is_timestamp(cell.type) and cell.type.tz is not None:
        return f"{cell.cast(pa.timestamp(cell.type.unit)).cast(pa.string()).as_py()}Z"
    return cell.cast(pa.string()).as_py()


def _unchanged(cell: Any) -> object:
    value = _stored(cell)
    return format(value, "f") if isinstance(value, Decimal) else value
