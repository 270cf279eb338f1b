"""Sums over the entries of a sparse matrix of pair counts, row by row: the positive part of the expected gradient.

Rows x move while columns y are held; N is symmetric, so the same matrix serves inputs towards outputs and outputs
towards inputs. p = sig(x.y). Rows are independent: ranges of them of about as many entries are worked on side by side,
and the result does not depend on how many.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled_fast
from worker.engine.skipgram.vectors import sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

PARTS_A_WORKER = 8
"""More parts than workers, since rows differ in how far their columns lie apart in memory."""


def by_rows(offsets: Integers, workers: int, work: Callable[[int, int], None]) -> None:
    """Calls work(first row, last row) for parts of equal size, side by side."""
    parts = max(1, workers) * PARTS_A_WORKER
    cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], parts + 1)[1:-1])
    stops = np.unique([0, *cuts.tolist(), len(offsets) - 1]).tolist()
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        list(pool.map(lambda bounds: work(*bounds), itertools.pairwise(stops)))


@compiled_fast
def pull(
    offsets: Integers, columns: Integers, counts: Floats, first: int, last: int, moving: Floats, held: Floats,
    gradient: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """gradient[x] = sum_y N (p - 1) y [rows, d], curvature[x] = sum_y N p (1 - p) [rows]."""
    for row in range(first, last):
        total = curvature.dtype.type(0.0)
        gradient[row, :] = total
        for entry in range(offsets[row], offsets[row + 1]):
            column = columns[entry]
            product = gradient.dtype.type(0.0)
            for place in range(moving.shape[1]):
                product += moving[row, place] * held[column, place]
            probability = sigmoid(product)
            error = counts[entry] * (probability - gradient.dtype.type(1.0))
            total -= error * probability
            for place in range(moving.shape[1]):
                gradient[row, place] += error * held[column, place]
        curvature[row] = total


@compiled_fast
def pull_adjoint_rows(
    offsets: Integers, columns: Integers, counts: Floats, first: int, last: int, moving: Floats, held: Floats,
    adjoints: Floats, to_moving: Floats, table: Floats,
) -> None:  # fmt: skip
    """What sum_x adjoint_x . gradient_x changes by, with h = adjoint_x . y:

    to_moving[x] = sum_y N p (1 - p) h y, and the derivative in N, added to table [entries]: (p - 1) h.
    """
    one = moving.dtype.type(1.0)
    for row in range(first, last):
        to_moving[row, :] = moving.dtype.type(0.0)
        for entry in range(offsets[row], offsets[row + 1]):
            column = columns[entry]
            product = moving.dtype.type(0.0)
            along = moving.dtype.type(0.0)
            for place in range(moving.shape[1]):
                product += moving[row, place] * held[column, place]
                along += adjoints[row, place] * held[column, place]
            probability = sigmoid(product)
            table[entry] += (probability - one) * along
            curved = counts[entry] * probability * (one - probability) * along
            for place in range(moving.shape[1]):
                to_moving[row, place] += curved * held[column, place]


@compiled_fast
def pull_adjoint_columns(
    offsets: Integers, columns: Integers, counts: Floats, first: int, last: int, moving: Floats, held: Floats,
    adjoints: Floats, to_held: Floats,
) -> None:  # fmt: skip
    """to_held[y] = sum_x N p (1 - p) (adjoint_x . y) x + N (p - 1) adjoint_x, for held rows y first..last-1."""
    one = moving.dtype.type(1.0)
    for row in range(first, last):
        to_held[row, :] = moving.dtype.type(0.0)
        for entry in range(offsets[row], offsets[row + 1]):
            column = columns[entry]
            product = moving.dtype.type(0.0)
            along = moving.dtype.type(0.0)
            for place in range(moving.shape[1]):
                product += held[row, place] * moving[column, place]
                along += held[row, place] * adjoints[column, place]
            probability = sigmoid(product)
            error = counts[entry] * (probability - one)
            curved = -error * probability * along
            for place in range(moving.shape[1]):
                to_held[row, place] += curved * moving[column, place] + error * adjoints[column, place]
