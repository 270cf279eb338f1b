"""The loop of a training, update by update, stopped at checkpoints: both kinds of vectors as they are there.

Trajectories keep the input vectors of the end only. Training is deterministic, so running it again gives them at any
time, for the price of a training and no memory beyond it.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.vectors import padded_rows

TOKENS_BETWEEN_REPORTS = 100_000
"""A tenth of a second of training: progress is smooth, and a cancellation is seen at once."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training at the end of an interval.

    Attributes:
        inputs, outputs: [words, dimension], views that change when the training continues.
        step_size: mean step size of the interval that ends here.
        share: length of that interval in epochs.
        pairs: updates in it.
    """

    inputs: npt.NDArray[Any]
    outputs: npt.NDArray[Any]
    step_size: float
    share: float
    pairs: int


def checkpoints(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seed: int,
    per_epoch: int,
    progress: Progress,
    dtype: npt.DTypeLike = np.float32,
    full_corpus: EncodedCorpus | None = None,
) -> Iterator[Checkpoint]:
    """Trains one seed, and stops per_epoch times an epoch at equal distances, which changes no bit of the vectors.

    Args:
        progress: called with 0..1 while it trains; may raise to cancel.
        full_corpus: see skipgram_audit.training.sgd.train.
    """
    document_order = DocumentOrder.of(corpus, settings, seed, full_corpus)
    corpus = document_order.corpus
    draws = sampling(corpus.counts, settings, seed)
    inputs = padded_rows(initial_rows(corpus.words, settings.dimension, seed).astype(dtype))
    outputs = padded_rows(np.zeros((len(corpus.words), settings.dimension), dtype), spare=1)
    columns = slice(0, settings.dimension)
    total = settings.epochs * per_epoch
    for number in range(total):
        epoch, part = divmod(number, per_epoch)
        steps = document_order.steps(epoch)
        first, last = [0, *document_order.stops(per_epoch)][part : part + 2]
        pairs = 0
        for start, stop in chunks(corpus, first, last):
            pairs += train_sentences(
                corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys, steps, epoch, start, stop, draws,
                inputs, outputs,
            )  # fmt: skip
            done = epoch + corpus.sentence_offsets[stop] / max(1, len(corpus.tokens))
            progress(min(1.0, float(done) / settings.epochs))
        middle = (number + 0.5) / total
        yield Checkpoint(
            inputs[:, columns],
            outputs[:-1, columns],
            settings.step_size - (settings.step_size - settings.minimum_step_size) * middle,
            1 / per_epoch,
            pairs,
        )


def chunks(corpus: EncodedCorpus, first: int, last: int) -> list[tuple[int, int]]:
    """Ranges of sentences of about TOKENS_BETWEEN_REPORTS tokens that make up first..last-1."""
    offsets = corpus.sentence_offsets
    begin, end = int(offsets[first]), int(offsets[last])
    cuts = np.searchsorted(offsets, np.arange(begin + TOKENS_BETWEEN_REPORTS, end, TOKENS_BETWEEN_REPORTS))
    stops = [first, *np.unique(np.clip(cuts, first, last)).tolist(), last]
    return [(start, stop) for start, stop in itertools.pairwise(stops) if start < stop]
