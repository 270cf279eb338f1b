"""Sets of documents to remove: random ones, the most influential ones, and random controls that match them.

Every random set follows from (seed, what it is, its number) alone, so asking for more sets leaves the first as they
were.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.engine_errors import NotEnoughDocuments

Documents = npt.NDArray[np.int64]

NEAREST = 20
"""A control's document is drawn from the so many that are nearest in length to the one it replaces."""

_RANDOM, _CONTROL = 0, 1


class SetKind(StrEnum):
    """What a removal set is."""

    RANDOM = "random"
    AMPLIFYING = "amplifying"
    MITIGATING = "mitigating"
    CONTROL = "control"
    SINGLE = "single"
    TURNING = "turning"
    PREFIX = "prefix"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class RemovalSet:
    """Documents that are removed together.

    Attributes:
        number: 1, 2, ... within its check; 0 is the whole corpus, from which nothing is removed.
        documents: int64, ascending positions in the corpus.
        control_of: the number of the set that it is the control of.
    """

    number: int
    kind: SetKind
    documents: Documents
    control_of: int | None = None

    def mask(self, document_count: int) -> npt.NDArray[np.bool_]:
        """bool [documents], true for one that is removed."""
        removed = np.zeros(document_count, np.bool_)
        removed[self.documents] = True
        return removed


def random_set(document_count: int, share: float, seed: int, number: int) -> Documents:
    """A share of all documents, rounded down and at least one, each as likely as any other."""
    generator = np.random.default_rng([seed, _RANDOM, round(1000 * share), number])
    size = max(1, int(document_count * share))
    return np.sort(generator.permutation(document_count)[:size])


def strongest(influence: npt.NDArray[np.float64], direction: int, count: int) -> Documents:
    """The documents that push the score furthest in a direction (+1 or -1), the strongest first.

    Raises:
        NotEnoughDocuments: fewer than count push that way.
    """
    order = pushing(influence, direction)
    if len(order) < count:
        raise NotEnoughDocuments(
            f"{count} documents that push the score {'up' if direction > 0 else 'down'} were asked for; "
            f"the corpus has {len(order)}.",
            "Ask for fewer.",
            asked=count,
            there=len(order),
        )
    return order[:count]


def pushing(influence: npt.NDArray[np.float64], direction: int) -> Documents:
    """All documents that push the score in a direction, the strongest first; ties keep the order of the corpus."""
    order = np.argsort(-direction * influence, kind="stable")
    return np.asarray(order[direction * influence[order] > 0], np.int64)


def most_influential(influence: npt.NDArray[np.float64], count: int) -> Documents:
    """The documents of the largest absolute influence, the strongest first; none whose influence is zero."""
    order = np.argsort(-np.abs(influence), kind="stable")[:count]
    return np.asarray(order[influence[order] != 0], np.int64)


def matched_control(
    chosen: Documents, lengths: npt.NDArray[np.int64], seed: int, control_of: int, number: int
) -> Documents:
    """A random set of as many documents as chosen, and of nearly as many tokens.

    Rule: each document of the chosen set, in random order, is matched by one drawn uniformly from the NEAREST documents
    nearest to it in length that are neither in the chosen set nor taken already. Documents of a long tail are matched
    by the next longest, so their sum can fall short; the tokens of both are reported side by side.

    Args:
        chosen: positions of the documents to match.
        lengths: int64 [documents], tokens that are trained on.

    Raises:
        NotEnoughDocuments: the set holds more than half of the corpus.
    """
    free = np.ones(len(lengths), np.bool_)
    free[chosen] = False
    if free.sum() < len(chosen):
        raise NotEnoughDocuments(
            f"A set of {len(chosen)} documents has no control of its size: the corpus has {int(free.sum())} others.",
            "Choose a smaller set, or no controls.",
        )
    generator = np.random.default_rng([seed, _CONTROL, control_of, number])
    pool = np.flatnonzero(free)
    pool = pool[np.argsort(lengths[pool], kind="stable")]
    taken = []
    for document in generator.permutation(chosen):
        place = int(np.searchsorted(lengths[pool], lengths[document]))
        around = np.arange(max(0, place - NEAREST), min(len(pool), place + NEAREST))
        distances = np.abs(lengths[pool[around]] - lengths[document])
        near = around[np.argsort(distances, kind="stable")[:NEAREST]]
        drawn = int(near[generator.integers(len(near))])
        taken.append(int(pool[drawn]))
        pool = np.delete(pool, drawn)
    return np.sort(np.array(taken, np.int64))


