"""The concept that methods on vectors remove: its defining words, its direction, and the words that lean to its sides.

Word vectors are brought to length one. For pairs (x, y) the direction b is the first principal axis of the differences
x - y, which is that of the centred pairs: half a difference is a word less the mean of its pair. For two lists that are
no pairs it is the difference of the lists' mean vectors. It has length one and points to the first words.

Source: Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, NeurIPS, section 5.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.concepts import ATTRIBUTES, TARGETS, concept_name, pairs_of
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.word_pairs import built_in_pairs
from skipgram_audit.probes.directions import first_direction
from skipgram_audit.probes.word_lists import found_id

Vectors = npt.NDArray[Any]

FEWEST_DEFINING = 2
"""Of pairs, or of words in each list: one word has a direction of its own, which is not the concept's."""

FEWEST_BIASED = 10
"""Words of either side, for clusters and classifiers."""


class NoDirection(EngineError):
    """The defining words of a concept have no direction in common."""

    code = "no_direction"


class TooFewWords(EngineError):
    """A concept whose words the vocabulary lacks."""

    code = "too_few_words"


@dataclass(frozen=True)
class Concept:
    """Two sides of a concept, in a vocabulary.

    Attributes:
        title: what defines it, a few words.
        first, second: int64, ids of the defining words of either side; pairs by place where ``paired``.
    """

    title: str
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    paired: bool

    @property
    def defining(self) -> npt.NDArray[np.int64]:
        """Ids of all defining words, ascending, each once."""
        return np.unique(np.concatenate([self.first, self.second]))

    def direction(self, vectors: Vectors) -> npt.NDArray[np.float64]:
        """b: float64 [d], of length one; towards the first words.

        Raises:
            NoDirection: differences are zero, cancel each other, or stretch equally far in two directions.
        """
        first, second = unit(vectors[self.first]), unit(vectors[self.second])
        if not self.paired:
            first, second = first.mean(axis=0, keepdims=True), second.mean(axis=0, keepdims=True)
        found: npt.NDArray[np.float64] = first_direction(torch.as_tensor(first - second)).numpy()
        if not np.isfinite(found).all() or not np.any(found):
            raise NoDirection(
                f"The words of {self.title} have no direction in common: their differences are zero, cancel each other "
                "or stretch equally far in two directions.",
                "Choose another concept: the probe's targets or attributes, or a pair list.",
            )
        return found

    def projected(self, vectors: Vectors) -> npt.NDArray[np.float64]:
        """The cosine of every word with the direction: float64 [V]."""
        return unit(vectors) @ self.direction(vectors)

    def most_biased(self, vectors: Vectors, count: int, divisor: int = 4) -> "BiasedWords":
        """The words of largest and of smallest cosine with the direction, without the defining words.

        Args:
            count: of either side; fewer where the vocabulary is small.
            divisor: of the vocabulary either side takes at most one part in so many.

        Raises:
            TooFewWords: either side has fewer than FEWEST_BIASED.
        """
        cosines = self.projected(vectors)
        free = np.setdiff1d(np.arange(len(vectors)), self.defining)
        each = min(count, len(free) // divisor)
        if each < FEWEST_BIASED:
            raise TooFewWords(
                f"The vocabulary has {len(free):,} words beside those of {self.title}; {divisor * FEWEST_BIASED} are "
                "the fewest for clusters and classifiers.",
                "Use a larger corpus, or a lower minimum count.",
            )
        order = free[np.argsort(-cosines[free], kind="stable")]
        words = np.concatenate([order[:each], order[-each:]])
        return BiasedWords(words, np.repeat([1, 0], each))


@dataclass(frozen=True)
class BiasedWords:
    """Words with the side that they lean to: int64 [n], and 1 for the first side or 0 for the second."""

    words: npt.NDArray[np.int64]
    sides: npt.NDArray[np.int64]


def concept_of(probe: ProbeDefinition, corpus: EncodedCorpus, name: str = "") -> Concept:
    """The concept of a probe.

    Args:
        name: see skipgram_audit.model.concepts.concept_name.

    Raises:
        InvalidInput: there is no such list, or the probe has no two lists of that role.
        TooFewWords: the vocabulary lacks the words.
    """
    chosen = concept_name(probe, name)
    if chosen not in (TARGETS, ATTRIBUTES):
        pairs = built_in_pairs()[chosen]
        return of_pairs(f"the pair list {pairs.name}", pairs_of(pairs), corpus)
    lists = probe.targets if chosen == TARGETS else probe.attributes
    (one, first), (other, second) = lists.items()
    title = f"the {chosen} {one} and {other}"
    if probe.kind_description.paired and chosen == TARGETS:
        return of_pairs(title, list(zip(first, second, strict=True)), corpus)
    return of_lists(title, first, second, corpus)


def of_pairs(title: str, pairs: Sequence[tuple[str, str]], corpus: EncodedCorpus) -> Concept:
    """A concept by the pairs whose words are both in the vocabulary.

    Raises:
        TooFewWords: fewer than FEWEST_DEFINING are.
    """
    both = [(_id(one, corpus), _id(other, corpus)) for one, other in pairs]
    found = list(dict.fromkeys(pair for pair in both if None not in pair and pair[0] != pair[1]))
    if len(found) < FEWEST_DEFINING:
        raise TooFewWords(
            f"{len(found)} of the {len(pairs)} pairs of {title} are in the vocabulary; {FEWEST_DEFINING} are the "
            "fewest.",
            "Choose a concept whose words the corpus has.",
        )
    ids = np.array(found, np.int64)
    return Concept(title, ids[:, 0], ids[:, 1], paired=True)


def of_lists(title: str, first: Sequence[str], second: Sequence[str], corpus: EncodedCorpus) -> Concept:
    """A concept by two lists that are no pairs.

    Raises:
        TooFewWords: either has fewer than FEWEST_DEFINING words in the vocabulary.
    """
    sides = []
    for words in (first, second):
        ids = [number for number in (_id(word, corpus) for word in words) if number is not None]
        sides.append(np.array(list(dict.fromkeys(ids)), np.int64))
    if min(map(len, sides)) < FEWEST_DEFINING:
        raise TooFewWords(
            f"Of {title} the vocabulary has {len(sides[0])} and {len(sides[1])} words; {FEWEST_DEFINING} on either "
            "side are the fewest.",
            "Choose a concept whose words the corpus has.",
        )
    return Concept(title, sides[0], sides[1], paired=False)


def unit(vectors: Vectors) -> npt.NDArray[np.float64]:
    """The rows at length one, in double precision; rows of length zero stay."""
    rows = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0))


def _id(word: str, corpus: EncodedCorpus) -> int | None:
    return found_id(word, corpus, 0)
