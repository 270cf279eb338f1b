"""Influence by mean-field training: the whole training in expectation, all words updated, and its derivative.

It answers for runs like this one: no draw of any run is in it, only the first vectors of each seed. Single texts get
the derivative of the mean-field score in the counts, for every pair of words, times their own counts: every sentence of
two words has an influence, with or without a probe word. Sets are trained whole on what is left, at any size. Cost:
about two trainings for each seed, and one to three for each probe of each seed. The formula is in
attribution.mean_field.expected_training.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.mean_field.expected_training import SCORES_AT_ONCE, MeanField, Slope
from skipgram_audit.attribution.mean_field.path import MeanFieldPath
from skipgram_audit.attribution.mean_field.seeds import each_seed, places_for
from skipgram_audit.attribution.memory import require_memory
from skipgram_audit.attribution.pair_influences import of_entries
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences, PredictsByCounting, SupportsReranking
from skipgram_audit.computing.execution import unwatched
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.cooccurrence import Cooccurrences, PairCounter, over_common_entries
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.corpus.weighted import WeightedCorpus
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.randomness import initial_rows

TRAINING_IN_PROBES = 1.25
"""The work of a mean-field training, in that of one probe's derivative."""

SEEDS_AT_ONCE = 4
"""Whose trainings are held together, so that another corpus is counted once for them."""


class MeanFieldEstimator(SupportsReranking, PredictsByCounting):
    """Influence and prediction of sets by mean-field training from each seed's first vectors."""

    name: ClassVar[str] = "mean-field"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        corpus, seeds, probes = problem.corpus, len(problem.trajectories), len(problem.scores)
        counter = _counter(problem)
        scores = np.zeros((probes, seeds))
        sentences = np.zeros((probes, seeds, corpus.sentence_count))
        tokens = np.zeros((probes, len(corpus.tokens)), np.float32)
        mean = np.zeros((probes, len(counter.full.columns)), np.float32)

        def tables(seed: int, cores: int, watch: Progress) -> npt.NDArray[np.float32]:
            trained, found = self._tables(replace(problem, workers=cores), counter.full, seed, watch)
            scores[:, seed] = _values(problem.scores, trained)
            return found

        places = _places(problem, counter.full)
        for seed, found in enumerate(each_seed(tables, seeds, places, problem.workers, progress)):
            mean += found / seeds
            for number, shares in enumerate(counter.spread(found)):
                tokens[number] += (shares / seeds).astype(np.float32)
                sentences[number, seed] = sums_between(shares, corpus.sentence_offsets)
        return Influences(scores, sentences, tokens, pairs=of_entries(counter.full, mean))

    def _tables(
        self, problem: InfluenceProblem, counts: Cooccurrences, seed: int, progress: Progress
    ) -> tuple[Tensor, npt.NDArray[np.float32]]:
        """Of the seed of this number the trained input vectors, and the derivative of every score in N, [P, E]."""
        probes, own = len(problem.scores), problem.trajectories[seed].seed
        training = TRAINING_IN_PROBES / (TRAINING_IN_PROBES + probes)
        trained = mean_field_training(problem, counts, own, part_of(progress, 0.0, training))
        problem.cache.save(_name(problem, own), trained.path.arrays())
        slopes = [self.slope(trained, score) for score in problem.scores]
        found = np.zeros((probes, len(counts.columns)), np.float32)
        for first in range(0, probes, SCORES_AT_ONCE):
            some = slice(first, min(probes, first + SCORES_AT_ONCE))
            begun, share = first / probes, (some.stop - first) / probes
            watch = part_of(progress, training + (1 - training) * begun, (1 - training) * share)
            found[some] = trained.gradients(slopes[some], watch, some.stop == probes)
        return trained.inputs, found

    def slope(self, trained: MeanField, score: Score) -> Slope:
        """What is carried back through a seed's training: here the derivative of the score of its last vectors."""
        return Slope(score.words, {0: slope_at(score, trained.inputs)})

    def predict_corpora(
        self, problem: InfluenceProblem, corpora: Sequence[WeightedCorpus], progress: Progress
    ) -> npt.NDArray[np.float64]:
        """See SupportsNewTexts. Pairs of words that the audited corpus does not have are entries of count zero there,
        so that both corpora are followed over the same entries."""
        full, scores = _counter(problem).full, problem.scores
        every, changes = len(problem.trajectories), np.zeros((len(corpora), len(scores), len(problem.trajectories)))
        places = _places(problem, full)
        for first in range(0, every, SEEDS_AT_ONCE):
            seeds = [one.seed for one in problem.trajectories[first : first + SEEDS_AT_ONCE]]
            watch = _parts(part_of(progress, first / every, len(seeds) / every), len(corpora) + 1)

            def along(number: int, cores: int, part: Progress, seeds: list[int] = seeds) -> MeanField:
                return _cached_or_trained(replace(problem, workers=cores), full, seeds[number], part)

            trained = list(each_seed(along, len(seeds), places, problem.workers, next(watch)))
            for number, other in enumerate(corpora):
                wide, counts = over_common_entries([full, counted_pairs(problem, other)])
                found = self._changes(problem, seeds, trained, (wide, counts, other), places, next(watch))
                changes[number, :, first : first + len(seeds)] = np.stack(list(found), axis=1)
        return changes

    def _changes(
        self,
        problem: InfluenceProblem,
        seeds: Sequence[int],
        trained: Sequence[MeanField],
        other: tuple[Cooccurrences, Cooccurrences, WeightedCorpus],
        places: int,
        progress: Progress,
    ) -> Iterator[npt.NDArray[np.float64]]:
        """Changes of all scores [probes] by each seed.

        Args:
            trained: on the whole corpus.
            other: the entries of it and of another corpus, the other's counts over them, and the other.
        """
        wide, counts, weighted = other
        noise = noise_probabilities(weighted.counts, problem.settings.noise_power)

        def changed(number: int, cores: int, part: Progress) -> npt.NDArray[np.float64]:
            whole = trained[number]
            followed = whole
            if whole.entries < len(wide.columns):
                own = replace(problem, workers=cores)
                followed = mean_field_training(own, wide, seeds[number], unwatched, whole.path)
            return _values(problem.scores, followed.run(counts, part, noise)) - _values(problem.scores, whole.inputs)

        return each_seed(changed, len(seeds), places, problem.workers, progress)


