"""Scores that are plain means of cosines: membership of a group, and mean average cosine."""

from typing import ClassVar

import torch
from torch import Tensor

from skipgram_audit.probes.word_lists import WordListScore


class Membership(WordListScore):
    """Why is a word near a group? One list of words W, a group G, and one or more other groups.

        score = mean over w in W and g in G of cos(w, g) - mean over w in W and o in O of cos(w, o)

    O holds the words of all other groups together, so a longer list weighs more. Positive: W is nearer to G than to the
    other groups. Range: -2 to 2. Nothing is standardised, and there is no test.

    Source: the question, whether and through which texts a word came to belong to a cluster, is that of Silva, Chopra
    and Gombolay 2020, arXiv 2012.01685; the score is the difference of mean cosines that WEAT is built from.
    """

    kind: ClassVar[str] = "membership"

    def __call__(self, vectors: Tensor) -> Tensor:
        return self._leanings(vectors).mean()

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """The score of each word of W alone, and the mean cosine of each word of a group with W."""
        words = self.unit(vectors, 0)
        near = {
            number: (group @ words.T).mean(1) for number, group in enumerate(self.attribute_units(vectors), start=1)
        }
        return {0: self._leanings(vectors), **near}

    def _leanings(self, vectors: Tensor) -> Tensor:
        words = self.unit(vectors, 0)
        group, *others = self.attribute_units(vectors)
        return (words @ group.T).mean(1) - (words @ torch.cat(others).T).mean(1)


class MeanAverageCosine(WordListScore):
    """Mean average cosine (MAC): target lists T_i, attribute lists A_j.

        s(t, A) = mean over a in A of (1 - cos(t, a))
        score = mean of s(t, A_j) over all words t of all target lists and all attribute lists A_j

    The name says similarity; the source's own code and figures, and those who follow it, take the cosine distance, and
    so do we: 1 means unrelated on average, less than 1 nearer than that. Range: 0 to 2. Every attribute list has the
    same weight, whatever its length. It is not signed about zero, says nothing of one list against another, and there
    is no test of a single score.

    Source: Manzini, Lim, Tsvetkov and Black 2019, NAACL, 615-621.
    """

    kind: ClassVar[str] = "mac"

    def __call__(self, vectors: Tensor) -> Tensor:
        return 1 - torch.cat(self._similarities(vectors)).mean()

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """Mean cosines, not distances: of a target word with the attribute lists, of an attribute word with all
        target words."""
        targets = torch.cat(self.target_units(vectors))
        near = [(group @ targets.T).mean(1) for group in self.attribute_units(vectors)]
        return dict(enumerate([*self._similarities(vectors), *near]))

    def _similarities(self, vectors: Tensor) -> list[Tensor]:
        """Mean over the attribute lists of each target word's mean cosine, one row a target list."""
        attributes = self.attribute_units(vectors)
        return [
            torch.stack([(words @ group.T).mean(1) for group in attributes]).mean(0)
            for words in self.target_units(vectors)
        ]
