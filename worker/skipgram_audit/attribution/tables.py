"""What estimators share whose answer is a table Q[probe word, context word]: the loss of a pair, and how Q is spread.

In expectation over noise words, one update of the input vector w towards the output vector c has the loss

    l(w, c) = -log sig(w.c) - K sum_n P(n) log sig(-w.n)

and its slope along a direction u of w is (sig(w.c) - 1) u.c + K sum_n P(n) sig(w.n) u.n.

Shapes: n probe words of a score, V words, d dimensions.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import softplus

from skipgram_audit.attribution.pair_influences import of_rows
from skipgram_audit.attribution.probe_counts import ProbeWordCounts
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences
from skipgram_audit.computing.execution import unwatched
from skipgram_audit.corpus.counts import spread_over_tokens
from skipgram_audit.corpus.shards import Shard, over_shards
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities


def pair_losses(rows: Tensor, contexts: Tensor, noise: Tensor) -> Tensor:
    """l(w, c), [n, V], of rows [n, d], contexts [V, d] and noise = K P [V]."""
    products = rows @ contexts.T
    return softplus(-products) + softplus(products) @ noise[:, None]


def pair_slopes(rows: Tensor, contexts: Tensor, noise: Tensor, directions: Tensor) -> Tensor:
    """The slope of l(w, c), [n, V], along directions [n, d] of the rows."""
    probabilities = torch.sigmoid(rows @ contexts.T)
    along = directions @ contexts.T
    return (probabilities - 1.0) * along + (probabilities * along) @ noise[:, None]


def expected_noise(problem: InfluenceProblem) -> Tensor:
    """K P(n), float64 [V]."""
    probabilities = noise_probabilities(problem.corpus.counts, problem.settings.noise_power)
    return torch.as_tensor(problem.settings.negatives * probabilities)


def exact(numbers: npt.NDArray[Any]) -> Tensor:
    """Numbers in double precision."""
    return torch.as_tensor(np.asarray(numbers, np.float64))


def trained_scores(problem: InfluenceProblem) -> npt.NDArray[np.float64]:
    """float64 [probes, seeds], of the trained vectors."""
    return np.array(
        [[float(score(exact(one.inputs[score.words]))) for one in problem.trajectories] for score in problem.scores]
    ).reshape(len(problem.scores), len(problem.trajectories))


def spread_shard(
    shard: Shard, words: npt.NDArray[np.int64], keep: npt.NDArray[np.float64], window: int, table: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What a table [n, V] gives to the tokens and to the sentences of a shard; see spread_over_tokens."""
    shares, sums = np.zeros(len(shard.tokens)), np.zeros(len(shard.sentence_offsets) - 1)
    spread_over_tokens(shard, words, keep, window, table, shares, sums)
    return shares, sums


class TableSpreading:
    """Collects the influences that tables give to sentences and tokens: a pair's is its expected count times Q."""

    def __init__(self, problem: InfluenceProblem) -> None:
        corpus, probes, seeds = problem.corpus, len(problem.scores), len(problem.trajectories)
        self._problem = problem
        self._keep = keep_probabilities(corpus.counts, problem.settings.subsample)
        self._sentences = np.zeros((probes, seeds, corpus.sentence_count))
        self._tokens = np.zeros((probes, len(corpus.tokens)), np.float32)
        self._tables = [np.zeros((len(score.words), len(corpus.words))) for score in problem.scores]

    def add(self, probe: int, seeds: Sequence[int], table: npt.NDArray[np.float64]) -> None:
        """Takes the table [n, V] of a probe: one for all the seeds given."""
        corpus, score = self._problem.corpus, self._problem.scores[probe]
        executor, window = self._problem.executor, self._problem.settings.window
        arguments = (score.words, self._keep, window, executor.share(table))
        part = len(seeds) / len(self._problem.trajectories)
        self._tables[probe] += part * table
        for shard, (shares, sums) in over_shards(corpus, executor, spread_shard, arguments, unwatched):
            self._sentences[probe, seeds, shard.sentences] += sums
            self._tokens[probe, shard.places] += (shares * part).astype(np.float32)

    def influences(self, scores: npt.NDArray[np.float64]) -> Influences:
        """All that was added, beside the scores [probes, seeds]."""
        counts = ProbeWordCounts(self._problem)
        owners = [score.words for score in self._problem.scores]
        pairs = of_rows(counts.words, counts.counts, list(zip(owners, self._tables, strict=True)))
        return Influences(scores, self._sentences, self._tokens, pairs=pairs)
