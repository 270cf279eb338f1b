"""The curvature of probe words' training at a point: the matrices H of skipgram_audit.attribution.replay.probe_words.

    H = sum_c (N[w,c] + K N_w P(c)) sig'(w.c) c c^T

The noise of contexts beyond the FREQUENT has one slope for all of a row, their mean by K P(c) |c|^2.

Shapes: R rows, V words, d dimensions.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from skipgram_audit.attribution.blocks import row_blocks
from skipgram_audit.computing.progress import Progress

FREQUENT = 2048
"""Contexts, the most frequent, whose noise is in H one by one."""

CONTEXTS_AT_ONCE, DIMENSIONS_AT_ONCE = 512, 20
"""Products formed together in weighted_squares: 4 MB at d = 100, which stays in the processor's cache."""

PRODUCTS_AT_ONCE = 2**18
"""Products of rows with contexts that are formed together on a processor: they stay in its cache, and no step asks for
memory anew."""

MATRICES_AT_ONCE = 16
"""Worked on by one core before it takes others."""


class ProbeCurvature:
    """H of some rows, wherever they are; always in the same memory.

    Args:
        counts: [R, V], N.
        noise: [V], K P.
    """

    def __init__(self, counts: Tensor, noise: Tensor) -> None:
        self._counts, self._noise, self._totals = counts, noise, counts.sum(1)
        self._weights = counts[:, :FREQUENT] + self._totals[:, None] * noise[:FREQUENT]
        self._pairs = [FREQUENT + row.nonzero()[:, 0] for row in counts[:, FREQUENT:]]
        self._slopes = torch.empty_like(counts)
        self._squares = counts.new_empty(0)

    def at(self, rows: Tensor, contexts: Tensor, progress: Progress) -> Tensor:
        """[R, d, d] where rows [R, d] meet contexts [V, d]; good until the next call."""
        self._squares.resize_(len(rows), rows.shape[1], rows.shape[1])
        for part in context_blocks(rows, contexts):
            probabilities = torch.sigmoid(rows @ contexts[part].T)
            torch.mul(probabilities, 1.0 - probabilities, out=self._slopes[:, part])
        frequent, rare = contexts[:FREQUENT], contexts[FREQUENT:]
        weighted_squares(self._slopes[:, :FREQUENT] * self._weights, frequent, self._squares, progress)
        noise = self._noise[FREQUENT:]
        sizes = noise * rare.norm(dim=1).square()
        levels = self._slopes[:, FREQUENT:] @ (sizes / sizes.sum().clamp_min(torch.finfo(sizes.dtype).tiny))
        shared = rare.T @ (noise[:, None] * rare)

        def add_pairs(part: slice) -> None:
            for row in range(part.start, part.stop):
                columns = self._pairs[row]
                near = contexts[columns]
                weights = self._slopes[row, columns] * self._counts[row, columns]
                self._squares[row].addcmul_(levels[row] * self._totals[row], shared)
                self._squares[row].addmm_(near.T, weights[:, None] * near)

        _by_cores(add_pairs, self._squares)
        return self._squares


def context_blocks(rows: Tensor, contexts: Tensor) -> Iterator[slice]:
    """Contexts whose products with the rows are formed together."""
    few = PRODUCTS_AT_ONCE if rows.device.type == "cpu" else len(rows) * len(contexts)
    return row_blocks(len(contexts), len(rows), few)


def decompose(matrices: Tensor, values: Tensor, vectors: Tensor) -> None:
    """Eigenvalues [R, d], not below zero, and eigenvectors [R, d, d] of symmetric positive semi-definite matrices."""

    def of_part(part: slice) -> None:
        torch.linalg.eigh(matrices[part], out=(values[part], vectors[part]))

    _by_cores(of_part, matrices)
    values.clamp_min_(0.0)


def _by_cores(work: Callable[[slice], None], matrices: Tensor) -> None:
    """Work on some of the matrices at a time; on processors each core takes some alone, since several cores for one
    small matrix take no less time than one."""
    if matrices.device.type != "cpu":
        work(slice(0, len(matrices)))
        return
    cores = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            list(pool.map(work, row_blocks(len(matrices), 1, MATRICES_AT_ONCE)))
    finally:
        # What a thread sets is also what threads that start later begin with.
        torch.set_num_threads(cores)


def weighted_squares(weights: Tensor, contexts: Tensor, squares: Tensor, progress: Progress) -> None:
    """sum_c weights[r, c] c c^T for every row r, to squares [R, d, d], from [R, V] and [V, d].

    As matrix products of the weights with tables of products c_i c_j, i <= j, formed in parts and shared by all rows:
    half the operations of a product per row.
    """
    rows, dimension = len(weights), contexts.shape[1]
    numbers = min(DIMENSIONS_AT_ONCE, dimension) * dimension
    sums, tables = weights.new_empty(rows * numbers), weights.new_empty(CONTEXTS_AT_ONCE * numbers)
    for low in range(0, dimension, DIMENSIONS_AT_ONCE):
        high = min(dimension, low + DIMENSIONS_AT_ONCE)
        shape = (high - low, dimension - low)
        block = sums[: rows * shape[0] * shape[1]].view(rows, -1).zero_()
        for part in row_blocks(len(contexts), 1, CONTEXTS_AT_ONCE):
            near = contexts[part]
            products = tables[: len(near) * block.shape[1]].view(len(near), *shape)
            torch.mul(near[:, low:high, None], near[:, None, low:], out=products)
            block.addmm_(weights[:, part], products.flatten(1))
        of_rows = block.view(rows, *shape)
        squares[:, low:high, low:] = of_rows
        squares[:, low:, low:high] = of_rows.transpose(1, 2)
        progress(high / dimension)
