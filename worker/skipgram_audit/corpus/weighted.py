"""A corpus in the place of the audited one: its texts, in the words of the audit, and how often each document counts.

A removal, weights, texts that come and a rewriting are all such corpora, so that one prediction serves them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WeightedCorpus:
    """What a training would read.

    Attributes:
        corpus: in the vocabulary of the audited one.
        weights: float64 [documents], how often each is read.
        counts: float64 [words], from which subsampling and noise follow.
    """

    corpus: EncodedCorpus
    weights: Floats
    counts: Floats

    @property
    def by_sentence(self) -> Floats:
        """float64 [sentences], how often each is read."""
        return np.asarray(self.corpus.by_sentence(self.weights), np.float64)


def weighted_corpus(corpus: EncodedCorpus, weights: npt.ArrayLike = 1.0, same_run: bool = False) -> WeightedCorpus:
    """A corpus whose documents count so often.

    Args:
        weights: [documents], or one number for all.
        same_run: subsampling and noise stay as corpus.counts has them; else its words are counted again.
    """
    every = np.broadcast_to(np.asarray(weights, np.float64), corpus.document_count)
    if same_run:
        return WeightedCorpus(corpus, every, corpus.counts.astype(np.float64))
    by_token = np.repeat(every, np.diff(corpus.document_offsets))
    counts = np.bincount(corpus.tokens, by_token, minlength=len(corpus.words))
    return WeightedCorpus(corpus, every, np.asarray(counts, np.float64))


def without(
    corpus: EncodedCorpus, removals: Sequence[npt.NDArray[np.bool_]], same_run: bool = False
) -> list[WeightedCorpus]:
    """What is left when documents go, bool [documents] each; see weighted_corpus."""
    return [weighted_corpus(corpus, ~removed, same_run) for removed in removals]
