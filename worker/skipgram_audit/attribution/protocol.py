"""What an estimator of influence is given, and what it gives back.

Sign: influence > 0 means that the text pushes the signed score up; the predicted score without it is score - influence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.cache import NO_CACHE, EstimatorCache
from skipgram_audit.attribution.pair_influences import PairInfluences
from skipgram_audit.attribution.solvers import Solution
from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.execution import Executor, LocalExecutor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.corpus.weighted import WeightedCorpus, without
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.protocol import Score
from skipgram_audit.training.trajectory import Trajectory


@dataclass(frozen=True)
class InfluenceProblem:
    """A trained corpus and the scores to explain.

    Attributes:
        trajectories: one a seed.
        scores: of the input vectors.
        device: cpu or cuda.
        workers: cores to use.
        executor: works on shards of the corpus.
        cache: of what an estimator computes once for an audit.
    """

    corpus: EncodedCorpus
    settings: AuditSettings
    trajectories: Sequence[Trajectory]
    scores: Sequence[Score]
    device: str
    workers: int
    executor: Executor = field(default_factory=lambda: LocalExecutor(core_count()))
    cache: EstimatorCache = NO_CACHE


@dataclass(frozen=True)
class SolverReport:
    """How an estimator's linear systems were solved: float64 [probes, seeds] each, nan where it does not apply.

    Attributes:
        damping: added to the curvature.
        iterations: taken.
        residual: |b - (H + damping I) x| / |b| of the solution x.
        sampling_error: standard error of a sampled solution, relative to its size.
    """

    damping: npt.NDArray[np.float64]
    iterations: npt.NDArray[np.float64]
    residual: npt.NDArray[np.float64]
    sampling_error: npt.NDArray[np.float64]

    @classmethod
    def empty(cls, probes: int, seeds: int) -> "SolverReport":
        """A report to be filled in seed by seed."""
        return cls(*(np.full((probes, seeds), np.nan) for _ in range(4)))

    def note(self, seed: int, solution: Solution) -> None:
        """Fills in one seed's solutions, one a probe."""
        self.damping[:, seed] = solution.damping
        self.iterations[:, seed] = solution.iterations
        self.residual[:, seed] = solution.residuals
        self.sampling_error[:, seed] = solution.sampling_errors

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """By name, as they are kept on disk."""
        return {f"solver_{item.name}": getattr(self, item.name) for item in fields(self)}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[np.float64]]) -> "SolverReport | None":
        """What arrays() gave; None where the estimator solved nothing."""
        names = [item.name for item in fields(cls)]
        return cls(*(arrays[f"solver_{name}"] for name in names)) if f"solver_{names[0]}" in arrays else None


@dataclass(frozen=True)
class Influences:
    """Influence of every sentence and token on every score.

    Attributes:
        scores: float64 [probes, seeds], the score that the estimator's own model of the training gives the whole
            corpus; the trained score where it has no model of its own.
        sentences: float64 [probes, seeds, sentences].
        tokens: float32 [probes, tokens], mean over seeds; a pair's influence is split evenly between its two tokens.
        solver: how its linear systems were solved; None when it solves none.
        pairs: influence by pair of words; None for an estimator that does not work on their counts.
    """

    scores: npt.NDArray[np.float64]
    sentences: npt.NDArray[np.float64]
    tokens: npt.NDArray[np.float32]
    solver: SolverReport | None = None
    pairs: PairInfluences | None = None

    def of_probe(self, number: int) -> "Influences":
        """One probe's alone, without pairs: scores [seeds], sentences [seeds, sentences], tokens [tokens], solver's
        [seeds]."""
        solver = self.solver and SolverReport(*(numbers[number] for numbers in self.solver.arrays().values()))
        return Influences(self.scores[number], self.sentences[number], self.tokens[number], solver)


class Estimator(Protocol):
    """One way to estimate influence: of every text, and of sets."""

    name: ClassVar[str]

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        """Influence of all sentences and tokens on all scores."""
        ...

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> npt.NDArray[np.float64]:
        """Predicted change of every score when sets of documents go.

        Args:
            estimated: gives what influences() gave. Only an estimator that adds them up asks: they fill hundreds of
                megabytes on a large corpus.
            removals: bool [documents] each, true for a document that is removed.

        Returns:
            float64 [removals, probes, seeds]: predicted score without the set, minus the score with it.
        """
        ...


class SupportsReranking:
    """An estimator whose influences are derivatives in the corpus' counts, at any counts: it can rank what is left."""

    influences: Callable[[InfluenceProblem, Progress], Influences]

    def influences_after_removal(
        self, problem: InfluenceProblem, removed: npt.NDArray[np.bool_], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """Influences of the remaining documents, once others have been removed.

        Args:
            removed: bool [documents], true for a document that has been removed.

        Returns:
            float64 [probes, seeds, documents]; zero for those that have been removed.
        """
        left = problem.corpus.without(removed)
        found = self.influences(replace(problem, corpus=left, cache=NO_CACHE), progress).sentences
        documents = np.zeros((*found.shape[:2], len(removed)))
        documents[:, :, ~removed] = [sums_between(probe, left.document_sentences) for probe in found]
        return documents


@runtime_checkable
class SupportsNewTexts(Protocol):
    """An estimator that predicts from the corpus' counts, at any counts: also those of texts that are not in it."""

    def predict_corpora(
        self, problem: InfluenceProblem, corpora: Sequence[WeightedCorpus], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """Predicted change of every score under other corpora, each with its own counts in the place of N.

        Returns:
            float64 [corpora, probes, seeds]: predicted score under each, minus the score of the audited corpus.
        """
        ...


class PredictsByCounting:
    """An estimator for which a removal is a corpus like any other: what is left, counted again."""

    predict_corpora: Callable[..., npt.NDArray[np.float64]]

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> npt.NDArray[np.float64]:
        """See Estimator.predict."""
        return self.predict_corpora(problem, without(problem.corpus, removals), progress)


class AdditiveSetPrediction:
    """An estimator of single texts: a set's predicted change is the sum of its texts' influences, first order."""

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> npt.NDArray[np.float64]:
        """See Estimator.predict."""
        progress(1.0)
        masks = [problem.corpus.by_sentence(removed) for removed in removals]
        influences = estimated().sentences
        return np.stack([-influences[:, :, sentences].sum(axis=2) for sentences in masks])
