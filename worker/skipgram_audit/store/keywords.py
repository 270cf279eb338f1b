"""Words that stand out in some documents against all of them."""

import numpy as np
import numpy.typing as npt

LEAST_DOCUMENTS = 2
"""A word stands out when so many documents of the part hold it; in a part of one document, when that one does."""


def standing_out(
    here: npt.NDArray[np.int64], everywhere: npt.NDArray[np.int64], documents: int, total: int, most: int
) -> npt.NDArray[np.int64]:
    """The words that are more frequent in a part than on the whole map, by the log-likelihood ratio (Dunning 1993).

    Args:
        here, everywhere: how many documents of the part, and of the map, hold each word.
        documents, total: how many documents there are.
    """
    candidates = np.flatnonzero((here >= min(LEAST_DOCUMENTS, documents)) & (here > 0))
    inside = here[candidates].astype(np.float64)
    outside, without = everywhere[candidates] - inside, documents - inside
    rest = total - documents - outside
    expected = (inside + outside) / max(1, total)
    ratio = _times_log(inside, expected * documents) + _times_log(outside, expected * (total - documents))
    ratio += _times_log(without, (1 - expected) * documents) + _times_log(rest, (1 - expected) * (total - documents))
    more = inside >= expected * documents
    order = np.lexsort((candidates, -inside, -ratio))
    chosen: npt.NDArray[np.int64] = candidates[order[more[order]]][:most]
    return chosen


def _times_log(seen: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """seen * ln(seen / expected), 0 where nothing was seen."""
    result: npt.NDArray[np.float64] = np.zeros_like(seen)
    some = seen > 0
    result[some] = seen[some] * np.log(seen[some] / expected[some])
    return result
