"""Positive pointwise mutual information of words and contexts, from expected co-occurrence counts.

    M[w, c] = max(0, log(N[w, c] / (N_w P(c))) - log shift),        N_w = sum_c N[w, c]

with N as training weighs pairs (skipgram_audit.corpus.counts) and P the distribution of its noise words. Skip-gram with
K negatives factorises M with shift K, before the maximum (Levy and Goldberg 2014). P is that of the whole corpus, also
where counts are of a part of it; so a row of M depends on the same row of N alone.
"""

import numpy as np
import numpy.typing as npt

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
