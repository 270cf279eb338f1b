"""Relative norm distance: is a list of words nearer to the one group's mean vector or to the other's?"""

from typing import ClassVar

import torch
from torch import Tensor

from skipgram_audit.probes.word_lists import WordListScore


class RelativeNormDistance(WordListScore):
    """Relative norm distance (RND): target lists 1 and 2 are the groups, the attribute list M the words compared.

        g1, g2 = mean vectors of the groups
        score = sum over v in M of (|v - g1| - |v - g2|)

    All word vectors are first brought to length one, as the source does; the mean vectors are not. Positive: the words
    are further from group 1 than from group 2, so nearer to group **2**; this is the source's sign. Range: a sum, which
    grows with the number of words found; divide by it to compare lists. No test.

    Source: Garg, Schiebinger, Jurafsky and Zou 2018, PNAS 115(16):E3635-E3644.
    """

    kind: ClassVar[str] = "rnd"

    def __call__(self, vectors: Tensor) -> Tensor:
        return self._differences(vectors).sum()

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """|v - g1| - |v - g2| of each compared word."""
        return {2: self._differences(vectors)}

    def _differences(self, vectors: Tensor) -> Tensor:
        first, second, words = (self.unit(vectors, number) for number in range(3))
        from_first: Tensor = torch.linalg.vector_norm(words - first.mean(0), dim=1)
        from_second: Tensor = torch.linalg.vector_norm(words - second.mean(0), dim=1)
        return from_first - from_second
