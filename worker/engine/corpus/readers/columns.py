"""How the columns of a CSV or TSV file are told apart, as its first lines suggest."""

import csv
from collections.abc import Sequence
from itertools import product

from worker.engine.corpus.readers.dialect import QUOTE, Dialect
from worker.engine.corpus.readers.records import Records, separator_of
from worker.engine.corpus.readers.rows import EMPTY_LINE

_DELIMITERS = (",", ";", "\t", "|")
_MOST_COLUMNS_GUESSED = 200
_LEAST_AGREEMENT = 0.5
_CLEARLY_BETTER = 0.5
"""So much more must speak for quotation marks as plain characters where cells stand in them."""


def suggested_dialect(lines: Sequence[str], own_delimiter: str) -> Dialect | None:
    """The dialect in which most of the first rows have as many columns as the header; None when no dialect fits.

    Args:
        lines: the first of the file, without their ends.
        own_delimiter: of the file's format, which wins where another fits no better.
    """
    named = separator_of(lines[0]) if lines else ""
    delimiters = [named] if named else list(dict.fromkeys((own_delimiter, *_DELIMITERS)))
    best, agreement = _best(lines, [Dialect(one, True, slash) for one, slash in product(delimiters, (False, True))])
    plain, plain_agreement = _best(lines, [Dialect(one, quoted=False) for one in delimiters])
    if plain_agreement > agreement + (_CLEARLY_BETTER if _stand_in_quotes(lines, plain) else 0.0):
        best, agreement = plain, plain_agreement
    if agreement >= _LEAST_AGREEMENT:
        return best
    return Dialect(named) if named else None


def _best(lines: Sequence[str], dialects: Sequence[Dialect]) -> tuple[Dialect, float]:
    """The dialect that fits best, the first of equals, and how well it does."""
    agreements = [column_agreement(lines, dialect) for dialect in dialects]
    best = max(agreements)
    return dialects[agreements.index(best)], best


def column_agreement(lines: Sequence[str], dialect: Dialect) -> float:
    """The share of rows that have as many columns as the first line; 0 when that is one column, or too many."""
    records = Records([line + "\n" for line in lines], dialect)
    if not 1 < len(records.header) <= _MOST_COLUMNS_GUESSED:
        return 0.0
    written = [one for one in records if one.cells != EMPTY_LINE]
    agreeing = sum(not isinstance(one.cells, str) for one in written)
    return agreeing / len(written) if written else 0.0


def _stand_in_quotes(lines: Sequence[str], plain: Dialect) -> bool:
    """Whether there are cells that begin and end with a quotation mark."""
    quoted = (line for line in lines if QUOTE in line)
    return any(
        len(cell) > 1 and cell.startswith(QUOTE) and cell.endswith(QUOTE)
        for row in csv.reader(quoted, delimiter=plain.delimiter, quoting=csv.QUOTE_NONE)
        for cell in row
    )
