"""What the estimators over all parameters share: one solve a seed, then one pass over the token pairs.

The influence of a text z on a score s, when taking z's loss L_z away moves the parameters by one damped Newton step, is

    influence(z) = -(ds/d(W, C))^T (H + damping I)^-1 dL_z/d(W, C)

to first order: the score without it is s - influence (Silva, Chopra and Gombolay 2020, arXiv 2012.01685: the score is
not the loss that was trained). x = (H + damping I)^-1 ds/d(W, C) is solved once a score; then every token pair's
expected loss is followed along x in one pass (attribution.published.pairs), so that every sentence has an influence,
with or without a probe word. The loss is that of attribution.published.expected_loss, over the whole corpus.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.memory import require_memory
from skipgram_audit.attribution.protocol import AdditiveSetPrediction, InfluenceProblem, Influences, SolverReport
from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.attribution.published.pairs import spread_over_pairs
from skipgram_audit.attribution.solvers import Solution
from skipgram_audit.attribution.tables import exact
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.cooccurrence import Cooccurrences, cooccurrences
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.trajectory import Trajectory

COPIES_OF_PARAMETERS = 8
"""Tensors of the parameters' size that a solve holds for each score: solution, residual, directions, products."""

SHARE_TO_KEEP = 0.25
"""Of the memory left, for the loss' second derivatives between products."""


class ParameterEstimator(AdditiveSetPrediction, ABC):
    """An estimator by a solve over all input and output vectors."""

    name: ClassVar[str]
    copies: ClassVar[int] = COPIES_OF_PARAMETERS
    dtype: torch.dtype = torch.float32

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        """Of all sentences and tokens on all scores; see Estimator."""
        corpus, seeds, probes = problem.corpus, len(problem.trajectories), len(problem.scores)
        left = require_memory(self.name, self.bytes_needed(problem), probes)
        keep = keep_probabilities(corpus.counts, problem.settings.subsample)
        counts = cooccurrences(corpus, keep, problem.settings.window)
        scores = np.zeros((probes, seeds))
        sentences = np.zeros((probes, seeds, corpus.sentence_count))
        tokens = np.zeros((probes, len(corpus.tokens)))
        report = SolverReport.empty(probes, seeds)
        for seed, trajectory in enumerate(problem.trajectories):
            watch = Watch(part_of(progress, seed / seeds, 0.9 / seeds))
            loss = expected_loss(problem, counts, trajectory, self.dtype, int(left * SHARE_TO_KEEP), watch)
            scores[:, seed], right = score_gradients(problem.scores, trajectory)
            solution = self.solve(problem, loss, counts, trajectory, loss.tensor(right), watch)
            report.note(seed, solution)
            shares, sums = spread_over_pairs(
                corpus,
                keep,
                problem.settings.window,
                loss.inputs.cpu().numpy(),
                loss.outputs.cpu().numpy(),
                -solution.vectors.cpu().numpy(),
                -loss.noise_terms(solution.vectors).double().cpu().numpy(),
                problem.executor,
                part_of(progress, (seed + 0.9) / seeds, 0.1 / seeds),
            )
            tokens += shares / seeds
            sentences[:, seed] = sums
        return Influences(scores, sentences, tokens.astype(np.float32), report)

    @abstractmethod
    def solve(
        self,
        problem: InfluenceProblem,
        loss: ExpectedLoss,
        counts: Cooccurrences,
        trajectory: Trajectory,
        right: Tensor,
        watch: "Watch",
    ) -> Solution:
        """x for each of the scores' gradients right [scores, 2 V, d].

        Raises:
            SolveFailed: says what to change.
        """

    def bytes_needed(self, problem: InfluenceProblem) -> int:
        """Memory of counts, parameters, solve and results, whatever is kept beside them to save time."""
        corpus, probes = problem.corpus, len(problem.scores)
        words = len(corpus.words)
        parameters = 2 * words * problem.settings.dimension * self.dtype.itemsize
        entries = min(words * words, 2 * problem.settings.window * len(corpus.tokens))
        results = 8 * probes * (2 * len(corpus.tokens) + len(problem.trajectories) * corpus.sentence_count)
        return 12 * entries + 12 * len(corpus.tokens) + (self.copies * probes + 4) * parameters + results


class Watch:
    """Progress of a long computation whose inner loops only know that they continue."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._fraction = 0.0

    def reached(self, fraction: float) -> None:
        """Reports a fraction of the whole; may raise to cancel."""
        self._fraction = fraction
        self._progress(fraction)

    def __call__(self) -> None:
        """Reports the last fraction again."""
        self._progress(self._fraction)


def expected_loss(
    problem: InfluenceProblem,
    counts: Cooccurrences,
    trajectory: Trajectory,
    dtype: torch.dtype = torch.float32,
    cached_bytes: int = 0,
    watch: Watch | None = None,
) -> ExpectedLoss:
    """The corpus' expected loss at one seed's trained parameters."""
    return ExpectedLoss(
        counts,
        trajectory.inputs,
        trajectory.outputs,
        noise_probabilities(problem.corpus.counts, problem.settings.noise_power),
        problem.settings.negatives,
        problem.device,
        dtype,
        cached_bytes,
        watch or Watch(lambda _fraction: None),
    )


def score_gradients(
    scores: Sequence[Score], trajectory: Trajectory
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Every score's trained value [scores], and its gradient in all parameters [scores, 2 V, d]: only input rows."""
    words, dimension = trajectory.inputs.shape
    values, gradients = np.zeros(len(scores)), np.zeros((len(scores), 2 * words, dimension))
    for number, score in enumerate(scores):
        values[number], gradient = value_and_gradient(score, exact(trajectory.inputs[score.words]))
        gradients[number, score.words] = gradient.numpy()
    return values, gradients
