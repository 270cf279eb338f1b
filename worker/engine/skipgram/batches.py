"""Training in batches, for a GPU: the updates of so many tokens read the same vectors, and are then added together.

Pairs, radii and noise words are drawn as in sequential training (worker.engine.skipgram.kernel), by the processors; so
are the step sizes. A batch holds the pairs of the centres in one block of B tokens of the whole corpus whose context
stands at one distance, -window to window, the batches of a block following each other from left to right: so no token
is centre or context of two pairs of a batch. That matters: where all pairs of a centre read the same vectors, the
context words of a window do not feel each other through the centre, and input vectors stay a tenth too short.
Leaving a document out leaves the other updates of its batches as they are. With z_k = w.c_k, g_k = sig(z_k) - y_k,

    w <- w - sum e sum_k g_k c_k,        c <- c - sum e g w,        sums over the batch's pairs with that row

Vectors are kept as whole numbers of UNIT, 2^-24, and changes are rounded to that: whole numbers add up to the same in
any order, so the threads of a GPU cannot change the result. 2^-24 is what single precision resolves at 0.5.

Several seeds train side by side, each on rows of its own, and come out as each alone but for single precision's
rounding of products, which may depend on how many there are. On a GPU one batch is captured as a graph and replayed.

Shapes: S seeds, V words, d dimensions, K noise words, C pairs that a batch can hold.
"""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from worker.engine.compiled import compiled, compiled_fast
from worker.engine.corpus.encoding import EncodedCorpus, Progress
from worker.engine.errors import DivergedTraining
from worker.engine.skipgram.distribution import keep_probabilities, sampling
from worker.engine.skipgram.kernel import Sampling, draw_outputs, keep_tokens, longest_sentence
from worker.engine.skipgram.randomness import GOLDEN, below, initial_rows, mix, stream
from worker.engine.skipgram.settings import TrainingSettings
from worker.engine.skipgram.training import INTERVALS_PER_EPOCH, OutputPath, Schedule
from worker.engine.skipgram.trajectory import Trajectory

UNIT = 2.0**-24
LARGEST = 100.0
"""Numbers of a vector beyond this mean that training has diverged; 128 would not fit any more."""

BATCHES_AT_ONCE = 256
"""Batches that are drawn, sent to the device and trained before the next ones."""

BLOCKS_AT_ONCE = 64
"""Blocks of tokens that are drawn together."""

ROOM = 1.2
"""Pairs that a batch can hold, over those expected; what does not fit becomes a batch of its own."""


@dataclass(frozen=True)
class DrawnBatches:
    """Batches of one seed, of at most C pairs each.

    Attributes:
        contexts: int32 [pairs], input rows; chosen: int32 [pairs, K + 1], output rows; steps: float32 [pairs].
        starts: int64 [batches + 1], where each begins.
    """

    contexts: npt.NDArray[np.int32]
    chosen: npt.NDArray[np.int32]
    steps: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]


