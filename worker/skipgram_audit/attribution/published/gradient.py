"""Gradient: TracIn over the checkpoints of each seed's training.

    Q[w, c] = - sum over checkpoints of step size x share x (gradient of the score in w) . (gradient of l(w, c) in w)

with both gradients taken at the checkpoint's vectors, l(w, c) the expected loss of a pair (skipgram_audit.attribution.
tables) and share the epochs since the last checkpoint. A score depends on input vectors only, so this is TracIn at the
embedding layer and over all parameters alike. It supposes that what a text did to a vector is never undone by later
updates: influences of large corpora and frequent words come out too large, their order is what can be used.

Checkpoints are set at the end of every half epoch from the first epoch on. Before that vectors are short and near
random; cosines then have huge gradients that say nothing (Pruthi et al. leave such checkpoints out too).

Cost: one more training for each seed, and a product of d x words for every probe word and checkpoint. Memory: one
training. Sources: Pruthi, Liu, Kale and Sundararajan 2020 (arXiv 2002.08484); Yeh et al. 2022 (arXiv 2202.11844) for
the embedding layer.
"""

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import AdditiveSetPrediction, InfluenceProblem, Influences
from skipgram_audit.attribution.tables import TableSpreading, exact, expected_noise, pair_slopes, trained_scores
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.probes.protocol import value_and_gradient
from skipgram_audit.training.checkpoints import checkpoints

CHECKPOINTS_PER_EPOCH = 2


class GradientEstimator(AdditiveSetPrediction):
    """Influence by products of gradients along each seed's training."""

    name: ClassVar[str] = "gradient"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        spreading, seeds = TableSpreading(problem), len(problem.trajectories)
        for number, trajectory in enumerate(problem.trajectories):
            part = part_of(progress, number / seeds, 0.9 / seeds)
            for probe, table in enumerate(gradient_tables(problem, trajectory.seed, part)):
                spreading.add(probe, [number], table)
                progress((number + 0.9 + 0.1 * (probe + 1) / len(problem.scores)) / seeds)
        return spreading.influences(trained_scores(problem))


def gradient_tables(
    problem: InfluenceProblem, seed: int, progress: Progress, dtype: npt.DTypeLike = np.float32
) -> list[npt.NDArray[np.float64]]:
    """Q of every score along one seed's training: [words of the score, words] each.

    Args:
        dtype: of the training; float64 for checks.
    """
    noise = expected_noise(problem)
    tables = [np.zeros((len(score.words), len(problem.corpus.words))) for score in problem.scores]
    waiting = 0.0
    states = checkpoints(problem.corpus, problem.settings, seed, CHECKPOINTS_PER_EPOCH, progress, dtype)
    for number, state in enumerate(states, start=1):
        waiting += state.share
        if number < CHECKPOINTS_PER_EPOCH:
            continue
        contexts = exact(state.outputs)
        for table, score in zip(tables, problem.scores, strict=True):
            rows = exact(state.inputs[score.words])
            _, gradient = value_and_gradient(score, rows)
            table -= state.step_size * waiting * pair_slopes(rows, contexts, noise, gradient).numpy()
        waiting = 0.0
    return tables
