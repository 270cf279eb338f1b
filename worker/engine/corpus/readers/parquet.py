"""Parquet: batches of rows in bounded memory, whatever its dictionaries inflate to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from worker.engine.corpus.readers.delimited import require_fields
from worker.engine.corpus.readers.errors import UnreadableFile
from worker.engine.corpus.readers.inflation import Source
from worker.engine.corpus.readers.options import MEBIBYTE, ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.rows import DocumentBuilder

_BATCH_ROWS = 256


def read_parquet(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """One document a row; the running number is the row's number."""
    wanted = {options.text_field, options.id_field, options.title_field, *options.metadata_fields}
    with source.seekable() as stream, _told_in_words():
        table = open_parquet(stream, source)
        columns = list(table.schema_arrow.names)
        require_fields(columns, options)
        chosen = [name for name in columns if name in wanted]
        number = 0
        spend = source.budget.layer()
        for batch in table.iter_batches(_BATCH_ROWS, columns=chosen):
            for index in range(batch.num_rows):
                number += 1
                source.count_row()
                row = {name: _value(batch.column(name)[index]) for name in chosen}
                source.report(number / table.metadata.num_rows)
                spend(sum(len(value) for value in row.values() if isinstance(value, str)))
                document = builder.from_row(f"row {number}", number, row)
                if document is not None:
                    yield document
        if number != table.metadata.num_rows:
            raise UnreadableFile(
                f"The Parquet file says that it has {table.metadata.num_rows:,} rows, but holds {number:,}.",
                "Make it again, or fetch it again.",
            )


def open_parquet(stream: IO[bytes], source: Source) -> pq.ParquetFile:
    """The file, with strings left in their dictionaries until they are used, read through a small buffer."""
    metadata = pq.read_metadata(stream)
    spend = source.budget.layer()
    for group in range(metadata.num_row_groups):
        spend(metadata.row_group(group).total_byte_size)
    strings = [
        metadata.schema.column(index).path
        for index in range(len(metadata.schema))
        if metadata.schema.column(index).physical_type == "BYTE_ARRAY"
    ]
    stream.seek(0)
    return pq.ParquetFile(stream, read_dictionary=strings, pre_buffer=False, buffer_size=MEBIBYTE)


def first_parquet_rows(source: Source, count: int) -> tuple[list[str], list[dict[str, object]]]:
    """The names of all columns, and the first rows of those that hold strings."""
    with source.seekable() as stream, _told_in_words():
        table = open_parquet(stream, source)
        strings = [field.name for field in table.schema_arrow if pa.types.is_dictionary(field.type)]
        names = list(table.schema_arrow.names)
        for batch in table.iter_batches(count, columns=strings):
            values = ({name: _value(batch.column(name)[index]) for name in strings} for index in range(batch.num_rows))
            return names, list(values)
        return names, []


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(
            f"The Parquet file is damaged, or is not one: {str(error)[:200]}.", "Make it again, or fetch it again."
        ) from error


def _value(cell: Any) -> object:
    value = cell.as_py()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value