def train_batches(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seeds: Sequence[int],
    progress: Progress,
    device: torch.device,
    whole: EncodedCorpus | None = None,
) -> list[Trajectory]:
    """Trains seeds side by side, settings.batch_tokens tokens at once.

    Args:
        corpus, whole: see worker.engine.skipgram.training.train.

    Raises:
        DivergedTraining: vectors grew beyond LARGEST.
    """
    schedule = Schedule.of(corpus, settings, whole)
    draws = [sampling(corpus.counts, settings, seed) for seed in seeds]
    vectors = BatchVectors(
        np.stack([initial_rows(corpus.words, settings.dimension, seed) for seed in seeds]),
        settings.negatives,
        batch_capacity(corpus, settings),
        device,
    )
    paths = [OutputPath(settings, outputs) for outputs in vectors.outputs()]
    pairs = np.zeros(len(seeds), np.int64)
    with ThreadPoolExecutor(max_workers=len(seeds)) as pool:
        for half in range(INTERVALS_PER_EPOCH * settings.epochs):
            epoch, part = divmod(half, INTERVALS_PER_EPOCH)
            steps = schedule.steps(epoch)
            first, last = [0, *schedule.stops(INTERVALS_PER_EPOCH)][part : part + 2]
            for sentences in _ranges(schedule, first, last):
                some = partial(draw, corpus, schedule, steps, epoch, sentences, capacity=vectors.capacity)
                drawn = list(pool.map(some, draws))
                vectors.train(drawn)
                pairs += [len(one.contexts) for one in drawn]
                done = epoch + corpus.sentence_offsets[sentences.stop] / max(1, len(corpus.tokens))
                progress(min(1.0, float(done) / settings.epochs))
            if paths[0].ends_at(half + 1):
                for path, outputs in zip(paths, vectors.outputs(), strict=True):
                    path.record(half + 1, outputs)
    inputs = vectors.inputs()
    return [
        path.trajectory(seed, rows, int(count))
        for path, seed, rows, count in zip(paths, seeds, inputs, pairs, strict=True)
    ]


def batch_capacity(corpus: EncodedCorpus, settings: TrainingSettings) -> int:
    """C: ROOM times the pairs expected of a batch, and some more."""
    keep = keep_probabilities(corpus.counts, settings.subsample)
    kept = float((corpus.counts * keep).sum() / max(1, corpus.counts.sum()))
    return int(ROOM * settings.batch_tokens * kept) + 1


