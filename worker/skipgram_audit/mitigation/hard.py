"""Hard debiasing: the direction of a concept is removed from all words but those that define it.

For word vectors of length one, w_b = (w . b) b being the part along the direction b:

    neutralise    w <- (w - w_b) / |w - w_b|                                       for every word but the defining ones
    equalise      m = (x + y) / 2,   n = m - m_b,
                  x <- n + sqrt(1 - |n|^2) (x_b - m_b) / |x_b - m_b|, y likewise   for every defining pair (x, y)

so that x and y are equally far from every neutral word. Every vector gets its own length back, since scores that take
no cosines would change with it. Words of lists that are no pairs are not equalised: what is neutral has no part along
b, so theirs does not show in cosines with it.

The source also leaves other words of the concept (actress, beard) as they are, found by a classifier on a hand-made
list. Here the defining words alone are exempt.

Shapes: vectors float [V, d] in, float64 [V, d] out; b float64 [d].

Source: Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, NeurIPS, section 6.
"""

import numpy as np
import numpy.typing as npt

from skipgram_audit.mitigation.concept import Concept, Vectors, unit

SMALLEST = 1e-12


def hard_debiased(vectors: Vectors, concept: Concept) -> npt.NDArray[np.float64]:
    """The vectors without the concept's direction.

    Raises:
        NoDirection: the defining words have none in common.
    """
    direction = concept.direction(vectors)
    lengths = np.linalg.norm(np.asarray(vectors, np.float64), axis=1, keepdims=True)
    rows = unit(vectors)
    changed = unit(without(rows, direction))
    defining = concept.defining
    changed[defining] = rows[defining]
    if concept.paired:
        for first, second in zip(concept.first.tolist(), concept.second.tolist(), strict=True):
            changed[[first, second]] = equalised(rows[[first, second]], direction)
    return np.asarray(changed * lengths)


def without(vectors: npt.NDArray[np.float64], direction: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """w - (w . b) b of every row; b has length one."""
    return np.asarray(vectors - np.outer(vectors @ direction, direction))


def equalised(pair: npt.NDArray[np.float64], direction: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Two words of length one [2, d] at equal distance from all that has no part along the direction.

    A pair whose words lie equally far along the direction has no side to go to: both words become their mean without
    it, at length one.
    """
    along = pair @ direction
    middle = without(pair, direction).mean(axis=0)
    apart = along - along.mean()
    if np.abs(apart).max() < SMALLEST:
        return np.repeat(unit(middle[None]), 2, axis=0)
    reach = np.sqrt(max(0.0, 1.0 - float(middle @ middle)))
    return np.asarray(middle + reach * np.outer(np.sign(apart), direction))
