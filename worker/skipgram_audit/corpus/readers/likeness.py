"""Whether a line of a CSV or TSV file looks like one of its rows, or like a piece of a text that was cut in two."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skipgram_audit.corpus.readers.dialect import QUOTE, Dialect

_LETTER, _DIGIT, _SPACE, _OTHER = 1, 2, 4, 8
_CLASSES = (
    (_LETTER, re.compile(r"[^\W\d_]")),
    (_DIGIT, re.compile(r"\d")),
    (_SPACE, re.compile(r"\s")),
    (_OTHER, re.compile(r"[^\w\s]|_")),
)
_CHARACTERS_LOOKED_AT = 200
_LEAST_SAMPLES = 3
_NEARLY_ALL = 0.9
_RARE = 0.05
"""Such a share of the samples may be pieces of texts, too."""


@dataclass(frozen=True)
class _Column:
    """What nearly all cells of a column share: kinds of characters, and lengths."""

    always: int
    ever: int
    shortest: int
    longest: int

    @property
    def narrow(self) -> bool:
        """Of ids, dates, labels: no prose."""
        return not (self.ever & _SPACE and self.ever & _LETTER)

    @property
    def strict(self) -> bool:
        """Narrow, and with a digit or a mark in every cell, as no word of a text has."""
        return self.narrow and bool(self.always & (_DIGIT | _OTHER))

    def fits(self, cell: str) -> bool:
        cell = cell.strip(QUOTE)
        if not cell.strip():
            return self.shortest == 0
        kinds = _kinds(cell)
        return (
            kinds & ~self.ever == 0
            and self.always & ~kinds == 0
            and self.shortest / 4 <= len(cell) <= 4 * self.longest + 8
        )


class RowLikeness:
    """What the rows of a table have in common.

    Args:
        lines: the first of rows that were read without trouble.
        width: how many columns the header has.
        dialect: how columns are separated.
    """

    def __init__(self, lines: Iterable[str], width: int, dialect: Dialect) -> None:
        self._width = width
        self._dialect = dialect
        self._all_quoted = False
        samples = [(line, cells) for line in lines if (cells := self._whole_cells(line))]
        enough = len(samples) >= _LEAST_SAMPLES
        columns = ([cells[number] for _, cells in samples if number < len(cells)] for number in range(width))
        self._columns = {
            number: _column(cells)
            for number, cells in enumerate(columns if enough else ())
            if len(cells) >= _LEAST_SAMPLES
        }
        self._narrow = {number: column for number, column in self._columns.items() if column.narrow}
        # Ids need no quotation marks: where they have them, all columns do.
        self._all_quoted = dialect.quoted and 0 in self._narrow and all(line.startswith(QUOTE) for line, _ in samples)

    @property
    def tells_apart(self) -> bool:
        """Whether rows have more in common than the number of their columns."""
        return bool(self._narrow)

    def lines_needed(self, before: int) -> int:
        """How many lines of a text are not taken for rows by chance.

        Args:
            before: only the columns before this one are compared.
        """
        strict = any(column.strict for number, column in self._narrow.items() if number < before)
        return 1 if strict else 4 if any(number < before for number in self._narrow) else 10

    def fits(self, line: str | None) -> bool:
        """Whether the line alone is a row, by its ids, dates and labels."""
        cells = self._cells_of(line)
        return len(cells) == self._width and _fit(cells, self._narrow)

    def fits_closely(self, line: str | None) -> bool:
        """Whether the line alone is a row, by all that the columns have in common."""
        cells = self._cells_of(line)
        return len(cells) == self._width and _fit(cells, self._columns)

    def has_columns(self, line: str) -> bool:
        """Whether the line has the columns of a row, whatever is in them, or the first of them."""
        return bool(self._whole_cells(line))

    def all_have_columns(self, lines: Sequence[str | None]) -> bool:
        """Whether nearly all of some lines have the columns of a row."""
        fitting = sum(line is not None and self.has_columns(line) for line in lines)
        return len(lines) > 2 and fitting >= _NEARLY_ALL * len(lines)

    def begins_row(self, line: str | None) -> bool:
        """Whether the line is a row, or the beginning of one whose last cell continues in the next line."""
        if self._cells_of(line) or line is None:
            return self.fits(line)
        whole = self._whole_cells(line)
        return min(self._narrow, default=0) < len(whole) and _fit(whole, self._narrow)

    def _whole_cells(self, line: str) -> list[str]:
        """The cells of a row, or those before a last one that continues in the next line; none if it is neither."""
        if cells := self._cells_of(line):
            return cells if len(cells) == self._width else []
        whole = self._cells_of(line.rstrip("\r\n") + QUOTE)[:-1]
        return whole if len(whole) < self._width else []

    def _cells_of(self, line: str | None) -> list[str]:
        if line is None or not line.strip() or (self._all_quoted and not line.startswith(QUOTE)):
            return []
        return cells_of(line, self._dialect)

    def has_quoted_cell(self, line: str | None) -> bool:
        """Whether the line alone is a row with a cell in quotation marks."""
        if line is None or not self.fits(line):
            return False
        plain = next(csv.reader([line], delimiter=self._dialect.delimiter, quoting=csv.QUOTE_NONE), [])
        return any(cell.startswith(QUOTE) for cell in plain)

    def most_fit(self, lines: Sequence[str | None], share: float, closely: bool = False) -> bool:
        """Whether such a share of the lines are rows; looked at closely, blank lines are none."""
        fits = self.fits_closely if closely else self.fits
        looked_at = lines if closely else [line for line in lines if line is None or line.strip()]
        misfits, allowed = 0, (1 - share) * len(looked_at)
        for line in looked_at:
            misfits += not fits(line)
            if misfits > allowed:
                return False
        return bool(looked_at)


def _fit(cells: Sequence[str], columns: Mapping[int, _Column]) -> bool:
    return all(column.fits(cells[number]) for number, column in columns.items() if number < len(cells))


def cells_of(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line by itself; none when its quotation marks do not match."""
    if QUOTE not in line and not dialect.backslash:
        return line.rstrip("\r\n").split(dialect.delimiter)
    try:
        return next(dialect.reader([line]), [])
    except csv.Error:
        return []


def first_lines(lines: Sequence[str], dialect: Dialect) -> list[str]:
    """The first lines of the records, up to the first trouble with quotation marks."""
    taken: list[str] = []
    found: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        for _ in dialect.reader(noted()):
            found.append(taken[0])
            taken.clear()
    except csv.Error:
        pass
    return found


def _column(cells: Sequence[str]) -> _Column:
    kinds = [_kinds(cell) for cell in cells if cell]
    rare = len(kinds) * _RARE
    counts = {bit: sum(bool(one & bit) for one in kinds) for bit, _ in _CLASSES}
    lengths = sorted(map(len, cells))
    beyond = int(len(lengths) * _RARE)
    return _Column(
        always=sum(bit for bit, count in counts.items() if kinds and count >= len(kinds) - rare),
        ever=sum(bit for bit, count in counts.items() if count > rare),
        shortest=lengths[beyond],
        longest=lengths[-1 - beyond],
    )


def _kinds(cell: str) -> int:
    head = cell[:_CHARACTERS_LOOKED_AT]
    return sum(bit for bit, pattern in _CLASSES if pattern.search(head))
