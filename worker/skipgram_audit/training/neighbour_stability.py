"""How far trainings agree on the words that a word stands near: vectors that they do not agree on measure little."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

NEIGHBOURS = 10
WORDS_AT_ONCE = 64
"""Compared with the whole vocabulary together: 100 MB of cosines at 400,000 words."""


def neighbour_stability(
    words: npt.NDArray[np.int64], vectors: Sequence[npt.NDArray[np.floating]]
) -> npt.NDArray[np.float64] | None:
    """The share of its ten nearest words that two seeds have in common: float64 [words], mean over pairs of seeds.

    stability(w) = mean over pairs of seeds s, t of |N_s(w) and N_t(w)| / 10, where N_s(w) are the ten words of largest
    cosine with w in the vectors of seed s, without w itself; fewer where the vocabulary has fewer others.

    Args:
        words: rows of the words in question.
        vectors: one array [V, d] a seed.

    Returns:
        None for one seed, or a vocabulary without any other word.

    Source: Wendlandt, Kummerfeld and Mihalcea 2018, NAACL; Antoniak and Mimno 2018, TACL 6.
    """
    most = min(NEIGHBOURS, len(vectors[0]) - 1) if vectors else 0
    if len(vectors) < 2 or most < 1:
        return None
    nearest = [_nearest(words, one, most) for one in vectors]
    shared = np.zeros(len(words))
    pairs = list(combinations(nearest, 2))
    for first, second in pairs:
        shared += [len(np.intersect1d(one, other)) / most for one, other in zip(first, second, strict=True)]
    return shared / len(pairs)


def _nearest(words: npt.NDArray[np.int64], vectors: npt.NDArray[np.floating], most: int) -> npt.NDArray[np.int64]:
    """The nearest words of each, in any order: [words, most]."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1.0)
    found = []
    for start in range(0, len(words), WORDS_AT_ONCE):
        part = words[start : start + WORDS_AT_ONCE]
        cosines = units[part] @ units.T
        cosines[np.arange(len(part)), part] = -np.inf
        found.append(np.argpartition(-cosines, most - 1, axis=1)[:, :most])
    return np.concatenate(found)
