"""Sums over the entries of a sparse matrix of pair counts: the positive part of the expected gradient, and its adjoint.

Rows x move while columns y are fixed; N is symmetric, so the same matrix serves inputs towards outputs and outputs
towards inputs. p = sig(x.y).

Words are cut into ranges of about as many entries, rows and columns alike: cell (i, j) has the entries of range i's
rows in range j's columns. Round by round, range i's rows meet range i + round's columns, so that cells worked on side
by side share no row and no column: every sum has one place, and results do not depend on how many cells are worked on
at once. Columns of a cell are taken in blocks whose vectors stay in the processor's cache, unless its rows have so few
entries that fetching these again for each block would cost more. Entries lie in memory in the order in which they are
visited: cell by cell, block by block, row by row.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.blocks import row_blocks
from skipgram_audit.attribution.mean_field.pair_vectors import pair_products, pair_pull, pair_pull_and_push
from skipgram_audit.computing.compiled import compiled, compiled_fast, compiled_inline
from skipgram_audit.training.vectors import padded_columns, padded_zeros, sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

FEWEST_RANGES, ROWS_OF_A_RANGE = 8, 2048
"""At least so many ranges, of about so many rows: their vectors and adjoints fit a cache that cores share."""

BLOCK = 512
"""Columns of a block."""

ENTRIES_OF_A_ROW = 8
"""In a block: of rows that have fewer, blocks are wider."""

SLOTS = (0, 1, 2, 3)
"""Pairs of a row taken together; what is left of a block is filled up with a row of zeros."""

TOGETHER = len(SLOTS)
ALONE = (0,)


@dataclass(frozen=True)
class Cell:
    """Some rows, and their entries in some columns.

    Attributes:
        first, last: its rows, last not among them.
        starts: int64 [blocks (last - first) + 1]; those of row x in block b are visited from
            starts[b (last - first) + x - first] to before the next.
    """

    first: int
    last: int
    starts: npt.NDArray[np.int64]


class PairSums:
    """Sums over entries.

    Args:
        offsets: int64 [rows + 1]; the entries of row x are offsets[x]:offsets[x + 1].
        columns: int32 [entries], ascending within a row; symmetric.
        workers: cores to use.
    """

    def __init__(self, offsets: npt.NDArray[np.int64], columns: npt.NDArray[np.int32], workers: int) -> None:
        self._workers, self._rows = max(1, workers), len(offsets) - 1
        number = _range_count(self._rows)
        cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], number + 1)[1:-1]).tolist()
        ranges = list(itertools.pairwise([0, *cuts, self._rows]))
        self._offsets, visited = offsets, offsets[:-1].copy()
        self._cells: list[list[Cell]] = []
        filled = 0
        for first, last in ranges:
            self._cells.append([])
            for first_column, last_column in ranges:
                blocks = self._blocks(last_column - first_column, (last - first) * number**2 / max(1, len(columns)))
                edges = np.linspace(first_column, last_column, blocks + 1).astype(np.int64)
                cell = Cell(first, last, np.empty(blocks * (last - first) + 1, np.int64))
                filled = cut_cell(offsets, columns, edges, first, last, cell.starts, visited, filled)
                self._cells[-1].append(cell)
        self._columns = self.in_order(columns)
        self._arrays: dict[str, Floats] = {}

    @staticmethod
    def _blocks(width: int, rows_of_an_entry: float) -> int:
        """Into how many blocks a cell of so many columns is cut."""
        widest = max(1, -(-width // BLOCK))
        return max(1, min(widest, round(1 / (ENTRIES_OF_A_ROW * rows_of_an_entry)) if rows_of_an_entry else 1))

    @staticmethod
    def bytes_needed(rows: int, dimension: int, entries: int, adjoints: int) -> int:
        """Memory of an adjoint of so many, in single precision, and of the order of the entries."""
        vectors = 4 * rows * padded_columns(dimension) * (3 + 3 * adjoints)
        ranges = _range_count(rows)
        return vectors + 4 * entries + 8 * rows * (rows // BLOCK + ranges)

    def in_order(self, values: Floats) -> Floats:
        """Values of the entries [entries, ...] in the order in which the sums visit them."""
        return self._moved(values, to_cells=True)

    def by_entry(self, values: Floats) -> Floats:
        """The inverse of in_order."""
        return self._moved(values, to_cells=False)

    def _moved(self, values: Floats, to_cells: bool) -> Floats:
        """Values of the entries in the other order; those of a row that a block has follow one another in both."""
        found, visited = np.empty_like(values), self._offsets[:-1].copy()
        source, target = (table.reshape(len(values), prod(values.shape[1:])) for table in (values, found))

        def move_range(cells: list[Cell]) -> None:
            for cell in cells:
                move_cell(cell.first, cell.last, cell.starts, visited, to_cells, source, target)

        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            list(pool.map(move_range, self._cells))
        return found

    def pair_gradient(self, counts: Floats, updated: Floats, fixed: Floats) -> tuple[Floats, Floats]:
        """sum_y N (p - 1) y, [rows, d], and sum_y N p (1 - p), [rows].

        Args:
            counts: N, [entries], in order.
        """
        dimension = updated.shape[1]
        rows = self._memory("updated", self._rows, dimension, updated.dtype)
        columns = self._memory("fixed", self._rows + 1, dimension, fixed.dtype)

        def pad(part: slice) -> None:
            rows[part, :dimension], columns[part, :dimension] = updated[part], fixed[part]

        self._by_rows(pad)
        gradient = padded_zeros(self._rows, dimension, updated.dtype)
        curvature = np.zeros(self._rows, updated.dtype)
        self._by_cells(
            lambda cell: pull_cell(
                cell.first, cell.last, cell.starts, self._columns, counts, rows, columns, gradient, curvature
            )
        )
        return gradient[:, :dimension], curvature

    def pair_gradient_vjp(
        self, counts: Floats, updated: Floats, fixed: Floats, adjoints: Floats, table: Floats
    ) -> tuple[Floats, Floats]:
        """What the sums adjoints . gradient change by, of several adjoints at once.

        Args:
            counts: N, [entries], in order.
            adjoints: [rows, n, d].
            table: [entries, n], in order; receives the derivatives in N, added to what it holds.

        Returns:
            The derivatives in the updated and in the fixed vectors, [rows, n, d] each; good until the next call.
        """
        rows, number, dimension = adjoints.shape
        columns = self._memory("fixed", rows + 1, dimension, fixed.dtype)
        stacked = self._memory("stacked", rows * (number + 1), dimension, fixed.dtype)
        to_updated, to_fixed = (
            self._memory(use, (rows + 1) * number, dimension, fixed.dtype) for use in ("to updated", "to fixed")
        )
        by_row = stacked.reshape(rows, number + 1, -1)
        found = [sums.reshape(rows + 1, number, -1)[:rows, :, :dimension] for sums in (to_updated, to_fixed)]

        def prepare(part: slice) -> None:
            columns[part, :dimension], by_row[part, 0, :dimension] = fixed[part], updated[part]
            by_row[part, 1:, :dimension] = adjoints[part]
            for sums in found:
                sums[part] = 0.0

        self._by_rows(prepare)
        together = tuple(range(number + 1))
        self._by_cells(
            lambda cell: pull_adjoint_cell(
                cell.first, cell.last, cell.starts, self._columns, counts, stacked, together, columns, to_updated,
                to_fixed, table,
            )
        )  # fmt: skip
        return found[0], found[1]

    def _memory(self, use: str, count: int, dimension: int, dtype: npt.DTypeLike) -> Floats:
        """Rows [count, padded_columns(dimension)] whose padding is zero: the same memory whenever asked for this use.

        Fresh memory for every sum would have to be cleared, page by page, by the operating system: a tenth of the time.
        """
        array = self._arrays.get(use)
        if array is None or array.shape != (count, padded_columns(dimension)) or array.dtype != dtype:
            array = self._arrays[use] = padded_zeros(count, dimension, dtype)
        return array

    def _by_rows(self, work: Callable[[slice], None]) -> None:
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            list(pool.map(work, row_blocks(self._rows, 1, ROWS_OF_A_RANGE)))

    def _by_cells(self, work: Callable[[Cell], None]) -> None:
        ranges = len(self._cells)
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            for step in range(ranges):
                cells = [row[(number + step) % ranges] for number, row in enumerate(self._cells)]
                # The largest first, so that cores end a round together.
                list(pool.map(work, sorted(cells, key=lambda cell: cell.starts[0] - cell.starts[-1])))


def _range_count(rows: int) -> int:
    """How many ranges: an even number, so that two workers have as many cells of a round each."""
    return max(FEWEST_RANGES, 2 * round(rows / ROWS_OF_A_RANGE / 2))


@compiled
def cut_cell(
    offsets: Integers, columns: Integers, edges: Integers, first: int, last: int, starts: Integers, visited: Integers,
    filled: int,
) -> int:  # fmt: skip
    """Where in a cell the entries of each row begin, block by block between edges, row by row.

    Args:
        visited: of every row, the entry before which all have a place already; moved on.
        filled: how many entries have one.

    Returns:
        How many then have.
    """
    starts[0] = filled
    for block in range(len(edges) - 1):
        for row in range(first, last):
            entry = visited[row]
            while entry < offsets[row + 1] and columns[entry] < edges[block + 1]:
                entry += 1
            filled += entry - visited[row]
            visited[row] = entry
            starts[block * (last - first) + row - first + 1] = filled
    return filled


@compiled
def move_cell(
    first: int, last: int, starts: Integers, visited: Integers, to_cell: bool, values: Floats, found: Floats
) -> None:
    """A cell's values [entries, n] from where its rows have them to where they are visited, or back; visited as in
    cut_cell."""
    for place in range(len(starts) - 1):
        row, count = first + place % (last - first), starts[place + 1] - starts[place]
        source, target = (visited[row], starts[place]) if to_cell else (starts[place], visited[row])
        for number in range(count):
            for column in range(values.shape[1]):
                found[target + number, column] = values[source + number, column]
        visited[row] += count


@compiled_inline
def choose(
    columns: Integers, counts: Floats, entry: int, end: int, zeros: int, chosen: Integers, weights: Floats
) -> None:
    """The fixed rows and counts of the pairs from an entry on; from the end on the row of zeros, and no count."""
    if entry + TOGETHER <= end:
        for slot in range(TOGETHER):
            chosen[slot], weights[slot] = columns[entry + slot], counts[entry + slot]
    else:
        for slot in range(TOGETHER):
            within = entry + slot < end
            chosen[slot] = columns[entry + slot] if within else zeros
            weights[slot] = counts[entry + slot] if within else weights.dtype.type(0.0)


@compiled_fast
def pull_cell(
    first: int, last: int, starts: Integers, columns: Integers, counts: Floats, updated: Floats, fixed: Floats,
    gradient: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """Adds to gradient and curvature what a cell gives: see PairSums.pair_gradient. The last fixed row is zero."""
    zeros, one = len(fixed) - 1, fixed.dtype.type(1.0)
    chosen, weights = np.empty(TOGETHER, np.int64), np.empty(TOGETHER, fixed.dtype)
    products, errors = np.empty(TOGETHER, fixed.dtype), np.empty(TOGETHER, fixed.dtype)
    for place in range(len(starts) - 1):
        row, end = first + place % (last - first), starts[place + 1]
        curved = fixed.dtype.type(0.0)
        for entry in range(starts[place], end, TOGETHER):
            choose(columns, counts, entry, end, zeros, chosen, weights)
            pair_products(updated, row, ALONE, fixed, chosen, SLOTS, products)
            for slot in range(TOGETHER):
                probability = sigmoid(products[slot])
                errors[slot] = weights[slot] * (probability - one)
                curved -= errors[slot] * probability
            pair_pull(gradient, row, ALONE, fixed, chosen, SLOTS, errors)
        curvature[row] += curved


@compiled_fast
def pull_adjoint_cell(
    first: int, last: int, starts: Integers, columns: Integers, counts: Floats, stacked: Floats,
    together: tuple[int, ...], fixed: Floats, to_updated: Floats, to_fixed: Floats, table: Floats,
) -> None:  # fmt: skip
    """Adds for the rows of a cell, with h = adjoint_x . y:

    N p (1 - p) h y to to_updated[x], N p (1 - p) h x + N (p - 1) adjoint_x to to_fixed[y], and (p - 1) h to the table.

    Args:
        stacked: [rows (P + 1), d], each updated row and its P adjoints.
        together: P + 1 numbers.
    """
    adjoints, zeros, one = len(together) - 1, len(fixed) - 1, fixed.dtype.type(1.0)
    chosen, weights = np.empty(TOGETHER, np.int64), np.empty(TOGETHER, fixed.dtype)
    products, curved = np.empty((adjoints + 1, TOGETHER), fixed.dtype), np.empty((adjoints, TOGETHER), fixed.dtype)
    missed, errors, slopes = (
        np.empty(TOGETHER, fixed.dtype),
        np.empty(TOGETHER, fixed.dtype),
        np.empty(TOGETHER, fixed.dtype),
    )
    for place in range(len(starts) - 1):
        row, end = first + place % (last - first), starts[place + 1]
        for entry in range(starts[place], end, TOGETHER):
            choose(columns, counts, entry, end, zeros, chosen, weights)
            pair_products(stacked, row, together, fixed, chosen, SLOTS, products)
            for slot in range(TOGETHER):
                probability = sigmoid(products[0, slot])
                missed[slot] = probability - one
                errors[slot] = weights[slot] * missed[slot]
                slopes[slot] = -errors[slot] * probability
            for number in range(adjoints):
                for slot in range(TOGETHER):
                    curved[number, slot] = slopes[slot] * products[number + 1, slot]
            for slot in range(min(TOGETHER, end - entry)):
                for number in range(adjoints):
                    table[entry + slot, number] += missed[slot] * products[number + 1, slot]
            pair_pull_and_push(stacked, row, together, fixed, chosen, SLOTS, to_updated, to_fixed, curved, errors)