class BatchVectors:
    """The vectors of several seeds on a device, and what trains them a batch at a time.

    Args:
        start: float32 [S, V, d], first input vectors; output vectors begin at zero.
        negatives: K.
        capacity: C.
        device: cpu works, too, some fifty times slower than sequential training.
    """

    def __init__(self, start: npt.NDArray[np.float32], negatives: int, capacity: int, device: torch.device) -> None:
        self.capacity, self._device = capacity, device
        self._seeds, self._words, dimension = start.shape
        rows = self._seeds * (self._words + 1)
        padded = torch.nn.functional.pad(torch.as_tensor(start), (0, 0, 0, 1)).to(device)
        self._inputs = _whole_numbers(padded).view(rows, dimension)
        self._outputs = torch.zeros_like(self._inputs)
        pairs = BATCHES_AT_ONCE * capacity
        self._contexts = torch.zeros(self._seeds, pairs, dtype=torch.int32, device=device)
        self._chosen = torch.zeros(self._seeds, pairs, negatives + 1, dtype=torch.int32, device=device)
        self._steps = torch.zeros(self._seeds, pairs, device=device)
        self._starts = torch.zeros(self._seeds, BATCHES_AT_ONCE + 1, dtype=torch.int64, device=device)
        self._number = torch.zeros(1, dtype=torch.int64, device=device)
        self._slots = torch.arange(capacity, device=device)
        self._first_rows = (torch.arange(self._seeds, device=device) * (self._words + 1))[:, None]
        self._graph = self._captured() if device.type == "cuda" else None

    @staticmethod
    def bytes_needed(seeds: int, words: int, dimension: int, negatives: int, capacity: int) -> int:
        """Memory on the device."""
        rows = 2 * words * dimension
        held = BATCHES_AT_ONCE * capacity * (negatives + 3)
        at_once = 5 * capacity * (negatives + 2) * dimension
        return 4 * seeds * (rows + held + at_once)

    def train(self, drawn: Sequence[DrawnBatches]) -> None:
        """Trains batches, each seed's own; a seed that has fewer waits at the end."""
        most = max(len(one.starts) - 1 for one in drawn)
        for first in range(0, most, BATCHES_AT_ONCE):
            count = min(BATCHES_AT_ONCE, most - first)
            for seed, one in enumerate(drawn):
                self._send(seed, one, first)
            self._number.zero_()
            for _ in range(count):
                if self._graph is None:
                    self._step()
                else:
                    self._graph.replay()

    def inputs(self) -> list[npt.NDArray[np.float32]]:
        """Input vectors [V, d] of each seed."""
        return self._vectors(self._inputs)

    def outputs(self) -> list[npt.NDArray[np.float32]]:
        """Output vectors [V, d] of each seed."""
        return self._vectors(self._outputs)

    def _vectors(self, numbers: Tensor) -> list[npt.NDArray[np.float32]]:
        rows = (numbers.double() * UNIT).float().view(self._seeds, self._words + 1, -1)[:, :-1]
        largest = float(rows.abs().max()) if rows.numel() else 0.0
        if largest > LARGEST:
            raise DivergedTraining(
                f"Training in batches diverged: a number of a vector reached {largest:.0f}.",
                "Use fewer tokens a batch, a smaller step size, or train one update at a time (0 tokens a batch).",
            )
        return list(rows.cpu().numpy())

    def _send(self, seed: int, drawn: DrawnBatches, first: int) -> None:
        starts = drawn.starts[first : first + BATCHES_AT_ONCE + 1]
        if len(starts) == 0:
            starts = drawn.starts[-1:]
        pairs = slice(int(starts[0]), int(starts[-1]))
        length = pairs.stop - pairs.start
        self._contexts[seed, :length] = torch.from_numpy(drawn.contexts[pairs])
        self._chosen[seed, :length] = torch.from_numpy(drawn.chosen[pairs])
        self._steps[seed, :length] = torch.from_numpy(drawn.steps[pairs])
        bounds = np.full(BATCHES_AT_ONCE + 1, length)
        bounds[: len(starts)] = starts - starts[0]
        self._starts[seed] = torch.from_numpy(bounds)

    def _step(self) -> None:
        """One batch of every seed; slots that hold no pair take the spare rows, which stay zero."""
        places = self._starts.index_select(1, self._number) + self._slots
        inside = places < self._starts.index_select(1, self._number + 1)
        places = torch.where(inside, places, 0)
        contexts = torch.where(inside, self._contexts.gather(1, places), self._words)
        slots = self._chosen.shape[2]
        chosen = self._chosen.gather(1, places[..., None].expand(-1, -1, slots))
        chosen = torch.where(inside[..., None], chosen, self._words)
        steps = torch.where(inside, self._steps.gather(1, places), 0.0)
        used = (chosen != self._words) * steps[..., None]
        words = (contexts + self._first_rows).flatten()
        outputs = (chosen + self._first_rows[..., None]).view(-1, slots)
        w = self._inputs[words] * UNIT
        c = self._outputs[outputs] * UNIT
        errors = torch.sigmoid((c * w[:, None]).sum(2))
        errors[:, 0] -= 1.0
        errors *= used.view(-1, slots)
        to_inputs, to_outputs = (errors[..., None] * c).sum(1), errors[..., None] * w[:, None]
        self._inputs.index_add_(0, words, _whole_numbers(-to_inputs))
        self._outputs.index_add_(0, outputs.flatten(), _whole_numbers(-to_outputs).flatten(0, 1))
        self._number += 1

    def _captured(self) -> torch.cuda.CUDAGraph:
        """One batch as a graph, tried before on batches without pairs."""
        aside: Any = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(aside):
            for _ in range(3):
                self._number.zero_()
                self._step()
        torch.cuda.current_stream(self._device).wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._step()
        return graph


