"""Unrolled: the exact first-order influence in this very run, by the reverse sweep through its updates.

Cost: one training to set checkpoints, one to log each segment between them, and two to three more for every probe.
It answers for this run (same seed, same draws for all that stays); runs like it differ by much of a seed's noise.

A sentence's weight multiplies the step of each of its updates. Influence is the derivative of the score in it where
every weight is 1. Sets of a share p of the tokens are predicted to first order from where every weight is v = 1 - p,
with the score s(v) and its derivative g there:

    score without the set = s(v) + (1 - v) sum over all sentences of g - sum over the set's sentences of g

The others of a large set are removed, too: over random sets of that share this is, to second order, the best prediction
that is linear in which texts are removed (the first terms of Hoeffding's decomposition). Measured by
`python -m tests.benchmarks.accuracy` on gap-wikipedia: of removals of 10% from this run Spearman 0.96, and 0.93 by the
influences added up (the table of e9f1a3d); of halves, by gensim's seed mean, 0.92 of the noise ceiling, and 0.61.
"""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.memory import fitting_dimension, free_memory, require_memory
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences
from skipgram_audit.attribution.tables import exact
from skipgram_audit.attribution.unrolled.reverse_sweep import (
    empty_log,
    log_bytes_per_pair,
    pairs_of_sentences,
    sweep,
    train_and_log,
)
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.kernel import Sampling, SentenceRange, train_sentences
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.sgd import SharedProgress
from skipgram_audit.training.vectors import padded_columns, padded_rows

PAIRS_BETWEEN_REPORTS = 200_000


@dataclass(frozen=True)
class Segment:
    """Sentences first..last-1 of an epoch, and the pairs that training makes of them."""

    epoch: int
    first: int
    last: int
    pairs: int


class UnrolledEstimator:
    """Influence through the updates of each seed's training."""

    name: ClassVar[str] = "unrolled"

    def influences(self, problem: InfluenceProblem, progress: Progress) -> Influences:
        scores, sentences, tokens = zip(*swept(problem, problem.settings, progress), strict=True)
        return Influences(
            scores=np.stack(scores, axis=1),
            sentences=np.stack(sentences, axis=1),
            tokens=np.stack(tokens).mean(axis=0).astype(np.float32),
        )

    def predict(
        self,
        problem: InfluenceProblem,
        estimated: Callable[[], Influences],
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
    ) -> npt.NDArray[np.float64]:
        """See Estimator.predict: from the share that stays, to tenths, each swept once an audit."""
        corpus, influences = problem.corpus, estimated()
        weights = [weight_of(corpus, removed) for removed in removals]
        others = sorted({weight for weight in weights if weight < 1})
        known = {1.0: (influences.scores, influences.sentences)}
        for number, weight in enumerate(others):
            known[weight] = _lighter(problem, weight, part_of(progress, number / len(others), 1 / len(others)))
        progress(1.0)
        changes = []
        for weight, removed in zip(weights, removals, strict=True):
            scores, slopes = known[weight]
            light = scores - influences.scores + (1.0 - weight) * slopes.sum(axis=2)
            changes.append(light - slopes[:, :, corpus.by_sentence(removed)].sum(axis=2))
        return np.stack(changes)


def weight_of(corpus: EncodedCorpus, removed: npt.NDArray[np.bool_]) -> float:
    """The share of the tokens that stay without some documents, to tenths, and 0.1 at least."""
    lengths = np.diff(corpus.document_offsets)
    share = float(lengths[~removed].sum()) / max(1, int(lengths.sum()))
    return max(1.0, round(10 * share)) / 10


