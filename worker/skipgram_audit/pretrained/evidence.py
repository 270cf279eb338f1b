"""Was this model trained on this corpus? What its vectors and counts say of it.

Skip-gram with negative sampling drives w.c towards log(N[w,c] / (K N_w P(c))) (Levy and Goldberg 2014, NeurIPS).
Over pairs of frequent words, the correlation of w.c with log((N[w,c] + 1) / (N_w P(c) + 1)) of this corpus therefore is
high for a model that was trained on it; for one without output vectors the correlation of cos(w, v) with
log((N[w,v] + 1) / (N_w N_v / N + 1)) is taken. Where the file states how often each word occurred, it is compared with
the corpus word by word, which is the sharper sign.

How high the correlation is depends on the corpus' size and on how long was trained, so it is compared with that of
one training of ours on the corpus with the same settings. In a small corpus it cannot distinguish a model of half of
the text from one of all of it.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.cooccurrence import Cooccurrences

FREQUENT_WORDS = 1_000
SMALLEST_COUNT = 5.0
"""Pairs count that were seen, or by chance would have been, at least this often."""

FEWEST_PAIRS = 100


@dataclass(frozen=True)
class Evidence:
    """What speaks for a model's having been trained on a corpus.

    Attributes:
        measure: "w.c" or "cosine": what of the vectors is held against the corpus' co-occurrences.
        correlation: over the pairs; None where there are too few.
        pairs, words: that it was taken over.
        same_counts: share of the shared words whose stated count is the corpus' own; None where none is stated.
        count_ratio: occurrences that the model states, over those in the corpus, in the shared words.
        usual: the same correlation of a training of ours; None where there is none.
    """

    measure: str
    correlation: float | None
    pairs: int
    words: int
    same_counts: float | None = None
    count_ratio: float | None = None
    usual: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def evidence(
    counts: Cooccurrences,
    noise: npt.NDArray[np.float64],
    occurrences: npt.NDArray[np.int64],
    inputs: npt.NDArray[np.float32],
    outputs: npt.NDArray[np.float32] | None,
    stated: npt.NDArray[np.int64] | None,
) -> Evidence:
    """Holds vectors against a corpus.

    Args:
        counts: N of the corpus, over the words of the vectors.
        noise: [words], P.
        occurrences: int64 [words], in the corpus; the most frequent first.
        inputs, outputs: [words, dimension].
        stated: int64 [words], occurrences that the model states.
    """
    words = min(FREQUENT_WORDS, int(np.count_nonzero(occurrences)))
    found = _among_frequent(counts, words)
    totals = counts.totals
    shares = noise if outputs is not None else totals / max(totals.sum(), 1.0)
    expected = totals[:words, None] * shares[None, :words]
    association = np.log((found + 1.0) / (expected + 1.0))
    left = inputs[:words].astype(np.float64)
    right = outputs[:words].astype(np.float64) if outputs is not None else _unit(left)
    closeness = (left if outputs is not None else _unit(left)) @ right.T
    chosen = ((found >= SMALLEST_COUNT) | (expected >= SMALLEST_COUNT)) & ~np.eye(words, dtype=np.bool_)
    pairs = int(chosen.sum())
    same, ratio = _counts(occurrences, stated)
    correlation = _correlation(closeness[chosen], association[chosen]) if pairs >= FEWEST_PAIRS else None
    return Evidence("w.c" if outputs is not None else "cosine", correlation, pairs, words, same, ratio)


def _among_frequent(counts: Cooccurrences, words: int) -> npt.NDArray[np.float64]:
    """N of the first words with each other: [words, words]."""
    end = int(counts.offsets[words])
    rows = np.repeat(np.arange(words), np.diff(counts.offsets[: words + 1]))
    columns = counts.columns[:end]
    inside = columns < words
    dense = np.zeros((words, words))
    dense[rows[inside], columns[inside]] = counts.values[:end][inside]
    return dense


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _correlation(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float | None:
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _counts(
    occurrences: npt.NDArray[np.int64], stated: npt.NDArray[np.int64] | None
) -> tuple[float | None, float | None]:
    shared = occurrences > 0
    if stated is None or not shared.any():
        return None, None
    same = float((stated[shared] == occurrences[shared]).mean())
    return same, float(stated[shared].sum() / occurrences[shared].sum())
