"""The Word Embedding Association Test.

    s(w, A, B) = mean over a in A of cos(w, a) - mean over b in B of cos(w, b)
    mean difference = mean over x in X of s(x, A, B) - mean over y in Y of s(y, A, B)
    effect size = mean difference / sample standard deviation (ddof = 1) of s over X and Y together

Positive: X is nearer to A, and Y to B. Source: Caliskan, Bryson and Narayanan 2017, Science 356(6334):183-186.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from worker.engine.corpus.encoding import EncodedCorpus
from worker.engine.probes.permutation import PermutationTest, permutation_test
from worker.engine.probes.protocol import Unmeasurable, WordSetProbe


@dataclass(frozen=True)
class Association:
    """s(w, A, B) of a target word, or s(w, X, Y) of an attribute word, and the word's occurrences."""

    set_name: str
    role: str
    word: str
    association: float
    count: int


@dataclass(frozen=True)
class WeatMeasurement:
    """A WEAT on one set of vectors."""

    effect_size: float
    mean_difference: float
    test: PermutationTest
    associations: tuple[Association, ...]


class Weat:
    """A WEAT whose words are in a vocabulary; a Score.

    Attributes:
        sets: the ids of X, Y, A and B, missing words left out.
        names: their names.
    """

    def __init__(self, probe: WordSetProbe, corpus: EncodedCorpus) -> None:
        self.names = (*probe.targets, *probe.attributes)
        self.sets = tuple(_ids(words, corpus) for words in (*probe.targets.values(), *probe.attributes.values()))
        self._corpus = corpus

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        return np.unique(np.concatenate(self.sets))

    def __call__(self, vectors: Tensor) -> Tensor:
        associations, size = self._target_associations(vectors)
        difference = associations[:size].mean() - associations[size:].mean()
        return difference / associations.std(correction=1)

    def effect_size(self, vectors: npt.NDArray[np.floating]) -> float:
        """The effect size of the vectors [n, d] of words, in double precision."""
        return float(self(torch.as_tensor(np.asarray(vectors, np.float64))))

    def measure(self, vectors: npt.NDArray[np.floating], exact_permutations: int) -> WeatMeasurement:
        """All of a WEAT's numbers from the vectors [n, d] of words, in double precision."""
        rows = torch.as_tensor(np.asarray(vectors, np.float64))
        targets, size = self._target_associations(rows)
        first, second = targets[:size].numpy(), targets[size:].numpy()
        x, y, a, b = (self._unit(rows, number) for number in range(4))
        attributes = torch.cat([a, b]) @ x.T
        against = torch.cat([a, b]) @ y.T
        values = [*targets.tolist(), *(attributes.mean(1) - against.mean(1)).tolist()]
        return WeatMeasurement(
            effect_size=float(self(rows)),
            mean_difference=float(first.mean() - second.mean()),
            test=permutation_test(first, second, exact_permutations),
            associations=tuple(self._label(values)),
        )

    def _label(self, values: list[float]) -> list[Association]:
        places = [
            (name, "target" if number < 2 else "attribute", int(word))
            for number, (name, words) in enumerate(zip(self.names, self.sets, strict=True))
            for word in words
        ]
        return [
            Association(name, role, self._corpus.words[word], value, int(self._corpus.counts[word]))
            for (name, role, word), value in zip(places, values, strict=True)
        ]

    def _unit(self, vectors: Tensor, number: int) -> Tensor:
        rows = vectors[torch.as_tensor(np.searchsorted(self.words, self.sets[number]))]
        return torch.nn.functional.normalize(rows, dim=1)

    def _target_associations(self, vectors: Tensor) -> tuple[Tensor, int]:
        """s(w, A, B) of the words of X, then of Y; and how many X has."""
        x, y, a, b = (self._unit(vectors, number) for number in range(4))
        targets = torch.cat([x, y])
        return (targets @ a.T).mean(1) - (targets @ b.T).mean(1), len(x)


def resolve(probe: WordSetProbe, corpus: EncodedCorpus) -> Weat | Unmeasurable:
    """The probe over a corpus' vocabulary, or why it cannot be measured there."""
    sets = {**probe.targets, **probe.attributes}
    empty = [name for name, words in sets.items() if len(_ids(words, corpus)) == 0]
    if empty:
        listed = " and ".join(repr(name) for name in empty)
        return Unmeasurable(f"No word of {listed} is in the vocabulary of this corpus.")
    first, second = (set(_ids(words, corpus).tolist()) for words in probe.targets.values())
    if first & second:
        shared = ", ".join(sorted(corpus.words[word] for word in first & second))
        return Unmeasurable(f"Both target sets contain {shared}, as this corpus counts words.")
    return Weat(probe, corpus)


def missing_words(probe: WordSetProbe, corpus: EncodedCorpus) -> dict[str, list[str]]:
    """Set name -> its words that are not in the vocabulary, for every set, empty lists included."""
    sets: Mapping[str, tuple[str, ...]] = {**probe.targets, **probe.attributes}
    return {name: [word for word in words if corpus.form(word) not in corpus.index] for name, words in sets.items()}


def _ids(words: tuple[str, ...], corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """Ids of the words that are in the vocabulary, each once: folding may make two words one."""
    found = [corpus.index[form] for form in map(corpus.form, words) if form in corpus.index]
    return np.array(list(dict.fromkeys(found)), np.int64)
