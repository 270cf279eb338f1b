"""What scores over word lists share: the words of a corpus that they need, their vectors, and the values of words.

A kind of probe is a class derived from WordListScore that says what the score is; see docs/guide/probes.md for a whole
example, and skipgram_audit.probes.kinds for the list of kinds.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.permutation import PermutationTest
from skipgram_audit.probes.protocol import Unmeasurable


@dataclass(frozen=True)
class WordValue:
    """What a probe says of one of its words, and the word's occurrences."""

    set_name: str
    role: str
    word: str
    association: float
    count: int


@dataclass(frozen=True)
class Measurement:
    """A probe on one set of vectors.

    Attributes:
        score: the score, whatever its kind calls it.
        mean_difference: what a standardised effect size is scaled from; None for kinds that standardise nothing.
        test: None for kinds without a test.
    """

    score: float
    mean_difference: float | None
    test: PermutationTest | None
    associations: tuple[WordValue, ...]


class WordListScore(ABC):
    """A score over word lists whose words are in a vocabulary; a Score.

    Attributes:
        kind: its name in probe files; skipgram_audit.model.kinds describes it.
        no_value: why the score may have no finite value, in one sentence.
        sets: the ids of every list, targets first, missing words left out, each id once.
        names: the lists' names.
        parameters: of the kind, by name.
    """

    kind: ClassVar[str]
    no_value: ClassVar[str] = "The score has no finite value with these vectors."

    def __init__(self, probe: ProbeDefinition, corpus: EncodedCorpus) -> None:
        self.names = (*probe.targets, *probe.attributes)
        lists = (*probe.targets.values(), *probe.attributes.values())
        self.sets = tuple(word_ids(words, corpus, probe.minima.occurrences) for words in lists)
        self.parameters = dict(probe.parameters)
        self._target_count = len(probe.targets)
        self._corpus = corpus

    @abstractmethod
    def __call__(self, vectors: Tensor) -> Tensor:
        """The score, a scalar, of the vectors [n, d] of words; differentiable."""

    def obstacle(self) -> str:
        """Why the probe cannot be measured with the words that were found; empty when it can."""
        return ""

    @property
    def undefined(self) -> Unmeasurable:
        """The message when the score is not a finite number."""
        return Unmeasurable(self.no_value)

    def mean_difference(self, vectors: Tensor) -> float | None:
        """See Measurement."""
        return None

    def test(self, vectors: Tensor, exact_permutations: int) -> PermutationTest | None:
        """The kind's one test of significance; None when it has none."""
        return None

    def word_values(self, vectors: Tensor) -> dict[int, Tensor]:
        """Number of a list -> what the probe says of each of its words, for charts; not every list needs any."""
        return {}

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        """Ids of all words, ascending, each once."""
        return np.unique(np.concatenate(self.sets))

    def value(self, vectors: npt.NDArray[np.floating]) -> float:
        """The score of the vectors [n, d] of words, in double precision."""
        return float(self(torch.as_tensor(np.asarray(vectors, np.float64))))

    def measure(self, vectors: npt.NDArray[np.floating], exact_permutations: int) -> Measurement:
        """All of the probe's numbers from the vectors [n, d] of words, in double precision."""
        rows = torch.as_tensor(np.asarray(vectors, np.float64))
        return Measurement(
            score=float(self(rows)),
            mean_difference=self.mean_difference(rows),
            test=self.test(rows, exact_permutations),
            associations=self._label(self.word_values(rows)),
        )

    def rows(self, vectors: Tensor, number: int) -> Tensor:
        """The vectors of the words of a list, in its order."""
        return vectors[torch.as_tensor(np.searchsorted(self.words, self.sets[number]))]

    def unit(self, vectors: Tensor, number: int) -> Tensor:
        """The same at length one."""
        return torch.nn.functional.normalize(self.rows(vectors, number), dim=1)

    def target_units(self, vectors: Tensor) -> list[Tensor]:
        """Every target list's vectors at length one."""
        return [self.unit(vectors, number) for number in range(self._target_count)]

    def attribute_units(self, vectors: Tensor) -> list[Tensor]:
        """Every attribute list's vectors at length one."""
        return [self.unit(vectors, number) for number in range(self._target_count, len(self.sets))]

    def _label(self, values: Mapping[int, Tensor]) -> tuple[WordValue, ...]:
        """Every value with its word; a word that a paired list holds twice is listed once."""
        found: dict[tuple[str, str], WordValue] = {}
        for number, row in sorted(values.items()):
            name, role = self.names[number], "target" if number < self._target_count else "attribute"
            for word, value in zip(self.sets[number].tolist(), row.tolist(), strict=True):
                text, count = self._corpus.words[word], int(self._corpus.counts[word])
                found.setdefault((name, text), WordValue(name, role, text, value, count))
        return tuple(found.values())


def missing_words(probe: ProbeDefinition, corpus: EncodedCorpus) -> dict[str, list[str]]:
    """Set name -> its words that are not measured, since they are not in the vocabulary or too rare for the probe; for
    every set, empty lists included."""
    sets = probe.targets | probe.attributes
    least = probe.minima.occurrences
    return {name: [word for word in words if found_id(word, corpus, least) is None] for name, words in sets.items()}


def found_id(word: str, corpus: EncodedCorpus, least: int) -> int | None:
    """The id of a word that occurs often enough; None of any other. See Minima.occurrences."""
    number = corpus.index.get(corpus.form(word))
    if number is None or (least > 0 and corpus.accompanied[number] < least):
        return None
    return number


def word_ids(words: Iterable[str], corpus: EncodedCorpus, least: int) -> npt.NDArray[np.int64]:
    """Ids of the words that are found, each once: folding may make two words one."""
    found = [number for number in (found_id(word, corpus, least) for word in words) if number is not None]
    return np.array(list(dict.fromkeys(found)), np.int64)
