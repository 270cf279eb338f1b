"""Expected co-occurrence counts of probe words, and how counts times a table fall on tokens and sentences.

For a probe word w and a context word c, a sentence contributes

    N[w, c] = sum over pairs of a token of w and a token of c of their expected updates in one epoch

which is how often, in expectation over radii and subsampling, training updates w's input row towards c's output row
(skipgram_audit.corpus.windows). A corpus' counts are the sum over its sentences.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.corpus.shards import Shard
from skipgram_audit.corpus.windows import most_partners, partners

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[Any]

ROUNDING = 1e-9
"""Of a count: what a difference below it is."""


def probe_rows(words: int, probe_words: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """int32 [words]: the row of a probe word in probe tables, -1 for all other words."""
    rows = np.full(words, -1, np.int32)
    rows[probe_words] = np.arange(len(probe_words), dtype=np.int32)
    return rows


def counts_left(
    corpus: EncodedCorpus,
    removed: npt.NDArray[np.bool_],
    full: npt.NDArray[np.float64],
    counted: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
) -> npt.NDArray[np.float64]:
    """Counts of what is left when sentences [sentences] go: the smaller of the two parts is counted.

    Args:
        full: those of the whole corpus.
        counted: gives counts for weights of sentences, of the same shape.
    """
    lengths = np.diff(corpus.sentence_offsets)
    if 2 * lengths[removed].sum() > lengths.sum():
        return counted((~removed).astype(np.float64))
    left = full - counted(removed.astype(np.float64))
    left[left < ROUNDING * full] = 0.0
    return left


def count_pairs(
    corpus: EncodedCorpus,
    probe_words: npt.NDArray[np.int64],
    keep: npt.NDArray[np.float64],
    window: int,
    weights: npt.NDArray[np.float64] | None = None,
) -> npt.NDArray[np.float64]:
    """N, shape [probe words, words].

    Args:
        probe_words: int64 ids of the rows.
        keep: float64 [words], from keep_probabilities.
        weights: float64 [sentences]; each sentence's counts are multiplied by its weight. None: 1.
    """
    rows = probe_rows(len(corpus.words), probe_words)
    counts = np.zeros((len(probe_words), len(corpus.words)))
    if weights is None:
        weights = np.ones(corpus.sentence_count)
    _count(corpus.tokens, corpus.sentence_offsets, rows, keep, window, np.asarray(weights, np.float64), counts)
    return counts


@compiled
def _count(
    tokens: Integers,
    offsets: Integers,
    rows: Integers,
    keep: Floats,
    window: int,
    weights: Floats,
    counts: Floats,
) -> None:
    between = np.empty(window)
    others, pairs = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for sentence in range(offsets.size - 1):
        weight = weights[sentence]
        if weight == 0.0:
            continue
        first, last = offsets[sentence], offsets[sentence + 1]
        for position in range(first, last):
            row = rows[tokens[position]]
            if row < 0:
                continue
            for number in range(partners(tokens, first, last, position, keep, window, between, others, pairs)):
                counts[row, tokens[others[number]]] += weight * pairs[number]


def spread_over_tokens(
    corpus: EncodedCorpus | Shard,
    probe_words: npt.NDArray[np.int64],
    keep: npt.NDArray[np.float64],
    window: int,
    table: npt.NDArray[np.float64],
    tokens: npt.NDArray[np.float64],
    sentences: npt.NDArray[np.float64],
) -> None:
    """Adds to every token and sentence its share of sum(N * table).

    A pair's contribution, its count times the table's entry, is split evenly between its two tokens: the Shapley
    value of a contribution that exists only while neither is removed.

    Args:
        corpus: all of it, or a shard.
        table: float64 [probe words, words].
        tokens: float64 [tokens], added to.
        sentences: float64 [sentences], added to.
    """
    rows = probe_rows(len(keep), probe_words)
    _spread(corpus.tokens, corpus.sentence_offsets, rows, keep, window, table, tokens, sentences)


@compiled
def _spread(
    tokens: Integers,
    offsets: Integers,
    rows: Integers,
    keep: Floats,
    window: int,
    table: Floats,
    token_shares: Floats,
    sentence_sums: Floats,
) -> None:
    between = np.empty(window)
    others, pairs = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for sentence in range(offsets.size - 1):
        first, last = offsets[sentence], offsets[sentence + 1]
        total = 0.0
        for position in range(first, last):
            row = rows[tokens[position]]
            if row < 0:
                continue
            for number in range(partners(tokens, first, last, position, keep, window, between, others, pairs)):
                other = others[number]
                share = pairs[number] * table[row, tokens[other]]
                total += share
                token_shares[position] += 0.5 * share
                token_shares[other] += 0.5 * share
        sentence_sums[sentence] += total