def _parts(progress: Progress, count: int) -> Iterator[Progress]:
    """The progress of each of so many equal parts, one after the other."""
    for number in range(count):
        yield part_of(progress, number / count, 1 / count)


def _places(problem: InfluenceProblem, counts: Cooccurrences) -> int:
    """How many seeds go side by side."""
    return places_for(_bytes_needed(problem, counts), problem.workers) if problem.device == "cpu" else 1


def _bytes_needed(problem: InfluenceProblem, counts: Cooccurrences) -> int:
    """Of one seed's training and its tables."""
    settings, entries = problem.settings, len(counts.columns)
    needed = MeanField.bytes_needed(
        len(problem.corpus.words), settings.dimension, entries, settings.epochs, problem.device
    )
    return needed + 4 * entries * len(problem.scores)


def counted_pairs(problem: InfluenceProblem, other: WeightedCorpus) -> Cooccurrences:
    """N of another corpus, with the subsampling of its own words, over its own entries."""
    keep = keep_probabilities(other.counts, problem.settings.subsample)
    return PairCounter(other.corpus, keep, problem.settings.window, executor=problem.executor).counted(
        other.by_sentence
    )


def _counter(problem: InfluenceProblem) -> PairCounter:
    """Counts the corpus, and makes sure that training on its counts fits this machine.

    Raises:
        NotEnoughMemory: it does not.
    """
    corpus, settings = problem.corpus, problem.settings
    keep = keep_probabilities(corpus.counts, settings.subsample)
    counter = PairCounter(corpus, keep, settings.window, executor=problem.executor)
    needed = _bytes_needed(problem, counter.full)
    require_memory(MeanFieldEstimator.name, needed, len(problem.scores), device=problem.device)
    return counter


def _name(problem: InfluenceProblem, seed: int) -> str:
    """Under which a seed's path is kept: a GPU's has no drawn words, and would not do for processors."""
    return f"{MeanFieldEstimator.name}-{seed}-{problem.device}"


def _cached_or_trained(problem: InfluenceProblem, counts: Cooccurrences, seed: int, progress: Progress) -> MeanField:
    """A training that other counts can follow: along the path that was kept, or anew, and then its path is kept."""
    cached = problem.cache.load(_name(problem, seed))
    path = None if cached is None else MeanFieldPath.of_arrays(cached, problem.device)
    trained = mean_field_training(problem, counts, seed, progress, path)
    if cached is None:
        problem.cache.save(_name(problem, seed), trained.path.arrays())
    return trained


def mean_field_training(
    problem: InfluenceProblem, counts: Cooccurrences, seed: int, progress: Progress, path: MeanFieldPath | None = None
) -> MeanField:
    """The mean-field training of the whole corpus from a seed's first vectors, or along a path that was kept.

    Args:
        counts: N of the whole corpus; entries of zero may be among them.
    """
    corpus, settings = problem.corpus, problem.settings
    return MeanField(
        counts,
        initial_rows(corpus.words, settings.dimension, seed),
        noise_probabilities(corpus.counts, settings.noise_power),
        settings,
        seed,
        problem.workers,
        torch.float32,
        progress,
        problem.device,
        path,
    )


def slope_at(score: Score, inputs: Tensor) -> npt.NDArray[np.float64]:
    """The derivative of a score in the vectors of its words, [n, d]."""
    _, gradient = value_and_gradient(score, inputs[torch.as_tensor(score.words)].cpu().double())
    slope: npt.NDArray[np.float64] = gradient.numpy()
    return slope


def _values(scores: Sequence[Score], inputs: Tensor) -> npt.NDArray[np.float64]:
    return np.array([float(score(inputs[torch.as_tensor(score.words)].cpu().double())) for score in scores])
