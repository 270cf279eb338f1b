"""Rows of large tables, taken some at a time."""

from collections.abc import Iterator


def row_blocks(rows: int, columns: int, numbers: int) -> Iterator[slice]:
    """Slices of rows, each of no more than so many numbers in so many columns, but of one row at least."""
    size = max(1, numbers // max(1, columns))
    for first in range(0, rows, size):
        yield slice(first, min(rows, first + size))
