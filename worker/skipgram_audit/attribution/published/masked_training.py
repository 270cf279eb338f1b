"""Training in which every document updates its own half of the dimensions: turn-over dropout.

Each document d has a random mask m_d over the dimensions, half of them 1, the same in every epoch. Its pairs are
trained in the sub-network of these dimensions, scaled by 2 as dropout scales what it leaves:

    logit = 2 sum_j m_dj w_j c_j,        w_j <- w_j - e 2 m_dj sum_k g_k c_kj,        c_kj <- c_kj - e g_k 2 m_dj w_j

Everything else, the draws included, is skipgram_audit.training.kernel's. The other half of the dimensions is never
updated by the document; only documents whose masks lie across both halves carry a trace of it there, through g_k.
Source: Kobayashi, Yokoi, Suzuki and Inui 2020 (arXiv 2012.04207).
"""

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled_fast
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.checkpoints import chunks
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.kernel import (
    Floats,
    Integers,
    Sampling,
    draw_centre,
    keep_tokens,
    longest_sentence,
    pair_errors,
)
from skipgram_audit.training.randomness import initial_rows, random_numbers, stream
from skipgram_audit.training.vectors import padded_rows, row_updates

SCALE = 2
"""What is left of the dimensions is multiplied by the inverse of its share."""

MASK_EPOCH = 2**32
"""The epochs from here on, which no training reaches, have the random streams that masks are drawn from."""

DOCUMENTS_AT_ONCE = 4096


def document_masks(corpus: EncodedCorpus, dimension: int, seed: int, number: int = 0) -> npt.NDArray[np.bool_]:
    """bool [documents, dimension]: the dimensions that each document trains, dimension // 2 of them.

    Drawn from (seed, number, the key of the document's first sentence) alone, so that leaving documents out leaves the
    masks of all others as they were. A document without sentences has no mask and trains nothing.

    Args:
        number: one seed can have several sets of masks.
    """
    filled, keys = corpus.document_keys()
    masks = np.zeros((corpus.document_count, dimension), np.bool_)
    for begin in range(0, len(filled), DOCUMENTS_AT_ONCE):
        some = slice(begin, begin + DOCUMENTS_AT_ONCE)
        numbers = random_numbers(keys[some], dimension, seed, MASK_EPOCH + number)
        chosen = np.argsort(numbers, axis=1, kind="stable")[:, : dimension // 2]
        masks[filled[some, None], chosen] = True
    return masks


def random_masks(count: int, dimension: int, seed: int) -> npt.NDArray[np.bool_]:
    """bool [count, dimension]: masks like those of documents that belong to none."""
    order = np.argsort(np.random.default_rng(seed).random((count, dimension)), axis=1, kind="stable")
    masks = np.zeros((count, dimension), np.bool_)
    np.put_along_axis(masks, order[:, : dimension // 2], True, axis=1)
    return masks


def train_masked(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seed: int,
    masks: npt.NDArray[np.bool_],
    progress: Progress,
    full_corpus: EncodedCorpus | None = None,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Trains one seed; the trained input and output vectors, [words, dimension] each.

    Args:
        masks: bool [documents, dimension], from document_masks.
        full_corpus: see skipgram_audit.training.sgd.train.
    """
    document_order = DocumentOrder.of(corpus, settings, seed, full_corpus)
    corpus, masks = document_order.corpus, masks[document_order.documents]
    draws = sampling(corpus.counts, settings, seed)
    documents = np.repeat(np.arange(corpus.document_count), np.diff(corpus.document_sentences))
    inputs = padded_rows(initial_rows(corpus.words, settings.dimension, seed))
    outputs = padded_rows(np.zeros((len(corpus.words), settings.dimension), np.float32), spare=1)
    for epoch in range(settings.epochs):
        steps = document_order.steps(epoch)
        for start, stop in chunks(corpus, 0, corpus.sentence_count):
            train_masked_sentences(
                corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys, steps, epoch, start, stop, draws,
                documents, masks, inputs, outputs,
            )  # fmt: skip
            done = epoch + corpus.sentence_offsets[stop] / max(1, len(corpus.tokens))
            progress(min(1.0, float(done) / settings.epochs))
    return inputs[:, : settings.dimension].copy(), outputs[:-1, : settings.dimension].copy()


@compiled_fast
def train_masked_sentences(
    tokens: Integers,
    offsets: Integers,
    keys: Integers,
    steps: Floats,
    epoch: int,
    first: int,
    last: int,
    sampling: Sampling,
    documents: Integers,
    masks: npt.NDArray[np.bool_],
    inputs: Floats,
    outputs: Floats,
) -> None:
    """What kernel.train_sentences does, each sentence within its document's half of the dimensions.

    Args:
        documents: int64 [sentences], the document of each.
        masks: bool [documents, dimension].
    """
    kept = np.empty(longest_sentence(offsets, first, last), np.int64)
    contexts = np.empty(2 * sampling.window, np.int64)
    chosen = np.empty((2 * sampling.window, len(sampling.slots)), np.int64)
    errors = np.empty(len(sampling.slots), inputs.dtype)
    factors = np.zeros(inputs.shape[1], inputs.dtype)
    row = np.zeros((1, inputs.shape[1]), inputs.dtype)
    for sentence in range(first, last):
        for column in range(masks.shape[1]):
            factors[column] = SCALE if masks[documents[sentence], column] else 0
        state = stream(sampling.seed, epoch, keys[sentence])
        count, state = keep_tokens(tokens, offsets[sentence], offsets[sentence + 1], sampling.keep, state, kept)
        step = inputs.dtype.type(steps[sentence])
        for centre in range(count):
            number, state = draw_centre(tokens, kept, centre, count, sampling, state, contexts, chosen, inputs, outputs)
            for pair in range(number):
                word = tokens[kept[contexts[pair]]]
                for column in range(factors.size):
                    row[0, column] = factors[column] * inputs[word, column]
                pair_errors(row, 0, outputs, chosen[pair], sampling.slots, errors)
                for slot in range(errors.size):
                    errors[slot] *= step
                row_updates(row, 0, outputs, chosen[pair], sampling.slots, errors)
                for column in range(factors.size):
                    # The row has moved by the gathered gradient alone; where a factor is 0, the input stays bit by bit.
                    moved = row[0, column] - factors[column] * inputs[word, column]
                    inputs[word, column] += factors[column] * moved
