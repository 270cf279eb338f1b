"""Scores along the direction that pairs of words have in common: RIPA and direct bias.

The direction b is the first principal axis of the pairs' differences x - y, not centred (each pair is centred on its
own middle already): the unit vector that maximises the sum of squares of (x - y) . b. With one pair it is that pair's
difference. It is turned so that the differences point along it on the whole: from the second words of the pairs to the
first. It does not exist when the two largest sums of squares are equal or when no difference is left.
"""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.word_lists import WordListScore, found_id, word_ids

SMALLEST_GAP = 1e-9
"""Relative to the largest eigenvalue: closer than this, the first axis is not determined."""


def first_direction(differences: Tensor) -> Tensor:
    """The first principal axis [d] of differences [pairs, d], not centred; not a number where it does not exist.

    b = D' u / |D' u|, u being the leading eigenvector of the Gram matrix G = D D' with eigenvalue m. The derivative is
    du = (m - G)^+ dG u (first-order perturbation), written out because automatic differentiation of a whole
    eigendecomposition fails where other eigenvalues coincide, which has no part in b.
    """
    gram = differences @ differences.T
    held = gram.detach()
    if not torch.isfinite(held).all():
        return differences.sum(0) * torch.nan
    values, axes = torch.linalg.eigh(held)
    axis, largest = axes[:, -1], values[-1]
    gaps = largest - values[:-1]
    lengths = torch.linalg.vector_norm(differences.detach())
    apart = len(gaps) == 0 or bool(gaps.min() > SMALLEST_GAP * largest)
    if not apart or lengths == 0 or axis.sum().abs() <= SMALLEST_GAP:
        return differences.sum(0) * torch.nan
    others = axes[:, :-1]
    axis = axis * axis.sum().sign()
    axis = axis + (others / gaps) @ (others.T @ ((gram - held) @ axis))
    return torch.nn.functional.normalize(differences.T @ axis, dim=0, eps=0.0)


class PairedScore(WordListScore):
    """A score over two target lists whose words are pairs, first with first; a pair with a missing word is left out."""

    no_value: ClassVar[str] = (
        "The differences of the word pairs have no first direction in common: they are zero, cancel each other, or "
        "stretch equally far in two directions."
    )

    def __init__(self, probe: ProbeDefinition, corpus: EncodedCorpus) -> None:
        super().__init__(probe, corpus)
        first, second = probe.targets.values()
        self._uneven = len(first) != len(second)
        least = probe.minima.occurrences
        both = (
            (found_id(one, corpus, least), found_id(other, corpus, least))
            for one, other in zip(first, second, strict=False)
        )
        found = [pair for pair in both if None not in pair]
        pairs = np.array(list(dict.fromkeys(found)), np.int64).reshape(-1, 2)
        self.sets = (pairs[:, 0], pairs[:, 1], word_ids(next(iter(probe.attributes.values())), corpus, least))

    def obstacle(self) -> str:
        if self._uneven:
            return "The two target lists are pairs, word by word, but one is longer than the other."
        same = self.sets[0][self.sets[0] == self.sets[1]]
        if len(same):
            listed = ", ".join(sorted(self._corpus.words[word] for word in same.tolist()))
            return f"Both words of a pair are {listed}, as this corpus counts words."
        return ""


class RelationalInnerProduct(PairedScore):
    """Relational inner product association (RIPA): paired target lists, one attribute list M.

        score = mean over w in M of w . b

    b is the direction of the pairs' differences of the vectors as they are; nothing is brought to length one, so a
    frequent word with a long vector counts for more: the source wants the inner product, since the training fits it.
    Positive: the words lean towards the first words of the pairs. Range: not bounded. No test.

    Source: Ethayarajh, Duvenaud and Hirst 2019, ACL, 1696-1705. For several pairs the source takes the first principal
    component of their differences, as here, not the mean over pairs that some packages take.
    """

    kind: ClassVar[str] = "ripa"

    def __call__(self, vectors: Tensor) -> Tensor:
        return (self.rows(vectors, 2) @ self._direction(vectors)).mean()

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """w . b of every word, those of the pairs included."""
        direction = self._direction(vectors)
        return {number: self.rows(vectors, number) @ direction for number in range(3)}

    def _direction(self, vectors: Tensor) -> Tensor:
        return first_direction(self.rows(vectors, 0) - self.rows(vectors, 1))


class DirectBias(PairedScore):
    """Direct bias: paired target lists, one attribute list N of words that should be neutral, an exponent c.

        score = mean over w in N of |cos(w, b)|^c

    b is the direction of the pairs' differences of vectors of length one. c says how strict the measure is; the source
    uses 1, and below 1 the score has no derivative where a word is neutral. Range: 0, no word leans to either side, to
    1. Not signed: it says how far words lean, not which way. No test.

    Source: Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, NeurIPS, section 5.2.
    """

    kind: ClassVar[str] = "direct-bias"

    def __call__(self, vectors: Tensor) -> Tensor:
        cosines = self.unit(vectors, 2) @ self._direction(vectors)
        return (cosines.abs() ** self.parameters.get("exponent", 1.0)).mean()

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """cos(w, b), with its sign, of every word, those of the pairs included."""
        direction = self._direction(vectors)
        return {number: self.unit(vectors, number) @ direction for number in range(3)}

    def _direction(self, vectors: Tensor) -> Tensor:
        return first_direction(self.unit(vectors, 0) - self.unit(vectors, 1))
