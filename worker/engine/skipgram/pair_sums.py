"""Sums over the entries of a sparse matrix of pair counts: the positive part of the expected gradient, and its adjoint.

Rows x move while columns y are held; N is symmetric, so the same matrix serves inputs towards outputs and outputs
towards inputs. p = sig(x.y).

Words are cut into ranges of about as many entries, rows and columns alike: cell (i, j) has the entries of range i's
rows in range j's columns. Round by round, range i's rows meet range i + round's columns, so that cells worked on side
by side share no row and no column: every sum has one place, and results do not depend on how many cells are worked on
at once. Within a range columns are taken in blocks whose vectors stay in the processor's cache, and entries lie in
memory in the order in which they are visited: block by block, and row by row in each.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled, compiled_fast
from worker.engine.skipgram.pair_vectors import pair_products, pair_pull, pair_pull_and_push
from worker.engine.skipgram.vectors import padded_columns, padded_rows, sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

FEWEST_RANGES, ROWS_OF_A_RANGE = 8, 2048
"""At least so many ranges, of about so many rows: their vectors and adjoints fit a cache that cores share."""

BLOCK = 512
"""Columns of a block."""

SLOTS = (0, 1, 2, 3)
"""Pairs of a row taken together; what is left of a block is filled up with a row of zeros."""

TOGETHER = len(SLOTS)
ALONE = (0,)


class PairSums:
    """Sums over entries.

    Args:
        offsets: int64 [rows + 1]; the entries of row x are offsets[x]:offsets[x + 1].
        columns: int32 [entries], ascending within a row; symmetric.
        workers: cores to use.
    """

    def __init__(self, offsets: npt.NDArray[np.int64], columns: npt.NDArray[np.int32], workers: int) -> None:
        self._workers, self._rows = max(1, workers), len(offsets) - 1
        ranges = max(FEWEST_RANGES, self._rows // ROWS_OF_A_RANGE)
        cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], ranges + 1)[1:-1]).tolist()
        bounds = [0, *cuts, self._rows]
        self._row_ranges = list(itertools.pairwise(bounds))
        edges = [0]
        self._block_ranges = []
        for first, last in self._row_ranges:
            begun = len(edges) - 1
            edges += [*range(first + BLOCK, last, BLOCK), last] if last > first else []
            self._block_ranges.append((begun, len(edges) - 1))
        self._starts = np.zeros((len(edges) - 1) * self._rows + 1, np.int64)
        self._order = np.empty(len(columns), np.int64)
        blocks = np.repeat(np.arange(len(edges) - 1, dtype=np.int32), np.diff(edges))
        order_entries(offsets, columns, blocks, self._starts, self._order)
        self._columns = columns[self._order]

    @staticmethod
    def bytes_needed(rows: int, dimension: int, entries: int, adjoints: int) -> int:
        """Memory of an adjoint of so many, in single precision, and of the order of the entries."""
        vectors = 4 * rows * padded_columns(dimension) * (3 + 5 * adjoints)
        blocks = rows // BLOCK + max(FEWEST_RANGES, rows // ROWS_OF_A_RANGE)
        return vectors + 12 * entries + 8 * blocks * rows

    def in_order(self, values: Floats) -> Floats:
        """Values of the entries [entries, ...] in the order in which the sums visit them."""
        return values[self._order]

    def by_entry(self, values: Floats) -> Floats:
        """The inverse of in_order."""
        found = np.empty_like(values)
        found[self._order] = values
        return found

    def pull(self, counts: Floats, moving: Floats, held: Floats) -> tuple[Floats, Floats]:
        """sum_y N (p - 1) y, [rows, d], and sum_y N p (1 - p), [rows].

        Args:
            counts: N, [entries], in order.
        """
        rows, columns = padded_rows(moving), padded_rows(held, 1)
        gradient, curvature = padded_rows(np.zeros_like(moving)), np.zeros(self._rows, moving.dtype)
        self._by_cells(
            lambda cell: pull_cell(self._starts, self._columns, counts, cell, rows, columns, gradient, curvature)
        )
        return gradient[:, : moving.shape[1]], curvature

    def pull_adjoint(
        self, counts: Floats, moving: Floats, held: Floats, adjoints: Floats, table: Floats
    ) -> tuple[Floats, Floats]:
        """What the sums adjoints . gradient change by, of several adjoints at once.

        Args:
            counts: N, [entries], in order.
            adjoints: [rows, n, d].
            table: [entries, n], in order; receives the derivatives in N, added to what it holds.

        Returns:
            The derivatives in the moving and in the held vectors, [rows, n, d] each.
        """
        rows, number, dimension = adjoints.shape
        stacked = padded_rows(np.concatenate([moving[:, None], adjoints], 1).reshape(-1, dimension))
        columns = padded_rows(held, 1)
        nothing = np.zeros((rows * number, dimension), held.dtype)
        to_moving, to_held = padded_rows(nothing), padded_rows(nothing, number)
        together = tuple(range(number + 1))
        self._by_cells(
            lambda cell: pull_adjoint_cell(
                self._starts, self._columns, counts, cell, stacked, together, columns, to_moving, to_held, table
            )
        )
        shape = (rows, number, to_moving.shape[1])
        return to_moving.reshape(shape)[:, :, :dimension], to_held[: rows * number].reshape(shape)[:, :, :dimension]

    def _by_cells(self, work: Callable[[tuple[int, int, int, int]], None]) -> None:
        """Calls work with the rows and the blocks of each cell, each from one to before another."""
        ranges = len(self._row_ranges)
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            for step in range(ranges):
                cells = [
                    (*rows, *self._block_ranges[(number + step) % ranges])
                    for number, rows in enumerate(self._row_ranges)
                ]
                list(pool.map(work, cells))


@compiled
def order_entries(offsets: Integers, columns: Integers, blocks: Integers, starts: Integers, order: Integers) -> None:
    """Entries by block of their column, then by row, then as they were: starts[block rows + row] of each, and which
    entry comes where.

    Args:
        blocks: of each column.
    """
    rows = len(offsets) - 1
    for row in range(rows):
        for entry in range(offsets[row], offsets[row + 1]):
            starts[blocks[columns[entry]] * rows + row + 1] += 1
    for place in range(1, len(starts)):
        starts[place] += starts[place - 1]
    filled = starts[:-1].copy()
    for row in range(rows):
        for entry in range(offsets[row], offsets[row + 1]):
            place = blocks[columns[entry]] * rows + row
            order[filled[place]] = entry
            filled[place] += 1


@compiled_fast
def pull_cell(
    starts: Integers, columns: Integers, counts: Floats, cell: tuple[int, int, int, int], moving: Floats,
    held: Floats, gradient: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """Adds to gradient and curvature what a cell gives: see PairSums.pull. The last held row is zero."""
    first, last, first_block, last_block = cell
    rows, zeros = len(moving), len(held) - 1
    one, nothing = held.dtype.type(1.0), held.dtype.type(0.0)
    chosen, products = np.empty(TOGETHER, np.int64), np.empty(TOGETHER, held.dtype)
    errors = np.empty(TOGETHER, held.dtype)
    for block in range(first_block, last_block):
        for row in range(first, last):
            end = starts[block * rows + row + 1]
            for entry in range(starts[block * rows + row], end, TOGETHER):
                for slot in range(TOGETHER):
                    chosen[slot] = columns[entry + slot] if entry + slot < end else zeros
                pair_products(moving, row, ALONE, held, chosen, SLOTS, products)
                for slot in range(TOGETHER):
                    probability = sigmoid(products[slot])
                    count = counts[entry + slot] if entry + slot < end else nothing
                    errors[slot] = count * (probability - one)
                    curvature[row] -= errors[slot] * probability
                pair_pull(gradient, row, ALONE, held, chosen, SLOTS, errors)


@compiled_fast
def pull_adjoint_cell(
    starts: Integers, columns: Integers, counts: Floats, cell: tuple[int, int, int, int], stacked: Floats,
    together: tuple[int, ...], held: Floats, to_moving: Floats, to_held: Floats, table: Floats,
) -> None:  # fmt: skip
    """Adds for the rows of a cell, with h = adjoint_x . y:

    N p (1 - p) h y to to_moving[x], N p (1 - p) h x + N (p - 1) adjoint_x to to_held[y], and (p - 1) h to the table.

    Args:
        stacked: [rows (P + 1), d], each moving row and its P adjoints.
        together: P + 1 numbers.
    """
    first, last, first_block, last_block = cell
    adjoints, zeros = len(together) - 1, len(held) - 1
    rows = len(stacked) // len(together)
    one, nothing = held.dtype.type(1.0), held.dtype.type(0.0)
    chosen, products = np.empty(TOGETHER, np.int64), np.empty((adjoints + 1, TOGETHER), held.dtype)
    errors, curved = np.empty(TOGETHER, held.dtype), np.empty((adjoints, TOGETHER), held.dtype)
    for block in range(first_block, last_block):
        for row in range(first, last):
            end = starts[block * rows + row + 1]
            for entry in range(starts[block * rows + row], end, TOGETHER):
                for slot in range(TOGETHER):
                    chosen[slot] = columns[entry + slot] if entry + slot < end else zeros
                pair_products(stacked, row, together, held, chosen, SLOTS, products)
                for slot in range(TOGETHER):
                    probability = sigmoid(products[0, slot])
                    within = entry + slot < end
                    errors[slot] = counts[entry + slot] * (probability - one) if within else nothing
                    for number in range(adjoints):
                        curved[number, slot] = -errors[slot] * probability * products[number + 1, slot]
                        if within:
                            table[entry + slot, number] += (probability - one) * products[number + 1, slot]
                pair_pull_and_push(stacked, row, together, held, chosen, SLOTS, to_moving, to_held, curved, errors)
