"""The compiled training loop: sequential stochastic gradient descent, sentence by sentence, as in word2vec.

For each kept word (the centre) and each kept word within its radius (the context), the context's input row w is trained
to give a high probability to the centre's output row c_0 and a low one to those of K noise words c_1..c_K:

    loss = -log sig(w.c_0) - sum_k log sig(-w.c_k),      g_k = sig(w.c_k) - y_k,      y_0 = 1, y_k = 0

and one update of step size e reads every row before it writes any:

    w <- w - e sum_k g_k c_k,        c_k <- c_k - e g_k w

A noise word equal to the centre or to an earlier noise word of the same update is skipped, so that the rows of one
update are different rows. Source: Mikolov et al. 2013 (arXiv 1310.4546), and gensim's word2vec_inner.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from skipgram_audit.computing.compiled import compiled_fast, compiled_inline
from skipgram_audit.training.randomness import GOLDEN, below, mix, stream
from skipgram_audit.training.vectors import prefetch_row, row_products, row_updates, sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]


class Sampling(NamedTuple):
    """What random draws are made from.

    Attributes:
        keep: uint32 [words]; a token is kept when 32 random bits are at most keep[word].
        thresholds, aliases: the noise distribution's alias table, [words].
        window: see TrainingSettings.
        slots: K + 1 zeros; from the length of this tuple the compiler knows how many rows an update writes.
        seed: of this training.
    """

    keep: npt.NDArray[np.uint32]
    thresholds: npt.NDArray[np.uint32]
    aliases: npt.NDArray[np.int32]
    window: int
    slots: tuple[int, ...]
    seed: int


SentenceRange = tuple[Integers, Integers, Integers, Floats, int, int, int, Sampling]
"""tokens, offsets, keys, steps, epoch, first, last, sampling: which sentences are trained, and how."""


@compiled_inline
def keep_tokens(tokens: Integers, first: int, last: int, keep: Integers, state: Any, kept: Integers) -> tuple[int, Any]:
    """Thins one sentence: positions of the kept tokens go to kept; returns their number and the generator's state."""
    count = 0
    for position in range(first, last):
        state += GOLDEN
        if np.uint32(mix(state) >> uint64(32)) <= keep[tokens[position]]:
            kept[count] = position
            count += 1
    return count, state


@compiled_inline
def draw_outputs(centre: int, sampling: Sampling, state: Any, chosen: Integers) -> Any:
    """Fills the slots of one update: the centre, then the noise words; a repeated word becomes the spare row.

    The spare row is the row after the last word's. It stays zero, so a slot that holds it changes nothing.
    """
    words = sampling.thresholds.size
    chosen[0] = centre
    for slot in range(1, len(sampling.slots)):
        state += GOLDEN
        bits = mix(state)
        word = below(bits, words)
        if np.uint32(bits & uint64(0xFFFFFFFF)) > sampling.thresholds[word]:
            word = np.int64(sampling.aliases[word])
        for earlier in range(slot):
            if chosen[earlier] == word:
                word = words
        chosen[slot] = word
    return state


@compiled_inline
def draw_centre(
    tokens: Integers,
    kept: Integers,
    centre: int,
    count: int,
    sampling: Sampling,
    state: Any,
    contexts: Integers,
    chosen: Integers,
    inputs: Floats,
    outputs: Floats,
) -> tuple[int, Any]:
    """Draws a centre's radius and the noise words of all its pairs, asking for their rows ahead of use.

    contexts receives positions in kept, chosen [pairs, K + 1] the output rows. Returns the number of pairs, the state.
    """
    state += GOLDEN
    radius = 1 + below(mix(state), sampling.window)
    pairs = 0
    for context in range(max(0, centre - radius), min(count, centre + radius + 1)):
        if context != centre:
            state = draw_outputs(tokens[kept[centre]], sampling, state, chosen[pairs])
            for slot in range(1, len(sampling.slots)):
                prefetch_row(outputs, chosen[pairs, slot])
            prefetch_row(inputs, tokens[kept[context]])
            contexts[pairs] = context
            pairs += 1
    return pairs, state


@compiled_inline
def pair_errors(
    inputs: Floats, word: int, outputs: Floats, chosen: Integers, slots: tuple[int, ...], errors: Floats
) -> None:
    """errors[k] = g_k of one pair, zero in a slot that holds the spare row."""
    row_products(inputs, word, outputs, chosen, slots, errors)
    for slot in range(len(slots)):
        errors[slot] = sigmoid(errors[slot])
    errors[0] -= errors.dtype.type(1.0)
    spare = outputs.shape[0] - 1
    for slot in range(1, len(slots)):
        if chosen[slot] == spare:
            errors[slot] = 0.0


@compiled_fast
def train_sentences(
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
) -> int:
    """Trains sentences first..last-1 of one epoch in place; returns the number of pairs.

    Args:
        tokens: int32 [tokens], word ids; offsets: int64 [sentences + 1], a sentence is tokens[offsets[s]:offsets[s+1]].
        keys: int64 [sentences], a sentence's identity for its random draws.
        steps: float64 [sentences], its step size in this epoch.
        inputs: [words, padded columns], float32 or float64; outputs: [words + 1, padded columns], the last row spare.
    """
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
                for slot in range(errors.size):
                    errors[slot] *= step
                row_updates(inputs, word, outputs, chosen[pair], sampling.slots, errors)
            pairs += number
    return pairs


@compiled_inline
def longest_sentence(offsets: Integers, first: int, last: int) -> int:
    """The largest number of tokens in any of the sentences first..last-1."""
    longest = 0
    for sentence in range(first, last):
        longest = max(longest, offsets[sentence + 1] - offsets[sentence])
    return longest
