"""Training in batches, for a GPU: the updates of so many tokens read the same vectors, and are then added together.

Pairs, radii and noise words are drawn as in sequential training (skipgram_audit.training.kernel), by the processors; so
are the step sizes. A batch holds the pairs of the centres in one block of B tokens of the whole corpus whose context
stands at one distance, -window to window, the batches of a block following each other from left to right: so no token
is centre or context of two pairs of a batch. That matters: where all pairs of a centre read the same vectors, the
context words of a window do not feel each other through the centre, and input vectors stay a tenth too short.
Leaving a document out leaves the other updates of its batches as they are. With z_k = w.c_k, g_k = sig(z_k) - y_k,

    w <- w - sum e sum_k g_k c_k,        c <- c - sum e g w,        sums over the batch's pairs with that row

Vectors are kept as whole numbers of UNIT, 2^-24, and changes are rounded to that: whole numbers add up to the same in
any order, so the threads of a GPU cannot change the result, nor can the other seeds that train side by side, each on
rows of its own. 2^-24 is what single precision resolves at 0.5. Processors and a GPU round products differently.

Shapes: S seeds, V words, d dimensions, K noise words, C pairs that a batch can hold.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled, compiled_fast
from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.execution import LocalExecutor, in_order, unwatched
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import keep_probabilities, sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.gpu.batch_vectors import DrawnBatches, batch_vectors
from skipgram_audit.training.kernel import Sampling, draw_outputs, keep_tokens, longest_sentence
from skipgram_audit.training.randomness import GOLDEN, below, initial_rows, mix, stream
from skipgram_audit.training.sgd import INTERVALS_PER_EPOCH, OutputPath
from skipgram_audit.training.trajectory import Trajectory

BLOCKS_AT_ONCE = 64
"""Blocks of tokens that are drawn together."""

MOST_DRAWERS = 8
"""Cores that draw ahead; each holds some forty megabytes."""

ROOM = 1.2
"""Pairs that a batch can hold, over those expected; what does not fit becomes a batch of its own."""


def train_batches(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seeds: Sequence[int],
    progress: Progress,
    device: str,
    full_corpus: EncodedCorpus | None = None,
) -> list[Trajectory]:
    """Trains seeds side by side, settings.batch_tokens tokens at once.

    Args:
        corpus, whole: see skipgram_audit.training.sgd.train.

    Raises:
        DivergedTraining: vectors grew beyond all bounds.
    """
    document_orders = [DocumentOrder.of(corpus, settings, seed, full_corpus) for seed in seeds]
    draws = [sampling(corpus.counts, settings, seed) for seed in seeds]
    start = np.stack([initial_rows(corpus.words, settings.dimension, seed) for seed in seeds])
    capacity = batch_capacity(corpus, settings)
    vectors = batch_vectors(start, settings.negatives, capacity, device)
    paths = [OutputPath(settings, outputs) for outputs in vectors.outputs()]
    pairs = np.zeros(len(seeds), np.int64)
    halves = [_parts(document_orders, half) for half in range(INTERVALS_PER_EPOCH * settings.epochs)]
    drawn = _drawn(document_orders, draws, halves, capacity)
    for half, parts in enumerate(halves):
        for number in range(len(parts)):
            some = list(itertools.islice(drawn, len(seeds)))
            vectors.train(some)
            pairs += [len(one.contexts) for one in some]
            progress((half + (number + 1) / len(parts)) / len(halves))
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


def draw(
    document_order: DocumentOrder,
    steps: npt.NDArray[np.float64],
    epoch: int,
    sentences: slice,
    sampling: Sampling,
    capacity: int,
) -> DrawnBatches:
    """The batches of some sentences of an epoch, in the order in which they are trained."""
    corpus, window, size = document_order.corpus, sampling.window, document_order.settings.batch_tokens
    offsets = corpus.sentence_offsets
    most = int(offsets[sentences.stop] - offsets[sentences.start]) * 2 * window
    contexts, chosen = np.empty(most, np.int32), np.empty((most, len(sampling.slots)), np.int32)
    pair_steps, batches = np.empty(most, np.float32), np.empty(most, np.int64)
    pairs, blocks = draw_pairs(
        corpus.tokens, offsets, corpus.sentence_keys, steps, epoch, sentences.start, sentences.stop, sampling,
        document_order.positions, size, contexts, chosen, pair_steps, batches,
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
        tokens to sampling: see skipgram_audit.training.kernel.train_sentences.
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


def _parts(document_orders: Sequence[DocumentOrder], half: int) -> list[tuple[slice, ...]]:
    """The sentences of a half epoch in parts, for every seed; seeds read in other orders, and some may have a part
    less."""
    ranges = [_ranges(document_order, half) for document_order in document_orders]
    return list(itertools.zip_longest(*ranges, fillvalue=slice(0, 0)))


def _ranges(document_order: DocumentOrder, half: int) -> list[slice]:
    """The sentences of a half epoch in parts, cut where the whole corpus' blocks begin."""
    part = half % INTERVALS_PER_EPOCH
    first, last = [0, *document_order.stops(INTERVALS_PER_EPOCH)][part : part + 2]
    size = BLOCKS_AT_ONCE * document_order.settings.batch_tokens
    cuts = np.flatnonzero(np.diff(document_order.positions[first:last] // size)) + first + 1
    bounds = [first, *cuts.tolist(), last]
    return [slice(start, stop) for start, stop in itertools.pairwise(bounds) if start < stop]


def _drawn(
    document_orders: Sequence[DocumentOrder],
    draws: Sequence[Sampling],
    halves: Sequence[Sequence[tuple[slice, ...]]],
    capacity: int,
) -> Iterator[DrawnBatches]:
    """The batches of every part of every half epoch, seed after seed, drawn ahead on several cores."""
    epochs = [half // INTERVALS_PER_EPOCH for half in range(len(halves))]
    parts = (
        (document_order, document_order.steps(epoch), epoch, sentences, one, capacity)
        for epoch, ranges in zip(epochs, halves, strict=True)
        for part in ranges
        for document_order, sentences, one in zip(document_orders, part, draws, strict=True)
    )
    executor = LocalExecutor(min(core_count(), MOST_DRAWERS))
    return in_order(executor, draw, parts, 1, unwatched)