def turning_point(
    told: npt.NDArray[np.float64], before: float, left: Callable[[int], float], closeness: float = 0.0
) -> int | None:
    """How few of an ordered list of documents bring the predicted score past a target when they go (brittleness).

    A search for where left(size) falls below zero. What is left is nearly a linear function of what is told, so each
    size to be predicted is found by interpolation between the last size that does not reach the target and the first
    that does (regula falsi with the correction of Illinois; halves where that is slow), until these are neighbours.
    Predicted scores need not fall evenly, so a smaller size that was not tried may reach the target, too.

    Args:
        told: by how much the first 1, 2, ... documents are told to bring the score nearer to the target, without a
            prediction: float64 [documents].
        before: how far the score of the whole corpus is from the target, above 0.
        left: of a size, how far the score predicted without the first so many documents is from the target; below 0
            where it is past it.
        closeness: the search ends, too, where the two sizes are within this share of the larger one.

    Returns:
        The size; None when not even the whole list reaches the target.

    Source: the question of Broderick, Giordano and Meager 2020 (arXiv 2011.14999), asked of predictions of sets instead
    of a linear approximation. Dowell and Jarratt 1971, BIT 11, for the correction.
    """
    sums = np.concatenate([[0.0], told])
    bracket = _first_past(sums, before, left)
    if bracket is None:
        return None
    (low, above), (high, below) = bracket
    side, widest, steps = 0, high - low, 0
    while high - low > max(1.0, closeness * high):
        steps += 1
        if steps % 3 == 0 and 2 * (high - low) > widest:
            size = (low + high) // 2
        else:
            size = _first_reaching(sums, sums[low] + above / (above - below) * (sums[high] - sums[low]), low, high)
        if steps % 3 == 0:
            widest = high - low
        found = left(size)
        if found < 0:
            high, below = size, found
            above = above / 2 if side < 0 else above
            side = -1
        else:
            low, above = size, found
            below = below / 2 if side > 0 else below
            side = 1
    return high


def _first_past(
    sums: npt.NDArray[np.float64], before: float, left: Callable[[int], float]
) -> tuple[tuple[int, float], tuple[int, float]] | None:
    """The largest tried size that does not reach the target and the smallest that does, each with what is left."""
    low, above, per_gain = 0, before, 1.0
    while low < len(sums) - 1:
        # A larger set does less than its influences add up to, so after the first more is asked for than is missing.
        missing = above / per_gain * (1.5 if low else 1.0) if per_gain > 0 else math.inf
        size = _first_reaching(sums, sums[low] + missing, low, len(sums))
        found = left(size)
        if found < 0:
            return (low, above), (size, found)
        gained = float(sums[size] - sums[low])
        per_gain = (above - found) / gained if gained > 0 else 0.0
        low, above = size, found
    return None


def _first_reaching(sums: npt.NDArray[np.float64], goal: float, low: int, high: int) -> int:
    """The first size between low and high, without either, of which a goal is told; the last if there is none."""
    reached = np.flatnonzero(sums[low + 1 : high] >= goal)
    return low + 1 + int(reached[0]) if len(reached) else high - 1


def ranked_again(ranking: Documents, size: int, rankings: int, rank: Callable[[Documents], Documents]) -> Documents:
    """An order in which to take documents where what is left is ranked anew after each part.

    What removing one document does depends on which others have been removed: of many alike, the last ones do most, and
    a score near its limit hides what a text does until others are removed. So a ranking of the whole corpus takes more
    documents than are needed.

    Args:
        ranking: of the whole corpus.
        size: of the documents taken in all parts together, about; a part is a rankings-th of them, rounded up.
        rankings: how many, the first one counted.
        rank: of those that have been removed, the ranking of what is left.

    Returns:
        The parts in the order in which they are taken, and then what the last ranking has left.
    """
    part = -(-size // rankings)
    taken = ranking[:0]
    for _ in range(rankings - 1):
        taken = np.concatenate([taken, ranking[:part]])
        ranking = rank(taken)
    return np.concatenate([taken, ranking])
