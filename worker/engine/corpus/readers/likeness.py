"""Whether a line of a CSV or TSV file looks like one of its rows, or like a piece of a text that was cut in two."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker.engine.corpus.readers.dialect import QUOTE, Dialect

_LETTER, _DIGIT, _SPACE, _OTHER = 1, 2, 4, 8
_CLASSES = (
    (_LETTER, re.compile(r"[^\W\d_]")),
    (_DIGIT, re.compile(r"\d")),
    (_SPACE, re.compile(r"\s")),
    (_OTHER, re.compile(r"[^\w\s]|_")),
)
_CHARACTERS_LOOKED_AT = 200
_LEAST_SAMPLES = 3
_RARE = 0.05
"""Such a share of the samples may be pieces of texts, too."""


@dataclass(frozen=True)
class _NarrowColumn:
    """A column of ids, dates, labels: no prose. Its cells share kinds of characters and are of like lengths."""

    always: int
    ever: int
    shortest: int
    longest: int

    def fits(self, cell: str) -> bool:
        if not cell:
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
        dialect: how columns are told apart.
    """

    def __init__(self, lines: Iterable[str], width: int, dialect: Dialect) -> None:
        self._width = width
        self._dialect = dialect
        self._always_quoted = False
        samples = [(line, cells) for line in lines if (cells := self._whole_cells(line))]
        enough = len(samples) >= _LEAST_SAMPLES
        self._always_quoted = dialect.quoted and enough and all(line.startswith(QUOTE) for line, _ in samples)
        columns = ([cells[number] for _, cells in samples if number < len(cells)] for number in range(width))
        self._narrow = {
            number: narrow
            for number, cells in enumerate(columns if enough else ())
            if len(cells) >= _LEAST_SAMPLES and (narrow := _narrow_column(cells)) is not None
        }

    @property
    def tells_apart(self) -> bool:
        """Whether rows have more in common than the number of their columns."""
        return self._always_quoted or bool(self._narrow)

    def fits(self, line: str | None) -> bool:
        """Whether the line alone is a row."""
        cells = self._cells_of(line)
        return len(cells) == self._width and self._fit(cells)

    def begins_row(self, line: str | None) -> bool:
        """Whether the line is a row, or the beginning of one whose last cell goes on in the next line."""
        if self._cells_of(line) or line is None:
            return self.fits(line)
        whole = self._whole_cells(line)
        return min(self._narrow, default=0) < len(whole) and self._fit(whole)

    def _whole_cells(self, line: str) -> list[str]:
        """The cells of a row, or those before a last one that goes on in the next line; none if it is neither."""
        if cells := self._cells_of(line):
            return cells if len(cells) == self._width else []
        whole = self._cells_of(line.rstrip("\r\n") + QUOTE)[:-1]
        return whole if len(whole) < self._width else []

    def _cells_of(self, line: str | None) -> list[str]:
        if line is None or not line.strip() or (self._always_quoted and not line.startswith(QUOTE)):
            return []
        return cells_of(line, self._dialect)

    def _fit(self, cells: Sequence[str]) -> bool:
        return all(column.fits(cells[number]) for number, column in self._narrow.items() if number < len(cells))

    def has_quoted_cell(self, line: str | None) -> bool:
        """Whether the line alone is a row with a cell in quotation marks."""
        if line is None or not self.fits(line):
            return False
        plain = next(csv.reader([line], delimiter=self._dialect.delimiter, quoting=csv.QUOTE_NONE), [])
        return any(cell.startswith(QUOTE) for cell in plain)

    def share(self, lines: Sequence[str | None], least: float) -> float:
        """The share of the lines that fit, of those that are not blank; 0 when it is less than least."""
        written = [line for line in lines if line is None or line.strip()]
        misfits, allowed = 0, (1 - least) * len(written)
        for line in written:
            misfits += not self.fits(line)
            if misfits > allowed:
                return 0.0
        return 1 - misfits / len(written) if written else 0.0


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


def _narrow_column(cells: Sequence[str]) -> _NarrowColumn | None:
    kinds = [_kinds(cell) for cell in cells if cell]
    if not kinds:
        return None
    rare = len(kinds) * _RARE
    counts = {bit: sum(bool(one & bit) for one in kinds) for bit, _ in _CLASSES}
    ever = sum(bit for bit, count in counts.items() if count > rare)
    always = sum(bit for bit, count in counts.items() if count >= len(kinds) - rare)
    if ever & _SPACE and ever & _LETTER:
        return None
    lengths = sorted(map(len, cells))
    beyond = int(len(lengths) * _RARE)
    return _NarrowColumn(always, ever, lengths[beyond], lengths[-1 - beyond])


def _kinds(cell: str) -> int:
    head = cell[:_CHARACTERS_LOOKED_AT]
    return sum(bit for bit, pattern in _CLASSES if pattern.search(head))
