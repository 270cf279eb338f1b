"""The Word Embedding Association Test, and its form for a single category.

    s(w, A, B) = mean over a in A of cos(w, a) - mean over b in B of cos(w, b)

Source: Caliskan, Bryson and Narayanan 2017, Science 356(6334):183-186.
"""

from typing import ClassVar

import torch
from torch import Tensor

from skipgram_audit.probes.permutation import PermutationTest, permutation_test
from skipgram_audit.probes.word_lists import WordListScore

SMALLEST_SPREAD = 1e-9
"""Of cosines: what varies less differs by rounding only."""


class Weat(WordListScore):
    """WEAT: target lists X and Y, attribute lists A and B.

        mean difference = mean over x in X of s(x, A, B) - mean over y in Y of s(y, A, B)
        effect size = mean difference / sample standard deviation (ddof = 1) of s over X and Y together

    Positive: X is nearer to A, and Y to B. Range: within -2 and 2 for target lists of equal size; unequal ones can
    reach further. Tested by permuting the target words. With one word in each of X and Y it is +-sqrt(2) whatever the
    vectors are, so three target words are the fewest.
    """

    kind: ClassVar[str] = "weat"
    no_value: ClassVar[str] = "All target words have the same association, so the effect size has no scale."

    def __call__(self, vectors: Tensor) -> Tensor:
        associations, size = self._target_associations(vectors)
        return _standardised(associations[:size].mean() - associations[size:].mean(), associations)

    def obstacle(self) -> str:
        shared = set(self.sets[0].tolist()) & set(self.sets[1].tolist())
        if shared:
            listed = ", ".join(sorted(self._corpus.words[word] for word in shared))
            return f"Both target sets contain {listed}, as this corpus counts words."
        return _constant(len(self.sets[0]) + len(self.sets[1]))

    def mean_difference(self, vectors: Tensor) -> float:
        targets, size = self._target_associations(vectors)
        first, second = targets[:size].numpy(), targets[size:].numpy()
        return float(first.mean() - second.mean())

    def test(self, vectors: Tensor, exact_permutations: int) -> PermutationTest:
        targets, size = self._target_associations(vectors)
        return permutation_test(targets[:size].numpy(), targets[size:].numpy(), exact_permutations)

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """s(w, A, B) of a target word, and s(w, X, Y) of an attribute word."""
        x, y, a, b = (self.unit(vectors, number) for number in range(4))
        targets, size = self._target_associations(vectors)
        attributes = torch.cat([a, b]) @ x.T
        against = torch.cat([a, b]) @ y.T
        values = attributes.mean(1) - against.mean(1)
        return {0: targets[:size], 1: targets[size:], 2: values[: len(a)], 3: values[len(a) :]}

    def _target_associations(self, vectors: Tensor) -> tuple[Tensor, int]:
        """s(w, A, B) of the words of X, then of Y; and how many X has."""
        x, y, a, b = (self.unit(vectors, number) for number in range(4))
        targets = torch.cat([x, y])
        return (targets @ a.T).mean(1) - (targets @ b.T).mean(1), len(x)


class SingleCategoryWeat(WordListScore):
    """Single-category WEAT: one target list W, attribute lists A and B.

        c(x) = mean over w in W of cos(w, x)
        mean difference = mean over a in A of c(a) - mean over b in B of c(b)
        effect size = mean difference / sample standard deviation (ddof = 1) of c over A and B together

    With a single target word this is s(w, A, B) over the standard deviation of cos(w, x), as the word-embedding
    factual association test of the same source has it. Positive: W is nearer to A than to B. Range: as WEAT. Tested by
    permuting the attribute words. With one word in each of A and B the effect size is +-sqrt(2) whatever the vectors
    are, so three attribute words are the fewest.
    """

    kind: ClassVar[str] = "sc-weat"
    no_value: ClassVar[str] = (
        "All attribute words have the same mean cosine with the target words, so the effect size has no scale."
    )

    def __call__(self, vectors: Tensor) -> Tensor:
        first, second = self._cosines(vectors)
        return _standardised(first.mean() - second.mean(), torch.cat([first, second]))

    def obstacle(self) -> str:
        _, first, second = (set(ids.tolist()) for ids in self.sets)
        if first & second:
            listed = ", ".join(sorted(self._corpus.words[word] for word in first & second))
            return f"Both attribute lists contain {listed}, as this corpus counts words."
        return _constant(len(first) + len(second))

    def mean_difference(self, vectors: Tensor) -> float:
        first, second = self._cosines(vectors)
        return float(first.mean() - second.mean())

    def test(self, vectors: Tensor, exact_permutations: int) -> PermutationTest:
        first, second = self._cosines(vectors)
        return permutation_test(first.numpy(), second.numpy(), exact_permutations)

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """s(w, A, B) of a target word, and c(x) of an attribute word."""
        words, a, b = (self.unit(vectors, number) for number in range(3))
        first, second = self._cosines(vectors)
        return {0: (words @ a.T).mean(1) - (words @ b.T).mean(1), 1: first, 2: second}

    def _cosines(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """c of the words of A, and of B."""
        words, a, b = (self.unit(vectors, number) for number in range(3))
        return (a @ words.T).mean(1), (b @ words.T).mean(1)


def _standardised(difference: Tensor, values: Tensor) -> Tensor:
    """The difference over the sample standard deviation of values; not a number where they do not vary."""
    spread = values.std(correction=1)
    return difference / spread if spread.detach() > SMALLEST_SPREAD else difference * torch.nan


def _constant(words: int) -> str:
    """Why an effect size over so few words says nothing; empty for three and more."""
    if words >= 3:
        return ""
    return (
        "With one word in each of the lists that are compared the effect size is the square root of 2, with either "
        "sign, whatever the vectors are."
    )
