"""CSV and TSV: a header, then one document a row."""

import csv
from collections.abc import Iterator

from skipgram_audit.corpus.readers.decoding import LineReader
from skipgram_audit.corpus.readers.dialect import Dialect
from skipgram_audit.corpus.readers.errors import LostRows, UnreadableFile
from skipgram_audit.corpus.readers.field_names import require_fields, unique_names
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import BACKSLASH, DEFAULT_DELIMITERS, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.records import Record, Records
from skipgram_audit.corpus.readers.remedies import Remedy
from skipgram_audit.corpus.readers.rows import QUOTE_TROUBLE, DocumentBuilder
from skipgram_audit.model.reader_options import ReaderOptions


def read_delimited(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """Rows as documents; the running number counts rows after the header.

    Raises:
        MissingField: the header does not have the text column or a metadata column.
        LostRows: lines of the file were not in any record.
    """
    table = DelimitedTable(source, options, limits)
    require_fields(table.header, options)
    number = 0
    for record in table:
        source.count_row()
        if isinstance(record.cells, str):
            builder.skip(record.place, record.cells)
            continue
        number += 1
        document = builder.from_row(record.place, number, dict(zip(table.header, record.cells, strict=True)))
        if document is not None:
            yield document
    builder.notes.extend(table.finish())


class DelimitedTable:
    """The header and the rows of a CSV or TSV file.

    Raises:
        UnreadableFile: there is no header.
    """

    def __init__(self, source: Source, options: ReaderOptions, limits: ReaderLimits) -> None:
        csv.field_size_limit(limits.maximum_document_bytes)
        self._lines = LineReader(source, options.encoding, limits.maximum_document_bytes, keep_ends=True)
        delimiter = options.delimiter or DEFAULT_DELIMITERS[options.format]
        dialect = Dialect(delimiter, options.quoted, options.escape == BACKSLASH)
        self._records = Records(self._lines, dialect, given_delimiter=bool(options.delimiter))
        if not self._records.header:
            raise UnreadableFile(
                f"The file does not begin with a header of columns: {self._records.header_problem}.",
                Remedy.PLAIN_QUOTES
                if self._records.header_problem in QUOTE_TROUBLE
                else "The first line must name the columns.",
            )
        self.header = unique_names(self._records.header)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def finish(self) -> list[tuple[str, str]]:
        """To be called after the last record; returns Records.notes().

        Raises:
            LostRows: the lines of all records are not the lines of the file.
        """
        if self._records.lines != self._lines.number:
            raise LostRows(
                f"{self._lines.number:,} lines were read, but the rows have {self._records.lines:,}.",
                "This is a fault of the program; please report it.",
            )
        return self._records.notes()
