"""In which order a seed's training reads the documents, and with which step size each sentence.

Documents are read in the order of the corpus, as word2vec reads a file, or in a random order of each seed's own. The
order matters where a corpus is sorted, by source or by date: what is read last, while step sizes are small, has not
been trained over by anything after it. A seed's order compares random numbers of the documents' own, so that leaving a
document out leaves all others in their order.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, gathered
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.randomness import random_numbers

ORDER_EPOCH = 2**33
"""The epoch, which no training reaches, that has the random stream of a document's place."""


@dataclass(frozen=True)
class DocumentOrder:
    """A corpus as one seed's training reads it.

    Attributes:
        documents: int64 [documents], which document of the corpus comes where.
        corpus: the documents in this order.
        positions: int64 [sentences], tokens before the sentence in its epoch.
        epoch_tokens: tokens of one epoch.
        settings: first and last step size, and epochs.
    """

    documents: npt.NDArray[np.int64]
    corpus: EncodedCorpus
    positions: npt.NDArray[np.int64]
    epoch_tokens: int
    settings: TrainingSettings

    @classmethod
    def of(
        cls, corpus: EncodedCorpus, settings: TrainingSettings, seed: int, full_corpus: EncodedCorpus | None = None
    ) -> "DocumentOrder":
        """How a training reads corpus; at the places that its sentences have in the whole corpus when that is given."""
        documents = document_order(corpus, settings, seed)
        read = corpus.of_documents(documents) if settings.shuffle_documents else corpus
        if full_corpus is None:
            return cls(documents, read, read.sentence_offsets[:-1], len(read.tokens), settings)
        reference = cls.of(full_corpus, settings, seed).corpus
        by_key = np.argsort(reference.sentence_keys)
        numbers = by_key[np.searchsorted(reference.sentence_keys, read.sentence_keys, sorter=by_key)]
        return cls(documents, read, reference.sentence_offsets[numbers], len(reference.tokens), settings)

    @staticmethod
    def bytes_needed(corpus: EncodedCorpus, settings: TrainingSettings) -> int:
        """Memory of the documents in another order: tokens, and of each sentence its key, offset and position."""
        return 4 * len(corpus.tokens) + 24 * corpus.sentence_count if settings.shuffle_documents else 0

    def steps(self, epoch: int) -> npt.NDArray[np.float64]:
        """float64 [sentences], the step sizes in an epoch: linear in the tokens seen, as in word2vec."""
        settings = self.settings
        done = (epoch * self.epoch_tokens + self.positions) / (settings.epochs * self.epoch_tokens)
        steps = settings.step_size - (settings.step_size - settings.minimum_step_size) * done
        return np.asarray(np.maximum(steps, settings.minimum_step_size))

    def stops(self, parts: int) -> list[int]:
        """Sentence numbers that cut an epoch into parts of equal length in tokens."""
        cuts = [self.epoch_tokens * part / parts for part in range(1, parts)]
        return [*np.searchsorted(self.positions, cuts).tolist(), len(self.positions)]

    def sentences_in_corpus_order(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Values of the sentences as read [..., sentences], in the order of the corpus."""
        return self._as_given(values, self.corpus.document_sentences)

    def tokens_in_corpus_order(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Values of the tokens as read [..., tokens], in the order of the corpus."""
        return self._as_given(values, self.corpus.document_offsets)

    def _as_given(self, values: npt.NDArray[Any], offsets: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        if not self.settings.shuffle_documents:
            return values
        return gathered(values.T, offsets, np.argsort(self.documents)).T


def document_order(corpus: EncodedCorpus, settings: TrainingSettings, seed: int) -> npt.NDArray[np.int64]:
    """int64 [documents]: the documents in the order in which a seed's training reads them."""
    if not settings.shuffle_documents:
        return np.arange(corpus.document_count)
    filled, keys = corpus.document_keys()
    numbers = np.zeros(corpus.document_count, np.uint64)
    numbers[filled] = random_numbers(keys, 1, seed, ORDER_EPOCH)[:, 0]
    return np.argsort(numbers, kind="stable")
