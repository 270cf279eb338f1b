"""The records of a CSV or TSV file, parsed by the csv module; quotation marks that would swallow rows are found.

A quoted cell may continue over many lines, as a text of several paragraphs does. A stray quotation mark begins such a
cell, too, and rows disappear in it. The difference: the lines inside a stray cell look like rows of the table
(likeness.py). Then only the row with the quotation mark is given up, and reading continues in the line after it.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.dialect import QUOTE, Dialect
from skipgram_audit.corpus.readers.likeness import RowLikeness, first_lines

_ROWS_COMPARED = 200
_LONGEST_LINE_COMPARED = 10_000
_FEW_ROWS = 20
_LINES_AHEAD, _CHARACTERS_AHEAD = 100, 1_000_000
_MOST, _NEARLY_ALL = 0.5, 0.7
_FEW_LINES = 4
_SUSPECTS_KEPT = 100
_PIECES_IN_A_ROW = 5
_UNLIKE_AT_ONCE = 10

_LONG_CELL, _RARE = 20, 3
_LONGEST_HEADER = 10
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ ,;\t]*', re.IGNORECASE)


class Record(NamedTuple):
    """A row of the file.

    Attributes:
        first_line: its number, from 1.
        lines: how many it has.
        cells: of the row, or the reason why it is none (rows.py).
    """

    first_line: int
    lines: int
    cells: list[str] | str

    @property
    def place(self) -> str:
        return (
            rows.format_lines(self.first_line, self.lines) if isinstance(self.cells, str) else f"line {self.first_line}"
        )


def separator_of(first_line: str) -> str:
    """The delimiter that a first line ``sep=;`` names, as Excel writes and reads it; nothing if it is no such line."""
    found = _SEPARATOR_LINE.fullmatch(first_line.rstrip("\r\n"))
    return found[1] if found and found[1] != QUOTE else ""


class _LongLine(Exception):
    """A line that was not held in memory."""


class Records:
    """The records after the header, which is read at once.

    Args:
        lines: with their ends; None for one that is too long.
        dialect: how columns are separated; a line ``sep=;`` before the header wins where given_delimiter is false.
        given_delimiter: whether a person chose the delimiter.

    Attributes:
        header: the cells of the first row; empty when there is none.
        header_problem: the reason why there is no header.
        lines: how many lines have come out so far, in the header, in records, and blank ones before the header.
    """

    def __init__(self, lines: Iterable[str | None], dialect: Dialect, given_delimiter: bool = True) -> None:
        self._source = iter(lines)
        self._waiting: deque[str | None] = deque()
        self._taken: list[str | None] = []
        self.lines = 0
        self.dialect = self._after_separator_line(dialect, given_delimiter)
        self._restart()
        self._recent: deque[str] = deque(maxlen=_ROWS_COMPARED)
        self._accepted = 0
        self._likeness: RowLikeness | None = None
        self._likeness_since = 0
        self._in_doubt = 0
        self._records = self._long_cells = self._longest = self._longest_line = 0
        self._suspects: list[tuple[int, int]] = []
        self._unlike: list[int] = []
        self._unlike_since = 0
        self.header, self.header_problem = self._read_header()

    def __iter__(self) -> Iterator[Record]:
        while True:
            first_line = self.lines + 1
            cells = self._next()
            if cells is None:
                return
            if len(self._taken) > 1:
                cells = self._judged(cells, first_line)
            elif not cells:
                cells = rows.EMPTY_LINE
            elif not isinstance(cells, str) and len(cells) != len(self.header):
                cells = rows.WRONG_COLUMNS
            cells = self._without_pieces(cells)
            self.lines += len(self._taken)
            self._records += 1
            yield Record(first_line, len(self._taken), cells)

    def notes(self) -> list[tuple[str, str]]:
        """Place and remark on rows that were kept, but may have swallowed others or be pieces of them; at the end."""
        cells = set(self._suspects)
        if self._longest >= _LONG_CELL and self._long_cells <= _RARE < self._records // 10:
            cells.add((self._longest_line, self._longest))
        unlike = self._unlike if len(self._unlike) <= self._records // 50 else []
        found = sorted(
            [*((*cell, rows.format_long_cell(cell[1])) for cell in cells), *((n, 1, rows.UNLIKE) for n in unlike)]
        )
        return [(rows.format_lines(first, count), remark) for first, count, remark in found]

    def _next(self) -> list[str] | str | None:
        """The next cells, or the reason why there are none, or None at the end; _taken has the lines."""
        self._taken.clear()
        try:
            return next(self._reader)
        except StopIteration:
            return None
        except _LongLine:
            problem = rows.LINE_TOO_LONG
        except csv.Error as error:
            problem = self._problem(str(error))
        self._restart()
        return problem

    def _problem(self, error: str) -> str:
        if "field limit" in error:
            return rows.LINE_TOO_LONG if len(self._taken) == 1 else rows.TEXT_TOO_LONG
        if "end of data" in error:
            return rows.UNCLOSED_QUOTE
        if not self.dialect.backslash and '\\"' in (self._taken[-1] or ""):
            return rows.BACKSLASH_QUOTES
        return rows.BAD_QUOTES

    def _restart(self) -> None:
        self._reader = self.dialect.reader(self._feed())

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._source, "")
            if line == "":
                return
            self._taken.append(line)
            if line is None:
                raise _LongLine
            yield line

    def _give_back(self, kept: int) -> None:
        """Lets lines after the first few of the record be read again."""
        self._waiting.extendleft(reversed(self._taken[kept:]))
        del self._taken[kept:]
        self._restart()

    def _judged(self, cells: list[str] | str, first_line: int) -> list[str] | str:
        """Cells of a record of several lines, or why it is none; lines that look like rows of their own are given
        back."""
        inner = self._taken[1:]
        if not isinstance(cells, str) and len(cells) == len(self.header):
            return self._judged_as_closed(cells, inner, first_line)
        problem = rows.WRONG_COLUMNS if not isinstance(cells, str) else cells
        kept = self._lines_of_bad_record(inner)
        if kept < len(self._taken):
            self._give_back(kept)
            return problem if problem == rows.BACKSLASH_QUOTES else rows.UNCLOSED_QUOTE
        return problem

    def _judged_as_closed(self, cells: list[str], inner: list[str | None], first_line: int) -> list[str] | str:
        likeness = self._row_likeness()
        opened = next((number for number, cell in enumerate(cells) if "\n" in cell or "\r" in cell), 0)
        # The last line ends like a row in any case: only what is before the cell shows whether it begins like one.
        needed, lines = likeness.lines_needed(opened), inner
        if needed > _FEW_LINES:
            needed, lines = likeness.lines_needed(len(self.header)), inner[:-1]
        if len(self.header) > 1 and likeness.most_fit(lines, _NEARLY_ALL, closely=True):
            if len(lines) >= needed:
                self._give_back(1)
                return rows.SWALLOWING_QUOTE
            if len(lines) > 1 and len(self._suspects) < _SUSPECTS_KEPT:
                self._suspects.append((first_line, len(self._taken)))
        if len(inner) >= _LONG_CELL // 4:
            self._long_cells += 1
            if len(self._taken) > self._longest:
                self._longest, self._longest_line = len(self._taken), first_line
        return cells

    def _lines_of_bad_record(self, inner: list[str | None]) -> int:
        """How many of the taken lines belong to a record whose quotation marks do not match."""
        likeness = self._row_likeness()
        if (
            len(self.header) == 1 and self._long_cells
        ):  # every line would do as a row, and texts of many lines are usual
            return len(self._taken)
        if likeness.tells_apart:
            fitting = (number for number, line in enumerate(inner, start=1) if likeness.begins_row(line))
            found = next(fitting, 0)
            if found or not likeness.all_have_columns(inner):
                return found or len(self._taken)
            return 1  # rows whose ids have another form than those before them
        if likeness.most_fit(inner, _MOST):
            return 1
        return len(self._taken) - 1 if likeness.has_quoted_cell(inner[-1]) else len(self._taken)

    def _without_pieces(self, cells: list[str] | str) -> list[str] | str:
        """A line with as many columns as a row, but unlike the rows, is a piece of a text where its neighbours are."""
        if isinstance(cells, str):
            if cells != rows.EMPTY_LINE:
                self._in_doubt = _PIECES_IN_A_ROW
            return cells
        first = self._taken[0]
        if len(self._taken) == 1 and first is not None:
            likeness = self._row_likeness()
            if likeness.tells_apart and not likeness.fits(first):
                if self._in_doubt or not self._row_follows():
                    self._in_doubt = max(0, self._in_doubt - 1)
                    return rows.FRAGMENT
                self._unlike.append(self.lines + 1)
        if first is not None and len(first) <= _LONGEST_LINE_COMPARED:
            self._recent.append(first)
        self._in_doubt = 0
        self._accepted += 1
        return cells

    def _row_follows(self) -> bool:
        """Whether the next line has the columns of a row, or may begin one; also at the end."""
        if not self._waiting:
            following = next(self._source, "")
            if following == "":
                return True
            self._waiting.append(following)
        line = self._waiting[0]
        return line is None or line.startswith(QUOTE) or self._row_likeness().has_columns(line)

    def _row_likeness(self) -> RowLikeness:
        """From the latest rows, and from lines to come while there are few; made anew as rows double or change."""
        changed = len(self._unlike) - self._unlike_since >= _UNLIKE_AT_ONCE
        if self._likeness is None or self._accepted > 2 * self._likeness_since or changed:
            samples = chain(self._recent, self._ahead() if len(self._recent) < _FEW_ROWS else ())
            self._likeness = RowLikeness(samples, len(self.header), self.dialect)
            self._likeness_since, self._unlike_since = self._accepted, len(self._unlike)
        return self._likeness

    def _ahead(self) -> list[str]:
        characters = sum(len(line or "") for line in self._waiting)
        while len(self._waiting) < _LINES_AHEAD and characters < _CHARACTERS_AHEAD:
            line = next(self._source, "")
            if line == "":
                break
            self._waiting.append(line)
            characters += len(line or "")
        return first_lines([line for line in self._waiting if line], self.dialect)

    def _after_separator_line(self, dialect: Dialect, given_delimiter: bool) -> Dialect:
        """Passes over a first line that Excel writes to name the delimiter."""
        line = next(self._source, "")
        named = separator_of(line) if line else ""
        if not named:
            if line != "":
                self._waiting.append(line)
            return dialect
        self.lines += 1
        return dialect if given_delimiter else Dialect(named, dialect.quoted, dialect.backslash)

    def _read_header(self) -> tuple[list[str], str]:
        while (cells := self._next()) is not None:
            self.lines += len(self._taken)
            if isinstance(cells, str):
                return [], cells
            if len(self._taken) > _LONGEST_HEADER:
                return [], rows.SWALLOWING_QUOTE
            if cells:
                return cells, ""
        return [], rows.EMPTY_LINE
