"""Sets of documents to remove: random ones, the most influential ones, and random controls that match them.

Every random set follows from (seed, what it is, its number) alone, so asking for more sets leaves the first as they
were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.engine_errors import NotEnoughDocuments

Documents = npt.NDArray[np.int64]

NEAREST = 20
"""A control's document is drawn from the so many that are nearest in length to the one it replaces."""

ROUND = 4
"""Prefixes tried at once in the search for a turning point: about the number that needs the fewest in all."""

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
    count: int, predicted: Callable[[Sequence[int]], npt.NDArray[np.float64]], direction: int
) -> int | None:
    """How few of an ordered list of documents turn the sign of the predicted score when they go (brittleness).

    Nested prefixes are predicted ROUND at a time: first at sizes that grow geometrically from 1 to count, then evenly
    between the last that does not turn the sign and the first that does, until these are neighbours. Predicted scores
    need not fall evenly, so a smaller prefix between two that were tried may turn it, too.

    Args:
        count: length of the list.
        predicted: of prefix sizes, the predicted scores.
        direction: sign of the score of the whole corpus.

    Returns:
        The size of the prefix; None when not even the whole list turns the sign.

    Source: the question of Broderick, Giordano and Meager 2020 (arXiv 2011.14999), asked of a replay instead of a
    linear approximation.
    """
    if count == 0:
        return None
    low = 0
    sizes = np.unique(np.geomspace(1, count, ROUND).round().astype(int)).tolist()
    high = _first_turned(sizes, predicted, direction)
    if high is None:
        return None
    low = max([0, *(size for size in sizes if size < high)])
    while high - low > 1:
        sizes = np.unique(np.linspace(low, high, ROUND + 2).round().astype(int)[1:-1]).tolist()
        sizes = [size for size in sizes if low < size < high]
        turned = _first_turned(sizes, predicted, direction)
        high, low = (
            (high, sizes[-1]) if turned is None else (turned, max([low, *(size for size in sizes if size < turned)]))
        )
    return high


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


def _first_turned(
    sizes: Sequence[int], predicted: Callable[[Sequence[int]], npt.NDArray[np.float64]], direction: int
) -> int | None:
    turned = [size for size, score in zip(sizes, predicted(sizes), strict=True) if score * direction < 0]
    return turned[0] if turned else None
