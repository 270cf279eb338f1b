"""Parquet: batches of rows in bounded memory, whatever its dictionaries inflate to.

Fields of a struct are addressed as ``a.b``. Values are read as parquet_values.py says.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from skipgram_audit.corpus.readers.errors import UnreadableFile
from skipgram_audit.corpus.readers.field_names import require_fields, unique_names
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import MEBIBYTE, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.parquet_values import Reader, holds_text, reader_of
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.model.reader_options import ReaderOptions

_BATCH_ROWS = 256
_DAMAGED = "Make it again, or fetch it again."


class ParquetTable:
    """An opened Parquet file and its columns, those within structs too.

    Attributes:
        names: of all columns, each unique.
        text_names: of those that hold text.
        row_count: as the file states it.
    """

    def __init__(self, stream: IO[bytes], source: Source) -> None:
        with _raising_unreadable():
            self._file = _open_parquet(stream, source)
            self._fields = list(self._file.schema_arrow)
            self.row_count: int = self._file.metadata.num_rows
            self._paths: dict[str, tuple[int, tuple[int, ...]]] = {}
            self._types: dict[str, Any] = {}
            outer = unique_names([field.name for field in self._fields])
            for position, name in enumerate(outer):  # a column called a.b has priority over the field b of a
                self._paths[name], self._types[name] = (position, ()), self._fields[position].type
            for name in outer:
                self._add_fields(name)
        self.names = list(self._paths)
        self.text_names = [name for name in self.names if holds_text(self._types[name])]

    def _add_fields(self, name: str) -> None:
        """Adds what a struct holds, and what its structs hold."""
        kind, (position, path) = self._types[name], self._paths[name]
        if not pa.types.is_struct(kind):
            return
        fields = [kind.field(index) for index in range(kind.num_fields)]
        for index, inner in enumerate(unique_names([field.name for field in fields])):
            within = f"{name}.{inner}"
            if within not in self._paths:
                self._paths[within], self._types[within] = (position, (*path, index)), fields[index].type
                self._add_fields(within)

    def rows(self, chosen: Sequence[str], options: ReaderOptions) -> Iterator[dict[str, object]]:
        """The values of the chosen columns, row by row.

        Raises:
            UnreadableFile: names the column and the row group that is damaged.
        """
        number = 0
        readers = {name: reader_of(self._types[name], name, options) for name in chosen}
        for group in range(self._file.metadata.num_row_groups):
            for batch in self._batches(group, chosen):
                arrays = {name: self._array(batch, name) for name in chosen}
                for index in range(batch.num_rows):
                    number += 1
                    yield {
                        name: _value(readers[name], array, index, name, group + 1, number)
                        for name, array in arrays.items()
                    }
        if number != self.row_count:
            raise UnreadableFile(
                f"The Parquet file is damaged: it states {self.row_count:,} rows, but has {number:,}.", _DAMAGED
            )

    def _batches(self, group: int, chosen: Sequence[str]) -> Iterator[Any]:
        wanted = list(dict.fromkeys(self._fields[self._paths[name][0]].name for name in chosen))
        batches = self._file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=wanted)
        while True:
            with _raising_unreadable(f"row group {group + 1:,}, columns {', '.join(map(repr, chosen))}"):
                batch = next(batches, None)
                if batch is not None:
                    batch.validate()
            if batch is None:
                return
            yield batch

    def _array(self, batch: Any, name: str) -> Any:
        """A column of a batch, which has all columns of the wanted names, in the file's order."""
        position, path = self._paths[name]
        own = self._fields[position].name
        earlier = sum(field.name == own for field in self._fields[:position])
        places = [place for place, found in enumerate(batch.schema.names) if found == own]
        array = batch.column(places[earlier])
        return pc.struct_field(array, list(path)) if path else array


def read_parquet(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """One document a row; the running number is the row's number."""
    wanted = {options.text_field, options.id_field, options.title_field, *options.metadata_fields}
    with source.seekable() as stream:
        table = ParquetTable(stream, source)
        require_fields(table.names, options)
        spend = source.budget.layer()
        rows = table.rows([name for name in table.names if name in wanted], options)
        for number, row in enumerate(rows, start=1):
            source.count_row()
            source.report(number / table.row_count)
            spend(sum(len(value) for value in row.values() if isinstance(value, str)))
            document = builder.from_row(f"row {number}", number, row)
            if document is not None:
                yield document


def first_parquet_rows(source: Source, count: int) -> tuple[list[str], list[dict[str, object]]]:
    """The names of all columns, and the first rows of those that hold text."""
    with source.seekable() as stream:
        table = ParquetTable(stream, source)
        found: list[dict[str, object]] = []
        try:
            for row in table.rows(table.text_names, ReaderOptions(format="parquet", id_field=None)):
                found.append(row)
                if len(found) == count:
                    break
        except UnreadableFile:
            pass  # the names can be chosen from all the same; the reader says what is damaged
        return table.names, found


def _open_parquet(stream: IO[bytes], source: Source) -> pq.ParquetFile:
    """The file, with strings left in their dictionaries until they are used, read through a small buffer."""
    metadata = pq.read_metadata(stream)
    spend = source.budget.layer()
    for group in range(metadata.num_row_groups):
        spend(max(0, metadata.row_group(group).total_byte_size))
    strings = [
        metadata.schema.column(index).path
        for index in range(len(metadata.schema))
        if metadata.schema.column(index).physical_type == "BYTE_ARRAY"
    ]
    stream.seek(0)
    return pq.ParquetFile(stream, read_dictionary=strings, pre_buffer=False, buffer_size=MEBIBYTE)


@contextmanager
def _raising_unreadable(place: str = "") -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, LookupError, ArithmeticError, MemoryError) as error:
        where = f" in {place}" if place else ""
        raise UnreadableFile(
            f"The Parquet file is damaged{where}, or is not one: {str(error)[:200]}.", _DAMAGED
        ) from error


def _value(reader: Reader, array: Any, index: int, name: str, group: int, number: int) -> object:
    try:
        return reader(array[index])
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"Column {name!r} is not text in UTF-8 in row group {group:,}, row {number:,}: {error.reason}.",
            f"{_DAMAGED} Text of another encoding must be written as UTF-8 first.",
            column=name,
            row_group=group,
            row=number,
        ) from error
    except (pa.ArrowException, ValueError, ArithmeticError, LookupError) as error:
        raise UnreadableFile(
            f"Column {name!r} cannot be read in row group {group:,}, row {number:,}: {str(error)[:200]}.", _DAMAGED
        ) from error
