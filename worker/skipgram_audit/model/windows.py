"""How often training pairs one token of a sentence with each other one, in expectation.

The formula of skipgram_audit.corpus.windows, for a single token: the engine's is compiled, and the web takes nothing of
it. A test holds the two against each other.
"""

from collections.abc import Sequence

LEAST_PROBABILITY = 1e-3
"""The search outwards ends where fewer than window kept words lie behind with less than this probability."""

REACH = 8
"""... and after this many windows of text, whatever the probability."""


def window_partners(keep: Sequence[float], position: int, window: int) -> list[tuple[int, float]]:
    """The partners of a token: their positions in the sentence, and the expected updates in an epoch, each way.

    Args:
        keep: the probability that subsampling keeps each token of the sentence.
        position: of the token.
    """
    found = []
    before = range(position - 1, max(-1, position - REACH * window - 1), -1)
    behind = range(position + 1, min(len(keep), position + REACH * window + 1))
    for side in (before, behind):
        # The probability of so many kept words in between.
        between = [1.0] + [0.0] * (window - 1)
        for other in side:
            if sum(between) < LEAST_PROBABILITY:
                break
            reach = sum(probability * (window - kept) for kept, probability in enumerate(between))
            found.append((other, keep[position] / window * keep[other] * reach))
            stays = keep[other]
            between = [
                probability + stays * ((between[kept - 1] if kept else 0.0) - probability)
                for kept, probability in enumerate(between)
            ]
    return found