def draw(
    corpus: EncodedCorpus, schedule: Schedule, steps: npt.NDArray[np.float64], epoch: int, sentences: slice,
    sampling: Sampling, capacity: int,
) -> DrawnBatches:  # fmt: skip
    """The batches of some sentences of an epoch, in the order in which they are trained."""
    offsets, window, size = corpus.sentence_offsets, sampling.window, schedule.settings.batch_tokens
    most = int(offsets[sentences.stop] - offsets[sentences.start]) * 2 * window
    contexts, chosen = np.empty(most, np.int32), np.empty((most, len(sampling.slots)), np.int32)
    pair_steps, batches = np.empty(most, np.float32), np.empty(most, np.int64)
    pairs, blocks = draw_pairs(
        corpus.tokens, offsets, corpus.sentence_keys, steps, epoch, sentences.start, sentences.stop, sampling,
        schedule.positions, size, contexts, chosen, pair_steps, batches,
    )  # fmt: skip
    ends = np.zeros(blocks * 2 * window, np.int64)
    order = places_by_batch(batches[:pairs], ends)
    return DrawnBatches(contexts[order], chosen[order], pair_steps[order], _starts(ends, capacity))


@compiled_fast
def draw_pairs(
    tokens: Any, offsets: Any, keys: Any, steps: Any, epoch: int, first: int, last: int, sampling: Sampling,
    positions: Any, size: int, contexts: Any, chosen: Any, pair_steps: Any, batches: Any,
) -> tuple[int, int]:  # fmt: skip
    """Fills contexts, chosen, pair_steps and batches, [pairs]; returns how many pairs and how many blocks there are.

    Args:
        tokens to sampling: see worker.engine.skipgram.kernel.train_sentences.
        positions: int64 [sentences], tokens before the sentence in the whole corpus; size: tokens of a block.
    """
    kept = np.empty(longest_sentence(offsets, first, last), np.int64)
    window = sampling.window
    pairs, blocks, block = 0, 0, np.int64(-1)
    for sentence in range(first, last):
        state = stream(sampling.seed, epoch, keys[sentence])
        count, state = keep_tokens(tokens, offsets[sentence], offsets[sentence + 1], sampling.keep, state, kept)
        for centre in range(count):
            now = (positions[sentence] + kept[centre] - offsets[sentence]) // size
            if now != block:
                blocks, block = blocks + 1, now
            state += GOLDEN
            radius = 1 + below(mix(state), window)
            for context in range(max(0, centre - radius), min(count, centre + radius + 1)):
                if context != centre:
                    state = draw_outputs(tokens[kept[centre]], sampling, state, chosen[pairs])
                    contexts[pairs] = tokens[kept[context]]
                    pair_steps[pairs] = steps[sentence]
                    distance = context - centre + window - (context > centre)
                    batches[pairs] = (blocks - 1) * 2 * window + distance
                    pairs += 1
    return pairs, blocks


@compiled
def places_by_batch(batches: Any, ends: Any) -> Any:
    """Pairs in the order of their batches, int64 [pairs]; ends [batches], zeros, receives where each batch ends."""
    order = np.empty(batches.size, np.int64)
    for batch in batches:
        ends[batch] += 1
    total = 0
    for batch in range(ends.size):
        total, ends[batch] = total + ends[batch], total
    for pair in range(batches.size):
        order[ends[batches[pair]]] = pair
        ends[batches[pair]] += 1
    return order


def _starts(ends: npt.NDArray[np.int64], capacity: int) -> npt.NDArray[np.int64]:
    """Where batches begin, those of no pair left out and those of more than the capacity cut."""
    begins = [np.arange(start, end, capacity) for start, end in itertools.pairwise([0, *ends.tolist()])]
    return np.concatenate([*begins, [ends[-1] if len(ends) else 0]]).astype(np.int64)


def _ranges(schedule: Schedule, first: int, last: int) -> list[slice]:
    """Ranges of sentences that make up first..last-1, cut where the whole corpus' blocks begin."""
    size = BLOCKS_AT_ONCE * schedule.settings.batch_tokens
    cuts = np.flatnonzero(np.diff(schedule.positions[first:last] // size)) + first + 1
    bounds = [first, *cuts.tolist(), last]
    return [slice(start, stop) for start, stop in itertools.pairwise(bounds) if start < stop]


def _whole_numbers(values: Tensor) -> Tensor:
    return (values * (1.0 / UNIT)).round().int()
