"""The counts of all probe words of a problem, for estimators that need no other words' rows."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.corpus.counts import count_pairs, counts_left
from skipgram_audit.corpus.weighted import WeightedCorpus
from skipgram_audit.probes.protocol import Score
from skipgram_audit.training.distribution import keep_probabilities

CACHE_NAME = "probe-counts"


class ProbeWordCounts:
    """N of the probe words of all scores, a row each.

    Attributes:
        words: int64 [probe words], their ids, ascending.
        keep: float64 [words of the vocabulary].
    """

    def __init__(self, problem: InfluenceProblem) -> None:
        self._problem = problem
        self.words = np.unique(np.concatenate([score.words for score in problem.scores]))
        self.keep = keep_probabilities(problem.corpus.counts, problem.settings.subsample)

    @cached_property
    def counts(self) -> npt.NDArray[np.float64]:
        """N of the whole corpus, [probe words, words]; counted once for an audit."""
        shape = len(self.words), len(self._problem.corpus.words)
        cached = self._problem.cache.load(CACHE_NAME)
        if cached is not None:
            return np.asarray(
                csr_array((cached["values"], cached["columns"], cached["offsets"]), shape=shape).toarray()
            )
        counts = self._counted(None)
        sparse = csr_array(counts)
        self._problem.cache.save(
            CACHE_NAME, {"values": sparse.data, "columns": sparse.indices, "offsets": sparse.indptr.astype(np.int64)}
        )
        return counts

    def counts_without(self, removed: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """N of what is left when documents [documents] go: counted over the smaller part of the corpus."""
        corpus = self._problem.corpus
        return counts_left(corpus, corpus.by_sentence(removed), self.counts, self._counted)

    def counts_of(self, other: WeightedCorpus) -> npt.NDArray[np.float64]:
        """N of another corpus, with the subsampling of its own words."""
        settings = self._problem.settings
        keep = keep_probabilities(other.counts, settings.subsample)
        return count_pairs(other.corpus, self.words, keep, settings.window, other.by_sentence)

    def rows(self, score: Score) -> npt.NDArray[np.int64]:
        """Which rows belong to a score's words, in its order."""
        return np.searchsorted(self.words, score.words)

    def _counted(self, weights: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64]:
        problem = self._problem
        return count_pairs(problem.corpus, self.words, self.keep, problem.settings.window, weights)
