"""How columns are separated in a CSV or TSV file."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

QUOTE = '"'
_NULL = "\\N"
"""How SQL tools that escape by a backslash write that there is no value."""


@dataclass(frozen=True)
class Dialect:
    """A form of delimited text.

    Attributes:
        delimiter: between columns.
        quoted: whether columns may be in quotation marks.
        backslash: whether a backslash, too, takes the meaning off a quotation mark; a second one always does.
    """

    delimiter: str
    quoted: bool = True
    backslash: bool = False

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Rows of the lines, by the csv module, strictly: csv.Error where quotation marks do not match."""
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        if not self.backslash:
            return csv.reader(lines, delimiter=self.delimiter, quoting=quoting, strict=True)
        escapes = re.compile(rf'(\\["\\\r\n{re.escape(self.delimiter)}])|\\')
        return map(
            _without_null,
            csv.reader(
                (escapes.sub(_kept_or_doubled, line) if "\\" in line else line for line in lines),
                delimiter=self.delimiter,
                quoting=quoting,
                escapechar="\\",
                strict=True,
            ),
        )


def _kept_or_doubled(found: re.Match[str]) -> str:
    """The csv module drops every backslash; one before an ordinary character belongs to the text."""
    return found[1] or "\\\\"


def _without_null(cells: list[str]) -> list[str]:
    return ["" if cell == _NULL else cell for cell in cells]
