"""Vocabularies without texts, and vectors with a bias that was put in."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.mitigation.concept import Concept, of_pairs

NOTHING = np.zeros(1, np.int64)


def vocabulary(words: Sequence[str], language: str = "en") -> EncodedCorpus:
    """Words that no text holds."""
    return EncodedCorpus(
        words=tuple(words),
        counts=np.ones(len(words), np.int64),
        tokens=np.zeros(0, np.int32),
        sentence_offsets=NOTHING,
        document_sentences=NOTHING,
        sentence_keys=np.zeros(0, np.int64),
        casefold=True,
        dropped_tokens=0,
        language=language,
    )


def biased_space(
    words: int = 400, dimension: int = 12, spread: float = 1.0, seed: int = 3
) -> tuple[EncodedCorpus, npt.NDArray[np.float64], Concept]:
    """Random vectors with two pairs of defining words that differ along the first axis, and a second axis that the side
    of a word shows in, too: what is left to find when the first is gone."""
    generator = np.random.default_rng(seed)
    names = ["he", "she", "man", "woman", *(f"word{number}" for number in range(words))]
    vectors = generator.normal(size=(len(names), dimension))
    side = generator.choice([-1.0, 1.0], len(names))
    vectors[:, 0] += 2.0 * side
    vectors[:, 1] += spread * side
    vectors[:4] *= 0.1
    vectors[:4, 0] = [3.0, -3.0, 3.0, -3.0]
    corpus = vocabulary(names)
    return corpus, vectors, of_pairs("gender", [("he", "she"), ("man", "woman")], corpus)
