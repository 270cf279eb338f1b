"""One pass over a corpus: how far each token pair's expected loss changes along given directions of the parameters.

A pair of tokens is an update of the one word's input vector towards the other's output vector, and the other way round,
each as often as skipgram_audit.corpus.windows expects in an epoch. Along a direction (u, v) of
the input and output vectors, the loss of one update of w towards c changes by

    (sig(w.c) - 1) (u_w.c + w.v_c) + K sum_n P(n) sig(w.n) (u_w.n + w.v_n)

the derivative of attribution.published.expected_loss. A pair's value is split evenly between its two tokens, a
sentence's is the sum over its tokens. Unlike a table of probe words, this reaches every sentence of two words or more.
Memory beside the parameters: one number a token, sentence and direction.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled_fast
from skipgram_audit.computing.execution import Executor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.corpus.shards import Shard, over_shards
from skipgram_audit.corpus.windows import most_partners, partners
from skipgram_audit.training.vectors import sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]


def spread_over_pairs(
    corpus: EncodedCorpus,
    keep: npt.NDArray[np.float64],
    window: int,
    inputs: npt.NDArray[np.floating],
    outputs: npt.NDArray[np.floating],
    directions: npt.NDArray[np.floating],
    noise_terms: npt.NDArray[np.float64],
    executor: Executor,
    progress: Progress,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How the expected loss of every token's and sentence's pairs changes along each of n directions.

    Args:
        keep: float64 [words], from keep_probabilities.
        inputs, outputs: [words, d], the parameters.
        directions: [n, 2 words, d], the input vectors' rows first; same type as the parameters.
        noise_terms: float64 [n, words], the noise words' part by input word: ExpectedLoss.noise_terms.
        executor: works on the shards; the result does not depend on it.
        progress: see over_shards.

    Returns:
        float64 [n, tokens] and [n, sentences].
    """
    arguments = (keep, window, executor.share((inputs, outputs, directions, noise_terms)))
    tokens = np.zeros((len(directions), len(corpus.tokens)))
    sentences = np.zeros((len(directions), corpus.sentence_count))
    for shard, (shares, sums) in over_shards(corpus, executor, spread_shard_pairs, arguments, progress):
        tokens[:, shard.places], sentences[:, shard.sentences] = shares, sums
    return tokens, sentences


def spread_shard_pairs(
    shard: Shard, keep: Floats, window: int, parameters: tuple[Floats, Floats, Floats, Floats]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What spread_over_pairs returns, of one shard; parameters are inputs, outputs, directions and noise terms."""
    inputs, outputs, directions, noise_terms = parameters
    to_inputs, to_outputs = directions[:, : len(inputs)], directions[:, len(inputs) :]
    tokens = np.zeros((len(directions), len(shard.tokens)))
    sentences = np.zeros((len(directions), len(shard.sentence_offsets) - 1))
    _spread_pairs(
        shard.tokens, shard.sentence_offsets, keep, window, inputs, outputs, to_inputs, to_outputs, noise_terms,
        tokens, sentences,
    )  # fmt: skip
    return tokens, sentences


@compiled_fast
def _spread_pairs(
    tokens: Integers,
    offsets: Integers,
    keep: Floats,
    window: int,
    inputs: Floats,
    outputs: Floats,
    to_inputs: Floats,
    to_outputs: Floats,
    noise_terms: Floats,
    token_shares: Floats,
    sentence_sums: Floats,
) -> None:
    zero = inputs.dtype.type(0.0)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for sentence in range(offsets.size - 1):
        first, last = offsets[sentence], offsets[sentence + 1]
        for position in range(first, last):
            word = tokens[position]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                other = others[number]
                context = tokens[other]
                product = zero
                for column in range(inputs.shape[1]):
                    product += inputs[word, column] * outputs[context, column]
                error = sigmoid(product) - 1.0
                for direction in range(to_inputs.shape[0]):
                    along = zero
                    for column in range(inputs.shape[1]):
                        along += to_inputs[direction, word, column] * outputs[context, column]
                        along += inputs[word, column] * to_outputs[direction, context, column]
                    share = weights[number] * (error * along + noise_terms[direction, word])
                    token_shares[direction, position] += 0.5 * share
                    token_shares[direction, other] += 0.5 * share
                    sentence_sums[direction, sentence] += share