def _lighter(
    problem: InfluenceProblem, weight: float, progress: Progress
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where all sentences have this weight: scores [probes, seeds], and their derivatives in sentences' weights
    [probes, seeds, sentences]."""
    name = f"{UnrolledEstimator.name}-{weight:.1f}"
    cached = problem.cache.load(name)
    if cached is None:
        settings = problem.settings
        lighter = settings.model_copy(
            update={
                "step_size": weight * settings.step_size,
                "minimum_step_size": weight * settings.minimum_step_size,
            }
        )
        scores, sentences, _ = zip(*swept(problem, lighter, progress), strict=True)
        # The sweep multiplies steps that are lighter already: its derivative is in the weight's share of this one.
        cached = {"scores": np.stack(scores, axis=1), "sentences": np.stack(sentences, axis=1) / weight}
        problem.cache.save(name, cached)
    return cached["scores"], cached["sentences"]


def swept(
    problem: InfluenceProblem, settings: TrainingSettings, progress: Progress
) -> list[tuple[npt.NDArray[np.float64], ...]]:
    """Scores, and influences of sentences and tokens, of every seed's training: see ReverseSweep.run.

    Raises:
        NotEnoughMemory: not even one seed's sweep fits.
    """
    sweeps = [ReverseSweep(problem.corpus, settings, item.seed) for item in problem.trajectories]
    probes = len(problem.scores)
    largest = max(sweeps, key=lambda one: one.bytes_needed(probes))
    fits = fitting_dimension(lambda dimension: largest.bytes_needed(probes, dimension), settings.dimension)
    workers = seeds_at_once(largest.bytes_needed(probes), problem, f"{fits} The replay estimator needs less.")
    shared = SharedProgress(progress, len(sweeps))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [pool.submit(one.run, problem.scores, shared.part(number)) for number, one in enumerate(sweeps)]
        return [future.result() for future in futures]


class ReverseSweep:
    """One seed's training, run again and swept back.

    Args:
        dtype: float32 as in training, or float64 for checks of derivatives.
    """

    def __init__(
        self, corpus: EncodedCorpus, settings: TrainingSettings, seed: int, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self._document_order = DocumentOrder.of(corpus, settings, seed)
        self._corpus = corpus = self._document_order.corpus
        self._settings = settings
        self._seed = seed
        self._dtype = np.dtype(dtype)
        self._sampling: Sampling = sampling(corpus.counts, settings, seed)
        self._pairs = [
            pairs_of_sentences(corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys, epoch, self._sampling)
            for epoch in range(settings.epochs)
        ]
        self._columns = padded_columns(settings.dimension)
        self.segments = self._planned(settings.dimension)

    def bytes_needed(self, probes: int, dimension: int | None = None) -> int:
        """Memory of the checkpoints, the log of the longest segment, the adjoints and the results.

        Args:
            dimension: of vectors of another length than the settings'.
        """
        segments = self.segments if dimension is None else self._planned(dimension)
        state_bytes, pair_bytes = self._sizes(dimension or self._settings.dimension)
        longest = max((segment.pairs for segment in segments), default=0)
        per_probe = state_bytes + 8 * (len(self._corpus.tokens) + self._corpus.sentence_count)
        reading = DocumentOrder.bytes_needed(self._corpus, self._settings)
        return (len(segments) + 1) * state_bytes + longest * pair_bytes + probes * per_probe + reading

    def _sizes(self, dimension: int) -> tuple[int, int]:
        """Bytes of a checkpoint, and of a pair in the log."""
        columns, itemsize = padded_columns(dimension), self._dtype.itemsize
        pair_bytes = log_bytes_per_pair(self._settings.negatives + 1, columns, itemsize)
        return 2 * (len(self._corpus.words) + 1) * columns * itemsize, pair_bytes

    def _planned(self, dimension: int) -> list[Segment]:
        """Segments of the length at which checkpoints and the log take the least together."""
        state_bytes, pair_bytes = self._sizes(dimension)
        total = sum(int(pairs.sum()) for pairs in self._pairs)
        segments = max(self._settings.epochs, round((max(1, total) * pair_bytes / state_bytes) ** 0.5))
        return self._plan(max(1, total // segments))

    def run(
        self, scores: Sequence[Score], progress: Progress
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Scores [probes], influences of sentences [probes, sentences] and of tokens [probes, tokens]."""
        checkpoints, inputs, outputs = self._forward(part_of(progress, 0.0, 0.2))
        values, to_inputs = self._adjoints(scores, inputs)
        to_outputs = np.zeros_like(to_inputs)
        sentences = np.zeros((len(scores), self._corpus.sentence_count))
        tokens = np.zeros((len(scores), len(self._corpus.tokens)))
        longest = max((segment.pairs for segment in self.segments), default=0)
        log = empty_log(longest, len(self._sampling.slots), self._columns, self._dtype)
        done, total = 0, max(1, sum(segment.pairs for segment in self.segments))
        for segment in reversed(self.segments):
            inputs, outputs = checkpoints.pop()
            train_and_log(*self._arguments(segment), inputs, outputs, log)
            for last in range(segment.pairs, 0, -PAIRS_BETWEEN_REPORTS):
                first = max(0, last - PAIRS_BETWEEN_REPORTS)
                sweep(
                    self._corpus.tokens, log, last, first, self._sampling.slots, outputs,
                    to_inputs, to_outputs, sentences, tokens,
                )  # fmt: skip
                done += last - first
                progress(0.2 + 0.8 * done / total)
        for probe in range(len(scores)):
            sentences[probe] = self._document_order.sentences_in_corpus_order(sentences[probe])
            tokens[probe] = self._document_order.tokens_in_corpus_order(tokens[probe])
        return values, sentences, tokens

    def _plan(self, pairs_per_segment: int) -> list[Segment]:
        """Cuts every epoch into segments of about so many pairs."""
        segments = []
        for epoch, pairs in enumerate(self._pairs):
            ends = np.cumsum(pairs)
            targets = np.arange(pairs_per_segment, ends[-1] if len(ends) else 0, pairs_per_segment)
            cuts = [0, *np.unique(np.searchsorted(ends, targets) + 1).tolist(), len(pairs)]
            segments += [
                Segment(epoch, first, last, int(pairs[first:last].sum()))
                for first, last in itertools.pairwise(cuts)
                if first < last
            ]
        return segments

    def _forward(self, progress: Progress) -> tuple[list[tuple[Any, Any]], Any, Any]:
        """Trains, keeping inputs and outputs as they are before each segment."""
        settings = self._settings
        start = initial_rows(self._corpus.words, settings.dimension, self._seed).astype(self._dtype)
        inputs = padded_rows(start)
        outputs = padded_rows(np.zeros((len(self._corpus.words), settings.dimension), self._dtype), spare=1)
        checkpoints = []
        for number, segment in enumerate(self.segments):
            checkpoints.append((padded_rows(inputs), padded_rows(outputs)))
            train_sentences(*self._arguments(segment), inputs, outputs)
            progress((number + 1) / len(self.segments))
        return checkpoints, inputs, outputs

    def _arguments(self, segment: Segment) -> SentenceRange:
        corpus = self._corpus
        steps = self._document_order.steps(segment.epoch)
        return (
            corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys, steps,
            segment.epoch, segment.first, segment.last, self._sampling,
        )  # fmt: skip

    def _adjoints(self, scores: Sequence[Score], inputs: Any) -> tuple[npt.NDArray[np.float64], Any]:
        """Every score's value, and its derivative in the trained input rows: [probes, words + 1, columns]."""
        adjoints = np.zeros((len(scores), len(self._corpus.words) + 1, self._columns), self._dtype)
        values = np.zeros(len(scores))
        columns = slice(0, self._settings.dimension)
        for number, score in enumerate(scores):
            values[number], gradient = value_and_gradient(score, exact(inputs[score.words][:, columns]))
            adjoints[number, score.words, columns] = gradient.numpy()
        return values, adjoints


def seeds_at_once(bytes_needed: int, problem: InfluenceProblem, remedy: str = "") -> int:
    """How many seeds' sweeps fit this machine's free memory together.

    Raises:
        NotEnoughMemory: not even one does.
    """
    require_memory(UnrolledEstimator.name, bytes_needed, len(problem.scores), remedy)
    return max(1, min(len(problem.trajectories), problem.workers, free_memory() // bytes_needed))
