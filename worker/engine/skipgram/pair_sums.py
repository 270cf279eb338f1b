"""Sums over the entries of a sparse matrix of pair counts: the positive part of the expected gradient, and its adjoint.

Rows x move while columns y are held; N is symmetric, so the same matrix serves inputs towards outputs and outputs
towards inputs. p = sig(x.y). Columns are taken in blocks whose vectors stay in the processor's cache. Rows are cut into
LANES ranges of about as many entries, worked on side by side; results do not depend on how many of them at once.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled, compiled_fast
from worker.engine.skipgram.vectors import sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

LANES = 4
"""Each has its own sums over held vectors in an adjoint, which are added up in order."""

BLOCK = 512
"""Columns of a block."""


class PairSums:
    """Sums over entries.

    Args:
        offsets: int64 [rows + 1]; the entries of row x are offsets[x]:offsets[x + 1].
        columns: int32 [entries], ascending within a row.
        workers: cores to use.
    """

    def __init__(self, offsets: npt.NDArray[np.int64], columns: npt.NDArray[np.int32], workers: int) -> None:
        rows = len(offsets) - 1
        self._columns, self._workers = columns, max(1, workers)
        self._starts = np.empty((-(-rows // BLOCK) + 1, rows), np.int64)
        block_starts(offsets, columns, BLOCK, self._starts)
        cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], LANES + 1)[1:-1])
        self._bounds = list(itertools.pairwise([0, *cuts.tolist(), rows]))

    def pull(self, counts: Floats, moving: Floats, held: Floats) -> tuple[Floats, Floats]:
        """sum_y N (p - 1) y, [rows, d], and sum_y N p (1 - p), [rows].

        Args:
            counts: N, [entries].
        """
        gradient, curvature = np.zeros_like(moving), np.zeros(len(moving), moving.dtype)
        self._by_lanes(
            lambda _, first, last: pull_rows(
                self._starts, self._columns, counts, first, last, moving, held, gradient, curvature
            )
        )
        return gradient, curvature

    def pull_adjoint(
        self, counts: Floats, moving: Floats, held: Floats, adjoints: Floats, table: Floats
    ) -> tuple[Floats, Floats]:
        """What the sums adjoints . gradient change by, of several adjoints at once.

        Args:
            adjoints: [rows, n, d].
            table: [entries, n]; receives the derivatives in N, added to what it holds.

        Returns:
            The derivatives in the moving and in the held vectors, [rows, n, d] each.
        """
        to_moving = np.zeros_like(adjoints)
        lanes = [np.zeros_like(adjoints) for _ in self._bounds]
        self._by_lanes(
            lambda lane, first, last: pull_adjoint_rows(
                self._starts, self._columns, counts, first, last, moving, held, adjoints, to_moving, lanes[lane], table
            )
        )
        to_held = lanes[0]
        for lane in lanes[1:]:
            to_held += lane
        return to_moving, to_held

    def _by_lanes(self, work: Callable[[int, int, int], None]) -> None:
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            list(pool.map(lambda lane: work(lane, *self._bounds[lane]), range(len(self._bounds))))


@compiled
def block_starts(offsets: Integers, columns: Integers, size: int, starts: Integers) -> None:
    """The entries of row x in block b are starts[b, x]:starts[b + 1, x]."""
    for row in range(len(offsets) - 1):
        entry = offsets[row]
        for block in range(starts.shape[0] - 1):
            while entry < offsets[row + 1] and columns[entry] < block * size:
                entry += 1
            starts[block, row] = entry
        starts[-1, row] = offsets[row + 1]


@compiled_fast
def pull_rows(
    starts: Integers, columns: Integers, counts: Floats, first: int, last: int, moving: Floats, held: Floats,
    gradient: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """Adds to gradient and curvature, for rows first to last: see PairSums.pull."""
    one = moving.dtype.type(1.0)
    for block in range(starts.shape[0] - 1):
        for row in range(first, last):
            total = moving.dtype.type(0.0)
            for entry in range(starts[block, row], starts[block + 1, row]):
                column = columns[entry]
                product = moving.dtype.type(0.0)
                for place in range(moving.shape[1]):
                    product += moving[row, place] * held[column, place]
                probability = sigmoid(product)
                error = counts[entry] * (probability - one)
                total -= error * probability
                for place in range(moving.shape[1]):
                    gradient[row, place] += error * held[column, place]
            curvature[row] += total


@compiled_fast
def pull_adjoint_rows(
    starts: Integers, columns: Integers, counts: Floats, first: int, last: int, moving: Floats, held: Floats,
    adjoints: Floats, to_moving: Floats, to_held: Floats, table: Floats,
) -> None:  # fmt: skip
    """Adds for rows first to last, with h = adjoint_x . y:

    N p (1 - p) h y to to_moving[x], N p (1 - p) h x + N (p - 1) adjoint_x to to_held[y], and (p - 1) h to the table.
    """
    one = moving.dtype.type(1.0)
    for block in range(starts.shape[0] - 1):
        for row in range(first, last):
            for entry in range(starts[block, row], starts[block + 1, row]):
                column = columns[entry]
                product = moving.dtype.type(0.0)
                for place in range(moving.shape[1]):
                    product += moving[row, place] * held[column, place]
                probability = sigmoid(product)
                error = counts[entry] * (probability - one)
                for number in range(adjoints.shape[1]):
                    along = moving.dtype.type(0.0)
                    for place in range(moving.shape[1]):
                        along += adjoints[row, number, place] * held[column, place]
                    table[entry, number] += (probability - one) * along
                    curved = -error * probability * along
                    for place in range(moving.shape[1]):
                        to_moving[row, number, place] += curved * held[column, place]
                        to_held[column, number, place] += (
                            curved * moving[row, place] + error * adjoints[row, number, place]
                        )
