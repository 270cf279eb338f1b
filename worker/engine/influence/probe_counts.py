"""The counts of all probe words of a problem, for estimators that need no other words' rows."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from worker.engine.corpus.counts import count_pairs
from worker.engine.influence.protocol import InfluenceProblem
from worker.engine.probes.protocol import Score
from worker.engine.skipgram.distribution import keep_probabilities


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
        """N of the whole corpus, [probe words, words]."""
        return count_pairs(self._problem.corpus, self.words, self.keep, self._problem.settings.window)

    def counts_without(self, removed: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """N of what is left when documents [documents] go."""
        weights = self._problem.corpus.by_sentence(~removed).astype(np.float64)
        return count_pairs(self._problem.corpus, self.words, self.keep, self._problem.settings.window, weights)

    def rows(self, score: Score) -> npt.NDArray[np.int64]:
        """Which rows belong to a score's words, in its order."""
        return np.searchsorted(self.words, score.words)
