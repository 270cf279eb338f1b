"""Recount: word vectors straight from the counts, without any training.

The vector of a probe word is its row of positive pointwise mutual information M (skipgram_audit.corpus.ppmi), either as
it is (recount-ppmi) or projected on the leading right singular vectors V of the M of all words (recount-svd):

    score = s(M) or s(M V),        Q[w, c] = d score / d N[w, c]

Sets are recounted whole: the full score of the counts without them, V held. It is another model than Skip-gram: its
scores differ from the trained ones, and so do its influences; what it knows exactly is what the counts do.

M is not shifted by the log of the negatives, as Skip-gram's factorisation has it: with the shift most entries of a
probe word's row vanish, and halves of two corpora were predicted worse for seven of eight probes. Rows are projected
without weighing by powers of the singular values (W = U Sigma): U and U Sigma^(1/2) predicted worse on the whole.

The same for every seed, so its spread is zero. Cost: recount-ppmi one pass over the corpus; recount-svd a pass for
every few hundred words, and a truncated singular value decomposition. Sources: Levy and Goldberg 2014 (Neural Word
Embedding as Implicit Matrix Factorization); Levy, Goldberg and Dagan 2015 (TACL 3) for smoothing and weights.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.memory import require_memory
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences
from skipgram_audit.attribution.tables import TableSpreading, exact
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.encoding import Progress, part_of
from skipgram_audit.corpus.ppmi import leading_directions, matrix_bytes, ppmi_matrix, ppmi_rows, ppmi_slope
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities

SHIFT = 1.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recount:
    """The model: scores of the counts of all probe words.

    Attributes:
        keep, noise: float64 [V].
        projection: [V, k], or None for the rows themselves.
    """

    problem: InfluenceProblem
    keep: Floats
    noise: Floats
    projection: Floats | None = None

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        """The probe words of all scores, R in number, ascending."""
        return np.unique(np.concatenate([score.words for score in self.problem.scores]))

    def counts(self, removed: npt.NDArray[np.bool_] | None = None) -> Floats:
        """N of the probe words, [R, V], without the documents removed."""
        corpus = self.problem.corpus
        weights = None
        if removed is not None:
            weights = corpus.by_sentence(~removed).astype(np.float64)
        return count_pairs(corpus, self.words, self.keep, self.problem.settings.window, weights)

    def values(self, counts: Floats) -> Floats:
        """Every score of counts [R, V]: [probes]."""
        vectors = exact(self._vectors(ppmi_rows(counts, self.noise, SHIFT)))
        return np.array([float(score(vectors[self._rows(score)])) for score in self.problem.scores])

    def table(self, score: Score, counts: Floats) -> tuple[float, Floats]:
        """A score of counts [R, V] and Q, its derivative in those of its n words: [n, V]."""
        own = counts[self._rows(score)]
        rows = ppmi_rows(own, self.noise, SHIFT)
        value, gradient = value_and_gradient(score, exact(self._vectors(rows)))
        to_rows = gradient.numpy()
        if self.projection is not None:
            to_rows = to_rows @ self.projection.T
        return value, ppmi_slope(own, rows, to_rows)

    def _rows(self, score: Score) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.words, score.words)

    def _vectors(self, rows: Floats) -> Floats:
        return rows if self.projection is None else rows @ self.projection


class _RecountEstimator(ABC):
    """Influence and prediction of sets by recounting."""

    @abstractmethod
    def model(self, problem: InfluenceProblem, progress: Progress) -> Recount:
        """The model of the whole corpus."""

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        model = self.model(problem, part_of(progress, 0.0, 0.8))
        spreading, seeds = TableSpreading(problem), len(problem.trajectories)
        scores = np.zeros((len(problem.scores), seeds))
        counts = model.counts()
        for probe, score in enumerate(problem.scores):
            scores[probe], table = model.table(score, counts)
            spreading.add(probe, range(seeds), table)
            progress(0.8 + 0.2 * (probe + 1) / len(problem.scores))
        return spreading.influences(scores)

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> npt.NDArray[np.float64]:
        model = self.model(problem, part_of(progress, 0.0, 0.8))
        before = model.values(model.counts())
        changes = np.zeros((len(removals), len(problem.scores), len(problem.trajectories)))
        for number, removed in enumerate(removals):
            changes[number] = (model.values(model.counts(removed)) - before)[:, None]
            progress(0.8 + 0.2 * (number + 1) / len(removals))
        return changes


class RecountPpmiEstimator(_RecountEstimator):
    """Vectors are rows of positive pointwise mutual information."""

    name: ClassVar[str] = "recount-ppmi"

    def model(self, problem: InfluenceProblem, progress: Progress) -> Recount:
        progress(1.0)
        return Recount(problem, *_distributions(problem))


class RecountSvdEstimator(_RecountEstimator):
    """Vectors are those rows, projected to as many dimensions as training has."""

    name: ClassVar[str] = "recount-svd"

    def model(self, problem: InfluenceProblem, progress: Progress) -> Recount:
        keep, noise = _distributions(problem)
        settings = problem.settings
        require_memory(self.name, matrix_bytes(problem.corpus, settings.window), len(problem.scores))
        matrix = ppmi_matrix(problem.corpus, keep, settings.window, noise, SHIFT, part_of(progress, 0.0, 0.5))
        directions = leading_directions(matrix, settings.dimension, part_of(progress, 0.5, 0.5))
        return Recount(problem, keep, noise, directions)


def _distributions(problem: InfluenceProblem) -> tuple[Floats, Floats]:
    counts, settings = problem.corpus.counts, problem.settings
    return keep_probabilities(counts, settings.subsample), noise_probabilities(counts, settings.noise_power)
