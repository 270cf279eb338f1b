"""Influence by replay: each probe word's training run again for other counts, with the contexts' path fixed.

It answers for runs like this one. Single texts get the derivative of the replayed score in the counts, a table
Q[probe word, context word], times their own counts; sets are replayed whole, at any size. Contexts are fixed, so a
sentence without a probe word near another word has influence zero. Cost: one curvature a probe word and step, then
every sentence in one pass. See skipgram_audit.attribution.replay.probe_words for the formula.
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch

from skipgram_audit.attribution.memory import fitting_dimension, require_memory
from skipgram_audit.attribution.probe_counts import ProbeWordCounts
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences, PredictsByCounting, SupportsReranking
from skipgram_audit.attribution.replay.probe_words import FixedPath, Replay
from skipgram_audit.attribution.tables import TableSpreading
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.weighted import WeightedCorpus
from skipgram_audit.probes.protocol import value_and_gradient
from skipgram_audit.training.distribution import noise_probabilities
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.trajectory import Trajectory


class ReplayEstimator(SupportsReranking, PredictsByCounting):
    """Influence and prediction of sets by replay, over each seed's trajectory."""

    name: ClassVar[str] = "replay"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        model = ReplayModel(problem)
        spreading, seeds = TableSpreading(problem), len(problem.trajectories)
        scores = np.zeros((len(problem.scores), seeds))
        for seed, trajectory in enumerate(problem.trajectories):
            replay = model.replay(trajectory, part_of(progress, seed / seeds, 0.6 / seeds))
            scores[:, seed], tables = model.tables(replay)
            for number, table in enumerate(tables):
                spreading.add(number, [seed], table)
                progress((seed + 0.8 + 0.2 * (number + 1) / len(problem.scores)) / seeds)
        return spreading.influences(scores)

    def predict_corpora(
        self, problem: InfluenceProblem, corpora: Sequence[WeightedCorpus], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """See SupportsNewTexts. Contexts and noise stay those of the audited corpus."""
        model = ReplayModel(problem)
        return model.changes([model.counts_of(other) for other in corpora], progress)


class ReplayModel(ProbeWordCounts):
    """What the replays of all seeds share: the probe words, their counts, and the scores over them.

    Raises:
        NotEnoughMemory: replays of so many words do not fit this machine.
    """

    def __init__(self, problem: InfluenceProblem, dtype: torch.dtype = torch.float32) -> None:
        super().__init__(problem)
        self._dtype = dtype
        intervals = len(problem.trajectories[0].contexts)
        rows = max(len(self.words), sum(len(score.words) for score in problem.scores))

        def needed(dimension: int) -> int:
            return Replay.bytes_needed(len(problem.corpus.words), rows, dimension, intervals)

        dimension, device = problem.settings.dimension, problem.device
        remedy = f"{fitting_dimension(needed, dimension, device)} Fewer probes or fewer words need less, too."
        require_memory(ReplayEstimator.name, needed(dimension), len(problem.scores), remedy, device)

    def changes(self, others: Sequence[npt.NDArray[np.float64]], progress: Progress) -> npt.NDArray[np.float64]:
        """What other counts in the place of the corpus' change: float64 [others, probes, seeds]."""
        trajectories = self._problem.trajectories
        seeds = len(trajectories)
        changes = np.zeros((len(others), len(self._problem.scores), seeds))
        for seed, trajectory in enumerate(trajectories):
            replay = self.replay(trajectory, part_of(progress, seed / seeds, 0.8 / seeds))
            before = self.values(replay.vectors)
            for number, counts in enumerate(others):
                changes[number, :, seed] = self.values(replay.run(replay.tensor(counts))) - before
                progress((seed + 0.8 + 0.2 * (number + 1) / len(others)) / seeds)
        return changes

    def replay(self, trajectory: Trajectory, progress: Progress) -> Replay:
        """The replay of the probe words along one trajectory; what it holds is kept for the next one."""
        problem = self._problem
        name = f"replay-{trajectory.seed}-{str(self._dtype).removeprefix('torch.')}"
        cached = problem.cache.load(name)
        replay = Replay(
            trajectory,
            initial_rows(
                [problem.corpus.words[word] for word in self.words], problem.settings.dimension, trajectory.seed
            ),
            self.counts,
            noise_probabilities(problem.corpus.counts, problem.settings.noise_power),
            problem.settings.negatives,
            problem.device,
            self._dtype,
            progress,
            None if cached is None else FixedPath.of_arrays(cached, problem.device, self._dtype),
        )
        if cached is None:
            problem.cache.save(name, replay.fixed_path.arrays())
        return replay

    def values(self, vectors: torch.Tensor) -> npt.NDArray[np.float64]:
        """Every score of replayed vectors [probe words, d]: float64 [probes]."""
        exact = vectors.double().cpu()
        return np.array([float(score(exact[self.rows(score)])) for score in self._problem.scores])

    def tables(self, replay: Replay) -> tuple[npt.NDArray[np.float64], list[npt.NDArray[np.float64]]]:
        """The replayed scores [probes], and of each Q, its derivative in N: [words of the score, words]."""
        rows = [self.rows(score) for score in self._problem.scores]
        vectors = replay.vectors.double().cpu()
        found = [value_and_gradient(score, vectors[own]) for score, own in zip(self._problem.scores, rows, strict=True)]
        tables = replay.gradients(rows, [replay.tensor(gradient.numpy()) for _, gradient in found])
        return np.array([value for value, _ in found]), [table.double().cpu().numpy() for table in tables]
