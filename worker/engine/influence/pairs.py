"""One pass over a corpus: how far each token pair's expected loss changes along given directions of the parameters.

A pair of tokens is an update of the one word's input vector towards the other's output vector, and the other way round,
each as often as worker.engine.corpus.windows expects in an epoch. Along a direction (u, v) of
the input and output vectors, the loss of one update of w towards c changes by

    (sig(w.c) - 1) (u_w.c + w.v_c) + K sum_n P(n) sig(w.n) (u_w.n + w.v_n)

the derivative of worker.engine.skipgram.expected_loss. A pair's value is split evenly between its two tokens, a
sentence's is the sum over its tokens. Unlike a table of probe words, this reaches every sentence of two words or more.
Memory beside the parameters: one number a token, sentence and direction.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled_fast
from worker.engine.corpus.encoding import EncodedCorpus, Progress
from worker.engine.corpus.windows import most_partners, partners
from worker.engine.skipgram.vectors import sigmoid

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

TOKENS_AT_ONCE = 20_000


def spread_over_pairs(
    corpus: EncodedCorpus,
    keep: npt.NDArray[np.float64],
    window: int,
    inputs: npt.NDArray[np.floating],
    outputs: npt.NDArray[np.floating],
    directions: npt.NDArray[np.floating],
    noise_terms: npt.NDArray[np.float64],
    tokens: npt.NDArray[np.float64],
    sentences: npt.NDArray[np.float64],
    workers: int,
    progress: Progress,
) -> None:
    """Adds to every token and sentence how its pairs' expected loss changes along each of n directions.

    Args:
        keep: float64 [words], from keep_probabilities.
        inputs, outputs: [words, d], the parameters.
        directions: [n, 2 words, d], the input vectors' rows first; same type as the parameters.
        noise_terms: float64 [n, words], the noise words' part by input word: ExpectedLoss.noise_terms.
        tokens: float64 [n, tokens], added to.
        sentences: float64 [n, sentences], added to.
        workers: cores to use; the result does not depend on it.
        progress: called with 0..1 after every few sentences; may raise to cancel.
    """
    words = len(corpus.words)
    to_inputs, to_outputs = directions[:, :words], directions[:, words:]
    ranges = _ranges(corpus)

    def part(bounds: tuple[int, int]) -> None:
        _spread_pairs(
            corpus.tokens, corpus.sentence_offsets, *bounds, keep, window, inputs, outputs, to_inputs, to_outputs,
            noise_terms, tokens, sentences,
        )  # fmt: skip

    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        try:
            for number, _ in enumerate(pool.map(part, ranges)):
                progress((number + 1) / len(ranges))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _ranges(corpus: EncodedCorpus) -> list[tuple[int, int]]:
    """Sentences first..last-1 of about TOKENS_AT_ONCE tokens each, which make up the corpus."""
    cuts = np.searchsorted(corpus.sentence_offsets, np.arange(0, len(corpus.tokens), TOKENS_AT_ONCE))
    stops = np.unique([0, *cuts.tolist(), corpus.sentence_count]).tolist()
    return list(itertools.pairwise(stops))


@compiled_fast
def _spread_pairs(
    tokens: Integers,
    offsets: Integers,
    begin: int,
    end: int,
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
    for sentence in range(begin, end):
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
