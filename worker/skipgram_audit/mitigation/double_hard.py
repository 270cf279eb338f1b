"""Double-hard debiasing: a direction that carries word frequency is removed before hard debiasing.

    m = mean of all vectors,   u_1, u_2, ... = principal axes of w - m
    for i = 1, 2, ..., CANDIDATES:   w_i = (w - m) - ((w - m) . u_i) u_i,   neutralised by their own direction
                                     p_i = purity of two clusters of the most biased words in w_i
    k = the i of the smallest p_i
    result = hard debiasing of w_k

The most biased words are those of largest and smallest cosine with the concept's direction in the vectors as they were.

Shapes: vectors float [V, d] in, float64 [V, d] out.

Source: Wang, Lin, Rajani, McCann, Ordonez and Xiong 2020, ACL, section 4. They try every axis; later ones carry so
little of the vectors that they cannot matter, so the first CANDIDATES are tried.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.mitigation.concept import BiasedWords, Concept, Vectors, unit
from skipgram_audit.mitigation.hard import hard_debiased, without
from skipgram_audit.mitigation.recovery import cluster_purity

CANDIDATES = 20


@dataclass(frozen=True)
class DoubleHard:
    """The vectors, the number of the removed axis (1 is that of largest variance), and each candidate's purity."""

    vectors: npt.NDArray[np.float64]
    axis: int
    purities: tuple[float, ...]


def double_hard_debiased(
    vectors: Vectors, concept: Concept, biased: BiasedWords, seed: int, progress: Progress
) -> DoubleHard:
    """The vectors without the frequency direction and the concept's direction.

    Args:
        biased: the most biased words of the vectors as they are.
        seed: of the clusters.
    """
    rows = np.asarray(vectors, np.float64)
    centred = rows - rows.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:CANDIDATES]
    purities = []
    for number, axis in enumerate(axes, start=1):
        candidate = without(centred, axis)
        neutral = without(unit(candidate[biased.words]), concept.direction(candidate))
        purities.append(cluster_purity(neutral, biased.sides, seed))
        progress(number / (len(axes) + 1))
    chosen = int(np.argmin(purities))
    return DoubleHard(hard_debiased(without(centred, axes[chosen]), concept), chosen + 1, tuple(purities))
