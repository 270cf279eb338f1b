"""Positive pointwise mutual information of words and contexts, from expected co-occurrence counts.

    M[w, c] = max(0, log(N[w, c] / (N_w P(c))) - log shift),        N_w = sum_c N[w, c]

with N as training weighs pairs (skipgram_audit.corpus.counts) and P the distribution of its noise words. Skip-gram with
K negatives factorises M with shift K, before the maximum (Levy and Goldberg 2014). P is that of the whole corpus, also
where counts are of a part of it; so a row of M depends on the same row of N alone.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, svds

from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.encoding import EncodedCorpus, Progress

NUMBERS_AT_ONCE = 4_000_000
"""Counts formed together: 32 MB, and about four times that on the way to M."""

BYTES_PER_ENTRY = 24
"""Of a sparse matrix: a number and a column, twice while its parts are put together."""

Floats = npt.NDArray[np.float64]


def ppmi_rows(counts: Floats, noise: Floats, shift: float) -> Floats:
    """M, [n, V], of counts [n, V]; 0 where a pair was never seen.

    Args:
        noise: [V], P.
    """
    expected = shift * counts.sum(axis=1, keepdims=True) * noise
    return np.asarray(np.log(np.divide(counts, expected, out=np.ones_like(counts), where=counts > expected)))


def ppmi_slope(counts: Floats, rows: Floats, to_rows: Floats) -> Floats:
    """The derivative in N, [n, V], of a score with derivative to_rows [n, V] in M = rows.

    dM[w, c] / dN[w, c'] = [c = c'] / N[w, c] - 1 / N_w where M[w, c] > 0, and 0 elsewhere.
    """
    supported = np.where(rows > 0, to_rows, 0.0)
    totals = counts.sum(axis=1, keepdims=True)
    through_totals = np.divide(
        supported.sum(axis=1, keepdims=True), totals, out=np.zeros_like(totals), where=totals > 0
    )
    return np.asarray(np.divide(supported, counts, out=np.zeros_like(counts), where=rows > 0) - through_totals)


def matrix_bytes(corpus: EncodedCorpus, window: int) -> int:
    """Memory for ppmi_matrix, amply: as if every pair of tokens within the window were a pair of words of its own.

    Text repeats its pairs, and half of them are no more frequent than chance: measured, a quarter of it is filled.
    """
    entries = min(len(corpus.words) ** 2, 2 * window * len(corpus.tokens))
    return entries * BYTES_PER_ENTRY + 40 * NUMBERS_AT_ONCE


def ppmi_matrix(
    corpus: EncodedCorpus, keep: Floats, window: int, noise: Floats, shift: float, progress: Progress
) -> sparse.csr_array:
    """M of all words, [V, V], sparse; a pass over the corpus for every block of words."""
    words = len(corpus.words)
    at_once = max(1, NUMBERS_AT_ONCE // words)
    blocks = []
    for first in range(0, words, at_once):
        last = min(words, first + at_once)
        rows = ppmi_rows(count_pairs(corpus, np.arange(first, last), keep, window), noise, shift)
        blocks.append(sparse.csr_array(rows))
        progress(last / words)
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def leading_directions(matrix: sparse.csr_array, number: int, progress: Progress) -> Floats:
    """The right singular vectors of the largest singular values, as columns: [V, number] or fewer where V is small.

    Args:
        progress: called with 0..1 at every product, rising ever more slowly as their number is not known; may raise.
    """
    products = 0

    def report() -> None:
        nonlocal products
        products += 1
        progress(products / (products + 4 * number))

    def forward(vector: Floats) -> Floats:
        report()
        return np.asarray(matrix @ vector)

    transposed = matrix.T.tocsr()

    def backward(vector: Floats) -> Floats:
        report()
        return np.asarray(transposed @ vector)

    operator = LinearOperator(matrix.shape, matvec=forward, rmatvec=backward, dtype=np.float64)
    count = min(number, min(matrix.shape) - 1)
    _, _, directions = svds(operator, k=count, v0=np.ones(matrix.shape[0]), return_singular_vectors="vh")
    progress(1.0)
    return np.ascontiguousarray(directions.T)
