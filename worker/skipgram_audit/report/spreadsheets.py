"""CSV files that are safe to open in a spreadsheet.

A text that begins with one of ``= + - @``, their full-width forms, a tab, a carriage return or a line feed is written
with an apostrophe before it, which spreadsheets show as text. Texts that are plain numbers, and the numbers that we
computed, stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable

FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_line(values: Iterable[object]) -> str:
    """A line of a CSV file with its end; texts are made safe, and None is an empty cell."""
    buffer = io.StringIO()
    cells = [safe_cell(value) if isinstance(value, str) else "" if value is None else value for value in values]
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
