"""How often, in expectation over subsampling and radii, training makes a pair of two tokens of a sentence.

Training thins a sentence first and counts its window in the words that are left. Two tokens w and c are a pair when
both are kept and the radius, uniform on 1..window, is at least their distance D in kept words:

    E[updates an epoch] = keep(w) keep(c) E[max(0, window - D + 1)] / window,        D = 1 + kept words between them

The kept words between them are independent draws, so the distribution of their number is formed exactly, word by word,
on the way outwards (a Poisson binomial distribution). Where nothing is thinned, this is (window - i + 1) / window for
tokens i words apart. Thinning lets a window reach over the frequent words of the text: taking i for D instead misses a
third of the pairs of an English text at the usual threshold of 1e-3.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled
from skipgram_audit.model.windows import LEAST_PROBABILITY, REACH

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[Any]


@compiled
def partners(
    tokens: Integers,
    first: int,
    last: int,
    position: int,
    keep: Floats,
    window: int,
    between: Floats,
    others: Integers,
    weights: Floats,
) -> int:
    """The tokens that make pairs with one token of a sentence, and how often; the same from either end of a pair.

    Args:
        tokens: int32 [tokens]; the sentence is tokens[first:last].
        position: of the token.
        keep: float64 [words], from keep_probabilities.
        between: float64 [window], scratch.
        others: int64 [most_partners(window)], receives the partners' positions.
        weights: float64 alike, receives the expected updates an epoch, each way.

    Returns:
        The number of partners.
    """
    count = 0
    own = keep[tokens[position]] / window
    for side in range(2):
        stride = 1 if side else -1
        stop = min(last, position + REACH * window + 1) if side else max(first - 1, position - REACH * window - 1)
        between[:] = 0.0
        between[0] = 1.0
        for other in range(position + stride, stop, stride):
            within, reach = 0.0, 0.0
            for kept in range(window):
                within += between[kept]
                reach += between[kept] * (window - kept)
            if within < LEAST_PROBABILITY:
                break
            probability = keep[tokens[other]]
            others[count] = other
            weights[count] = own * probability * reach
            count += 1
            for kept in range(window - 1, 0, -1):
                between[kept] += probability * (between[kept - 1] - between[kept])
            between[0] -= probability * between[0]
    return count


@compiled
def most_partners(window: int) -> int:
    """The largest number of partners that a token can have."""
    return 2 * REACH * window
