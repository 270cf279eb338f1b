"""How the columns of a CSV or TSV file are separated, as its first lines suggest."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from skipgram_audit.corpus.readers.decoding import codec_of, split_lines
from skipgram_audit.corpus.readers.dialect import QUOTE, Dialect
from skipgram_audit.corpus.readers.options import BACKSLASH, DEFAULT_DELIMITERS
from skipgram_audit.corpus.readers.records import Records, separator_of
from skipgram_audit.corpus.readers.rows import EMPTY_LINE
from skipgram_audit.model.reader_options import ReaderOptions

HEAD_BYTES = 64 * 1024
"""So much of a file is looked at."""

_LINES_LOOKED_AT = 500
_DELIMITERS = (",", ";", "\t", "|")
_MOST_COLUMNS_GUESSED = 200
_LEAST_AGREEMENT = 0.5
_BETTER, _CLEARLY_BETTER = 0.1, 0.5
"""So much more must speak for quotation marks as plain characters than for a few stray ones: and where cells are in
them."""


@dataclass(frozen=True)
class ChosenDialect:
    """What is known of a dialect; None where the file is to say it."""

    delimiter: str | None = None
    quoted: bool | None = None
    backslash: bool | None = None


NOTHING_CHOSEN = ChosenDialect()


def with_columns(options: ReaderOptions, head: bytes, chosen: ChosenDialect) -> ReaderOptions:
    """Options with delimiter and quotation marks as most of the first rows have them.

    Args:
        options: with format and encoding.
        head: the first HEAD_BYTES of the file, or all of it.
        chosen: by a person, and not changed.
    """
    lines = split_lines(head.decode(codec_of(options.encoding), errors="replace"))
    if len(head) == HEAD_BYTES:
        lines = lines[:-1]
    own = DEFAULT_DELIMITERS[options.format]
    dialect = suggested_dialect(lines[:_LINES_LOOKED_AT], own, chosen)
    return options.model_copy(
        update={
            "delimiter": "" if dialect.delimiter == own else dialect.delimiter,
            "quoted": dialect.quoted,
            "escape": BACKSLASH if dialect.backslash else "",
        }
    )


def suggested_dialect(lines: Sequence[str], own_delimiter: str, chosen: ChosenDialect) -> Dialect:
    """The dialect in which most of the first rows have as many columns as the header.

    Args:
        lines: the first of the file, without their ends.
        own_delimiter: of the file's format, which wins where another fits no better.
        chosen: by a person, and not changed.
    """
    delimiters = list(dict.fromkeys((own_delimiter, *_DELIMITERS)))
    if chosen.delimiter:
        delimiters = [chosen.delimiter]
    elif lines and separator_of(lines[0]):
        delimiters = [separator_of(lines[0])]
    escapes = (False, True) if chosen.backslash is None else (chosen.backslash,)
    best, agreement = _best(lines, [Dialect(one, True, backslash) for one, backslash in product(delimiters, escapes)])
    plain, plain_agreement = _best(lines, [Dialect(one, quoted=False) for one in delimiters])
    if chosen.quoted is None:
        more = _CLEARLY_BETTER if _stand_in_quotes(lines, plain) else _BETTER
        take_plain = chosen.backslash is None and plain_agreement > agreement + more
    else:
        take_plain = not chosen.quoted
    if take_plain:
        best, agreement = plain, plain_agreement
    if agreement >= _LEAST_AGREEMENT:
        return best
    one_column = [Dialect(one, not take_plain, backslash) for one, backslash in product(delimiters, escapes)]
    best, agreement = _best(lines, one_column, fewest_columns=1)
    if agreement >= _LEAST_AGREEMENT:
        return best
    return Dialect(delimiters[0], not take_plain, bool(chosen.backslash) and not take_plain)


def _best(lines: Sequence[str], dialects: Sequence[Dialect], fewest_columns: int = 2) -> tuple[Dialect, float]:
    """The dialect that fits best, the first of equals, and how well it does."""
    agreements = [column_agreement(lines, dialect, fewest_columns) for dialect in dialects]
    best = max(agreements)
    return dialects[agreements.index(best)], best


def column_agreement(lines: Sequence[str], dialect: Dialect, fewest_columns: int = 2) -> float:
    """The share of rows that have as many columns as the first line; 0 when these are too few, or too many."""
    records = Records([line + "\n" for line in lines], dialect)
    if not fewest_columns <= len(records.header) <= _MOST_COLUMNS_GUESSED:
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
