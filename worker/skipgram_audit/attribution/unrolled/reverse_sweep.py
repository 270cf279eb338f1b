"""The reverse sweep: the derivative of a score in every sentence's weight, through the training's updates themselves.

A sentence's weight multiplies the step of each of its updates. With adjoints a of the input row w and b_k of the output
rows c_k after an update of step e and errors g_k = sig(w.c_k) - y_k, before it they are

    G_k = -e (a.c_k + b_k.w)
    a   <- a - e sum_k g_k b_k + sum_k G_k sig'(w.c_k) c_k
    b_k <- b_k - e g_k a + G_k sig'(w.c_k) w

and the sentence's influence grows by sum_k g_k G_k (rows on the right as they were before the update). Rows are taken
from a log of the segment being swept: input rows are logged before each update, output rows are restored by
c_k + e g_k w. Restoring input rows by inverting the update instead would blow up.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled_fast
from skipgram_audit.training.kernel import (
    Floats,
    Integers,
    Sampling,
    draw_centre,
    keep_tokens,
    longest_sentence,
    pair_errors,
)
from skipgram_audit.training.randomness import GOLDEN, below, mix, stream
from skipgram_audit.training.vectors import row_gather, row_products, row_scatter, row_updates


class PairLog(NamedTuple):
    """The updates of one segment of the training, in order.

    Attributes:
        rows: [pairs, padded columns], the input row before the update.
        chosen: int64 [pairs, K + 1], output rows; the spare row in a slot not used.
        errors: [pairs, K + 1], g_k.
        steps: [pairs], step sizes.
        centres, contexts: int64 [pairs], places in the corpus' tokens.
        sentences: int64 [pairs].
    """

    rows: Floats
    chosen: npt.NDArray[np.int64]
    errors: Floats
    steps: Floats
    centres: npt.NDArray[np.int64]
    contexts: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]


def empty_log(pairs: int, slots: int, columns: int, dtype: npt.DTypeLike) -> PairLog:
    """Room for a number of pairs."""
    return PairLog(
        rows=np.empty((pairs, columns), dtype),
        chosen=np.empty((pairs, slots), np.int64),
        errors=np.empty((pairs, slots), dtype),
        steps=np.empty(pairs, dtype),
        centres=np.empty(pairs, np.int64),
        contexts=np.empty(pairs, np.int64),
        sentences=np.empty(pairs, np.int64),
    )


def log_bytes_per_pair(slots: int, columns: int, itemsize: int) -> int:
    """Memory of one pair in a PairLog."""
    return (columns + slots + 1) * itemsize + (slots + 3) * 8


@compiled_fast
def pairs_of_sentences(
    tokens: Integers, offsets: Integers, keys: Integers, epoch: int, sampling: Sampling
) -> npt.NDArray[np.int64]:
    """int64 [sentences]: the pairs that training makes of each sentence in an epoch, by repeating its draws.

    The generator's state is a count of draws, so the noise words need not be drawn to pass over them.
    """
    sentences = offsets.size - 1
    kept = np.empty(longest_sentence(offsets, 0, sentences), np.int64)
    pairs = np.zeros(sentences, np.int64)
    for sentence in range(sentences):
        state = stream(sampling.seed, epoch, keys[sentence])
        count, state = keep_tokens(tokens, offsets[sentence], offsets[sentence + 1], sampling.keep, state, kept)
        for centre in range(count):
            state += GOLDEN
            radius = 1 + below(mix(state), sampling.window)
            number = min(count, centre + radius + 1) - max(0, centre - radius) - 1
            state += np.uint64(number * (len(sampling.slots) - 1)) * GOLDEN
            pairs[sentence] += number
    return pairs


@compiled_fast
def train_and_log(
    tokens: Integers,
    offsets: Integers,
    keys: Integers,
    steps: Floats,
    epoch: int,
    first: int,
    last: int,
    sampling: Sampling,
    inputs: Floats,
    outputs: Floats,
    log: PairLog,
) -> int:
    """What train_sentences does, in the same order and to the same bytes, writing every update to the log."""
    kept = np.empty(longest_sentence(offsets, first, last), np.int64)
    contexts = np.empty(2 * sampling.window, np.int64)
    chosen = np.empty((2 * sampling.window, len(sampling.slots)), np.int64)
    errors = np.empty(len(sampling.slots), inputs.dtype)
    pairs = 0
    for sentence in range(first, last):
        state = stream(sampling.seed, epoch, keys[sentence])
        count, state = keep_tokens(tokens, offsets[sentence], offsets[sentence + 1], sampling.keep, state, kept)
        step = inputs.dtype.type(steps[sentence])
        for centre in range(count):
            number, state = draw_centre(tokens, kept, centre, count, sampling, state, contexts, chosen, inputs, outputs)
            for pair in range(number):
                word = tokens[kept[contexts[pair]]]
                pair_errors(inputs, word, outputs, chosen[pair], sampling.slots, errors)
                log.rows[pairs] = inputs[word]
                log.chosen[pairs] = chosen[pair]
                log.errors[pairs] = errors
                log.steps[pairs] = step
                log.centres[pairs] = kept[centre]
                log.contexts[pairs] = kept[contexts[pair]]
                log.sentences[pairs] = sentence
                for slot in range(errors.size):
                    errors[slot] *= step
                row_updates(inputs, word, outputs, chosen[pair], sampling.slots, errors)
                pairs += 1
    return pairs


@compiled_fast
def sweep(
    tokens: Integers,
    log: PairLog,
    last: int,
    first: int,
    slots: tuple[int, ...],
    outputs: Floats,
    to_inputs: Floats,
    to_outputs: Floats,
    sentence_influence: Floats,
    token_influence: Floats,
) -> None:
    """Sweeps pairs last-1 down to first of a log.

    Args:
        outputs: [words + 1, columns], as after pair last-1; restored to before pair first.
        to_inputs, to_outputs: [probes, words + 1, columns], adjoints; carried back alike.
        sentence_influence: float64 [probes, sentences], added to.
        token_influence: float64 [probes, tokens], added to: half of a pair's influence to each of its tokens.
    """
    probes = to_inputs.shape[0]
    restore = np.empty(len(slots), outputs.dtype)
    scaled = np.empty(len(slots), outputs.dtype)
    by_context = np.empty(len(slots), outputs.dtype)
    by_row = np.empty(len(slots), outputs.dtype)
    for pair in range(last - 1, first - 1, -1):
        word = tokens[log.contexts[pair]]
        chosen = log.chosen[pair]
        step = log.steps[pair]
        for slot in range(len(slots)):
            scaled[slot] = step * log.errors[pair, slot]
            restore[slot] = -scaled[slot]
        row_scatter(log.rows, pair, outputs, chosen, slots, restore)
        for probe in range(probes):
            row_products(to_inputs[probe], word, outputs, chosen, slots, by_context)
            row_products(log.rows, pair, to_outputs[probe], chosen, slots, by_row)
            influence = 0.0
            for slot in range(len(slots)):
                error = log.errors[pair, slot]
                to_error = -step * (by_context[slot] + by_row[slot])
                influence += np.float64(error) * np.float64(to_error)
                probability = error + outputs.dtype.type(1.0) if slot == 0 else error
                by_context[slot] = -to_error * probability * (outputs.dtype.type(1.0) - probability)
            row_updates(to_inputs[probe], word, to_outputs[probe], chosen, slots, scaled)
            row_gather(to_inputs[probe], word, outputs, chosen, slots, by_context)
            row_scatter(log.rows, pair, to_outputs[probe], chosen, slots, by_context)
            sentence_influence[probe, log.sentences[pair]] += influence
            token_influence[probe, log.centres[pair]] += 0.5 * influence
            token_influence[probe, log.contexts[pair]] += 0.5 * influence
