"""Per word: each probe word's vector moved by a Newton step of its own loss, with the output vectors fixed.

Brunet, Alkalay-Houlihan, Anderson and Zemel (2019, arXiv 1810.03611) hold GloVe's context vectors and move one word
vector at a time. For Skip-gram with negative sampling, with the output vectors C of the end of training, a word w has

    g_N(w) = sum_c N[w,c] (sig(w.c) - 1) c + K N_w sum_n P(n) sig(w.n) n
    H_N    = sum_c (N[w,c] + K N_w P(c)) sig(w.c) (1 - sig(w.c)) c c^T + damping I

For a set of texts with counts D, w moves with the curvature of what is left, and the full score is taken there:

    w' = w + H_(N-D)^-1 g_D(w)

which is one Newton step w' - w = -H_(N-D)^-1 (g_(N-D)(w) - g_N(w)): the trained w is taken as the whole corpus'
solution, though training stopped before it, so that removing nothing changes nothing (as in the proximal form of Bae
et al. 2022, arXiv 2209.05364). The influence of single texts is the derivative of that score, a table

    Q[w, c] = -q_w . ((sig(w.c) - 1) c + K sum_n P(n) sig(w.n) n),        q_w = H_N^-1 ds/dw

times their counts. Cost: one d x d system for each probe word and seed, V d^2 operations, then one pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch

from skipgram_audit.attribution.probe_counts import ProbeWordCounts
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences, SolverReport
from skipgram_audit.attribution.solvers import Solution
from skipgram_audit.attribution.tables import TableSpreading, exact, expected_noise
from skipgram_audit.computing.progress import Progress
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.trajectory import Trajectory

Floats = npt.NDArray[np.float64]


class PerWordEstimator:
    """Influence and prediction of sets by one Newton step a probe word, over each seed's trained vectors."""

    name: ClassVar[str] = "per-word"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        """Of all sentences and tokens on all scores; see Estimator."""
        probes, seeds = len(problem.scores), len(problem.trajectories)
        counts, spreading = ProbeWordCounts(problem), TableSpreading(problem)
        scores = np.zeros((probes, seeds))
        report = SolverReport.empty(probes, seeds)
        for seed, trajectory in enumerate(problem.trajectories):
            system = WordSystems(problem, counts, trajectory)
            worst = np.zeros(probes)
            for number, score in enumerate(problem.scores):
                scores[number, seed], gradient = value_and_gradient(score, exact(trajectory.inputs[score.words]))
                table, worst[number] = system.table(score, gradient.numpy())
                spreading.add(number, [seed], table)
                progress((seed + (number + 1) / probes) / seeds)
            none = np.full(probes, np.nan)
            damping = problem.settings.damping
            report.note(seed, Solution(torch.empty(0), np.ones(probes, np.int64), worst, none, damping))
        return replace(spreading.influences(scores), solver=report)

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> Floats:
        """The full score after one Newton step of every probe word; for sets of any size."""
        counts = ProbeWordCounts(problem)
        left = [counts.counts_without(removed) for removed in removals]
        changes = np.zeros((len(removals), len(problem.scores), len(problem.trajectories)))
        total = max(1, len(problem.trajectories) * len(removals))
        for seed, trajectory in enumerate(problem.trajectories):
            system = WordSystems(problem, counts, trajectory)
            for number, counted in enumerate(left):
                done = seed * len(removals) + number
                moved = system.moved(counted, lambda part, done=done: progress((done + part) / total))  # type: ignore[misc]
                for probe, score in enumerate(problem.scores):
                    rows = counts.rows(score)
                    after, before = (float(score(torch.tensor(one[rows]))) for one in (moved, system.vectors))
                    changes[number, probe, seed] = after - before
        return changes


class WordSystems:
    """Gradients and curvatures of the probe words' own losses at one seed's trained vectors, in double precision.

    Attributes:
        vectors: float64 [probe words, d], w.
    """

    def __init__(self, problem: InfluenceProblem, counts: ProbeWordCounts, trajectory: Trajectory) -> None:
        self._rows, self._full = counts.rows, counts.counts
        self._damping = problem.settings.damping
        self._outputs = trajectory.outputs.astype(np.float64)
        self._noise = expected_noise(problem).numpy()
        self.vectors = trajectory.inputs[counts.words].astype(np.float64)
        self._probabilities = 1.0 / (1.0 + np.exp(-self.vectors @ self._outputs.T))

    def table(self, score: Score, gradients: Floats) -> tuple[Floats, float]:
        """Q of a score, [words of the score, words], and the largest relative residual of its solves.

        Args:
            gradients: [words of the score, d], ds/dw.
        """
        rows = self._rows(score)
        table = np.zeros((len(rows), len(self._outputs)))
        worst = 0.0
        for place, (row, gradient) in enumerate(zip(rows, gradients, strict=True)):
            matrix = self.curvature(row, self._full[row])
            solved = np.linalg.solve(matrix, gradient)
            size = np.linalg.norm(gradient)
            worst = max(worst, float(np.linalg.norm(matrix @ solved - gradient) / size) if size > 0 else 0.0)
            along, probabilities = self._outputs @ solved, self._probabilities[row]
            table[place] = (1.0 - probabilities) * along - (self._noise * probabilities) @ along
        return table, worst

    def moved(self, left: Floats, progress: Progress) -> Floats:
        """The probe words' vectors [probe words, d] when counts left [probe words, words] are what is left."""
        removed = self._full - left
        result: Floats = self.vectors.copy()
        for row in range(len(result)):
            gradient = self.gradient(row, removed[row])
            if gradient.any():
                result[row] += np.linalg.solve(self.curvature(row, left[row]), gradient)
            progress((row + 1) / len(result))
        return result

    def gradient(self, row: int, counts: Floats) -> Floats:
        """g(w) of one probe word under counts [words]: [d]."""
        weights = counts + counts.sum() * self._noise
        return np.asarray((weights * self._probabilities[row] - counts) @ self._outputs)

    def curvature(self, row: int, counts: Floats) -> Floats:
        """H of one probe word under counts [words], damping included: [d, d]."""
        probabilities = self._probabilities[row]
        weights = (counts + counts.sum() * self._noise) * probabilities * (1.0 - probabilities)
        squares = self._outputs.T @ (weights[:, None] * self._outputs)
        return np.asarray(squares + self._damping * np.eye(self._outputs.shape[1]))
