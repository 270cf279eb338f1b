"""Resamples of a corpus' documents, and the scores of trainings on them, each kept on disk."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, occurrences
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.sgd import train

Scores = npt.NDArray[np.float64]
MOST_COPIES = 64
"""No document is drawn more often: of n draws from n documents a count is about Poisson with mean 1."""


def drawn_counts(documents: int, number: int) -> npt.NDArray[np.int64]:
    """int64 [documents]: how often each document is in the resample of this number; they sum to documents."""
    draws = np.random.default_rng([7, number]).integers(0, documents, documents)
    return np.bincount(draws, minlength=documents)


def repeated(corpus: EncodedCorpus, copies: npt.NDArray[np.int64]) -> EncodedCorpus:
    """The corpus with each document as often as it was drawn; the vocabulary stays, counts are those of the resample.

    A document's copies follow each other, each with sentence keys, and so random draws, of its own; the same copy has
    the same draws in every resample.
    """
    documents = np.repeat(np.arange(corpus.document_count), copies)
    copy = np.arange(len(documents)) - np.repeat(np.cumsum(copies) - copies, copies)
    lengths = np.diff(corpus.document_sentences)[documents]
    firsts = corpus.document_sentences[documents]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys = np.repeat(MOST_COPIES * firsts + copy * lengths, lengths) + within
    drawn = corpus.of_documents(documents)
    return replace(drawn, counts=occurrences(drawn.tokens, len(corpus.words)), sentence_keys=keys)


@dataclass(frozen=True)
class Bootstrap:
    """Trainings on resamples, kept as the vectors of the probes' words.

    Attributes:
        corpus: the whole corpus.
        scores: probes over it.
        settings: of the training.
        folder: the cache.
    """

    corpus: EncodedCorpus
    scores: list[Weat]
    settings: AuditSettings
    folder: Path

    def by_seed(self, resamples: int, seeds: tuple[int, ...], workers: int) -> Scores:
        """float64 [resamples, seeds, probes]: every score of every training."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(workers) as pool:
            rows = pool.map(
                lambda number: [self._scores(number, seed) for seed in seeds],
                range(resamples),
            )
            return np.array(list(rows))

    def _scores(self, number: int, seed: int) -> list[float]:
        path = self.folder / f"resample-{number}-{seed}.npz"
        words = np.unique(np.concatenate([score.words for score in self.scores]))
        if not path.exists():
            resample = repeated(self.corpus, drawn_counts(self.corpus.document_count, number)).recounted(1)
            inputs = train(resample, self.settings, seed, _silent).inputs
            names = [self.corpus.words[word] for word in words]
            temporary = path.with_suffix(".part")
            with temporary.open("wb") as file:
                np.savez(file, words=words, vectors=inputs[[resample.index[name] for name in names]])
            temporary.replace(path)
        with np.load(path) as kept:
            vectors = kept["vectors"].astype(np.float64)
            assert (kept["words"] == words).all()
        return [score.value(vectors[np.searchsorted(words, score.words)]) for score in self.scores]


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""
