"""CSV and TSV: a header, then one document a row."""

import csv
from collections.abc import Iterator

from worker.engine.corpus.readers import rows
from worker.engine.corpus.readers.decoding import LineReader
from worker.engine.corpus.readers.errors import UnreadableFile
from worker.engine.corpus.readers.field_names import require_fields, unique_names
from worker.engine.corpus.readers.inflation import Source
from worker.engine.corpus.readers.options import DEFAULT_DELIMITERS, ReaderLimits, ReaderOptions, SourceDocument
from worker.engine.corpus.readers.rows import DocumentBuilder


def read_delimited(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """Rows as documents; the running number counts rows after the header.

    Raises:
        MissingField: the header does not have the text column or a metadata column.
    """
    table = DelimitedTable(source, options, limits)
    require_fields(table.header, options)
    number = 0
    for place, cells in table:
        if isinstance(cells, str):
            builder.skip(place, cells)
            continue
        number += 1
        document = builder.from_row(place, number, dict(zip(table.header, cells, strict=True)))
        if document is not None:
            yield document


class DelimitedTable:
    """The header and the rows of a CSV or TSV file; quotation marks must match, so that no row swallows others."""

    def __init__(self, source: Source, options: ReaderOptions, limits: ReaderLimits) -> None:
        csv.field_size_limit(limits.maximum_document_bytes)
        self._lines = LineReader(source, options.encoding, limits.maximum_document_bytes, keep_ends=True)
        self._long_lines: list[int] = []
        self._reader = csv.reader(
            self._usable_lines(),
            delimiter=options.delimiter or DEFAULT_DELIMITERS[options.format],
            quoting=csv.QUOTE_MINIMAL if options.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        self.header = self._read_header()

    def __iter__(self) -> Iterator[tuple[str, list[str] | str]]:
        """Place and cells of every row; or place and the reason why it is not a row."""
        while True:
            first_line = self._lines.number + 1
            try:
                cells: list[str] | str = next(self._reader)
            except StopIteration:
                yield from self._skipped_lines()
                return
            except csv.Error as error:
                cells = rows.LINE_TOO_LONG if "field limit" in str(error) else rows.BAD_QUOTES
            yield from self._skipped_lines()
            if not cells:
                cells = rows.EMPTY_LINE
            elif not isinstance(cells, str) and len(cells) != len(self.header):
                cells = rows.WRONG_COLUMNS
            yield f"line {first_line}", cells

    def _usable_lines(self) -> Iterator[str]:
        for line in self._lines:
            if line is None:
                self._long_lines.append(self._lines.number)
            else:
                yield line

    def _skipped_lines(self) -> Iterator[tuple[str, str]]:
        for number in self._long_lines:
            yield f"line {number}", rows.LINE_TOO_LONG
        self._long_lines.clear()

    def _read_header(self) -> list[str]:
        try:
            names = next(self._reader)
        except (StopIteration, csv.Error) as error:
            raise UnreadableFile(
                "The first line is not a header of columns.", "The first line must name the columns."
            ) from error
        return unique_names(names)
