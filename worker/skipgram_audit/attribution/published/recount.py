"""Recount: word vectors straight from the counts, without any training.

The vector of a probe word is its row of positive pointwise mutual information M (skipgram_audit.corpus.ppmi):

    score = s(M),        Q[w, c] = d score / d N[w, c]

Sets are recounted whole: the full score of the counts without them. It is another model than Skip-gram: its scores
differ from the trained ones, and so do its influences; what it knows exactly is what the counts do.

M is not shifted by the log of the negatives, as Skip-gram's factorisation has it: with the shift most entries of a
probe word's row vanish, and halves of two corpora were predicted worse for seven of eight probes.

The same for every seed, so its spread is zero. Cost: one pass over the corpus. Sources: Levy and Goldberg 2014 (Neural
Word Embedding as Implicit Matrix Factorization); Levy, Goldberg and Dagan 2015 (TACL 3) for smoothing and weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import InfluenceProblem, Influences, PredictsByCounting
from skipgram_audit.attribution.tables import TableSpreading, exact
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.ppmi import ppmi_rows, ppmi_slope
from skipgram_audit.corpus.weighted import WeightedCorpus
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities

SHIFT = 1.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recount:
    """The model: scores of the counts of all probe words.

    Attributes:
        keep, noise: float64 [V].
    """

    problem: InfluenceProblem
    keep: Floats
    noise: Floats

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        """The probe words of all scores, R in number, ascending."""
        return np.unique(np.concatenate([score.words for score in self.problem.scores]))

    def counts(self) -> Floats:
        """N of the probe words, [R, V]."""
        return count_pairs(self.problem.corpus, self.words, self.keep, self.problem.settings.window)

    def values(self, counts: Floats) -> Floats:
        """Every score of counts [R, V]: [probes]."""
        vectors = exact(ppmi_rows(counts, self.noise, SHIFT))
        return np.array([float(score(vectors[self._rows(score)])) for score in self.problem.scores])

    def table(self, score: Score, counts: Floats) -> tuple[float, Floats]:
        """A score of counts [R, V] and Q, its derivative in those of its n words: [n, V]."""
        own = counts[self._rows(score)]
        rows = ppmi_rows(own, self.noise, SHIFT)
        value, gradient = value_and_gradient(score, exact(rows))
        return value, ppmi_slope(own, rows, gradient.numpy())

    def _rows(self, score: Score) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.words, score.words)


class RecountEstimator(PredictsByCounting):
    """Influence and prediction of sets by recounting."""

    name: ClassVar[str] = "recount-ppmi"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        model = recount_of(problem)
        spreading, seeds = TableSpreading(problem), len(problem.trajectories)
        scores = np.zeros((len(problem.scores), seeds))
        counts = model.counts()
        for probe, score in enumerate(problem.scores):
            scores[probe], table = model.table(score, counts)
            spreading.add(probe, range(seeds), table)
            progress((probe + 1) / len(problem.scores))
        return spreading.influences(scores)

    def predict_corpora(
        self, problem: InfluenceProblem, corpora: Sequence[WeightedCorpus], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """See SupportsNewTexts."""
        model, settings = recount_of(problem), problem.settings
        before = model.values(model.counts())
        changes = np.zeros((len(corpora), len(problem.scores), len(problem.trajectories)))
        for number, one in enumerate(corpora):
            keep = keep_probabilities(one.counts, settings.subsample)
            other = replace(model, keep=keep, noise=noise_probabilities(one.counts, settings.noise_power))
            counts = count_pairs(one.corpus, model.words, keep, settings.window, one.by_sentence)
            changes[number] = (other.values(counts) - before)[:, None]
            progress((number + 1) / len(corpora))
        return changes


def recount_of(problem: InfluenceProblem) -> Recount:
    """The model of the whole corpus."""
    counts, settings = problem.corpus.counts, problem.settings
    return Recount(
        problem, keep_probabilities(counts, settings.subsample), noise_probabilities(counts, settings.noise_power)
    )
