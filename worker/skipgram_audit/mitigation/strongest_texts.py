"""Which texts are used by a mitigation that may use a share of the text: the most amplifying ones."""

import numpy as np
import numpy.typing as npt

from skipgram_audit.retraining.sets import pushing


def strongest_within(
    influence: npt.NDArray[np.float64], lengths: npt.NDArray[np.int64], direction: int, share: float
) -> npt.NDArray[np.int64]:
    """The texts that push furthest in a direction, the strongest first, until they hold a share of all tokens.

    Args:
        influence: float64 [texts].
        lengths: int64 [texts], tokens.
        direction: +1 or -1.
        share: of the tokens; the first text is taken even if it alone holds more. Fewer where fewer push that way.
    """
    order = pushing(influence, direction)
    held = np.cumsum(lengths[order])
    count = int(np.searchsorted(held, share * lengths.sum(), side="right"))
    return order[: max(1, count)]
