"""Expected co-occurrence counts of all words with all words, as a sparse matrix, and tables over its entries.

N[w, c] is that of worker.engine.corpus.counts, for every word w. It is symmetric, and built row by row: the occurrences
of a word are visited together, so that besides the result only one row of the vocabulary's length is held. Rows are
independent of each other; ranges of them are worked on side by side.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled
from worker.engine.corpus.encoding import EncodedCorpus, offsets_of
from worker.engine.corpus.windows import most_partners, partners

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]

TOKENS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Cooccurrences:
    """A sparse matrix [words, words] by compressed rows.

    Attributes:
        offsets: int64 [words + 1]; the entries of row w are offsets[w]:offsets[w + 1].
        columns: int32 [entries], ascending within a row.
        values: float64 [entries], above zero in the whole corpus.
    """

    offsets: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]

    @property
    def totals(self) -> npt.NDArray[np.float64]:
        """N_w = sum_c N[w, c], float64 [words]."""
        rows = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        sums = np.bincount(rows, weights=self.values, minlength=len(self.offsets) - 1)
        return np.asarray(sums, np.float64)

    def transposed(self, entries: Floats) -> Floats:
        """A table over the entries [entries] with rows and columns exchanged; where there is (w, c) there is (c, w)."""
        result = np.empty_like(entries)
        _transpose(self.offsets, self.columns, entries, result)
        return result


class PairCounter:
    """Counts the pairs of a corpus, and spreads tables over its tokens, word by word.

    Args:
        keep: float64 [words], from keep_probabilities.
        workers: cores to use; results do not depend on it.
    """

    def __init__(self, corpus: EncodedCorpus, keep: npt.NDArray[np.float64], window: int, workers: int = 1) -> None:
        self._corpus, self._keep, self._window, self._workers = corpus, keep, window, workers
        self._positions = np.argsort(corpus.tokens, kind="stable")
        self._starts = offsets_of(np.bincount(corpus.tokens, minlength=len(corpus.words)).astype(np.int64))
        self._sentences = np.repeat(np.arange(corpus.sentence_count, dtype=np.int32), np.diff(corpus.sentence_offsets))

    @cached_property
    def whole(self) -> Cooccurrences:
        """N of the whole corpus."""
        entries = np.zeros(len(self._corpus.words), np.int64)
        self._by_words(_count_entries, entries)
        offsets = offsets_of(entries)
        columns = np.empty(offsets[-1], np.int32)
        self._by_words(_find_columns, offsets, columns)
        return Cooccurrences(offsets, columns, self._values(offsets, columns, np.ones(self._corpus.sentence_count)))

    def weighted(self, weights: npt.NDArray[np.float64]) -> Cooccurrences:
        """N with each sentence's counts times its weight [sentences], over the entries of the whole corpus."""
        whole = self.whole
        values = self._values(whole.offsets, whole.columns, np.asarray(weights, np.float64))
        return Cooccurrences(whole.offsets, whole.columns, values)

    def spread(self, table: Floats) -> npt.NDArray[np.float64]:
        """Every token's share of sum(N * table): float64 [tokens].

        Args:
            table: [entries] of the whole corpus' counts; made symmetric, so that a pair is shared evenly.
        """
        whole = self.whole
        even = 0.5 * (table + whole.transposed(table))
        shares = np.zeros(len(self._corpus.tokens))
        self._by_words(_spread_entries, whole.offsets, whole.columns, even.astype(np.float64), shares)
        return shares

    def _values(self, offsets: Integers, columns: Integers, weights: Floats) -> npt.NDArray[np.float64]:
        values = np.empty(len(columns))
        self._by_words(_sum_entries, offsets, columns, weights, values)
        return values

    def _by_words(self, work: Callable[..., None], *arrays: Any) -> None:
        """Ranges of words of about as many tokens each, side by side."""
        corpus = self._corpus
        cuts = np.searchsorted(self._starts, np.arange(0, len(corpus.tokens), TOKENS_AT_ONCE))
        stops = np.unique([0, *cuts.tolist(), len(corpus.words)]).tolist()

        def part(bounds: tuple[int, int]) -> None:
            work(
                corpus.tokens, corpus.sentence_offsets, self._sentences, self._positions, self._starts, self._keep,
                self._window, *bounds, *arrays,
            )  # fmt: skip

        with ThreadPoolExecutor(max_workers=max(1, self._workers)) as pool:
            list(pool.map(part, itertools.pairwise(stops)))


def cooccurrences(corpus: EncodedCorpus, keep: npt.NDArray[np.float64], window: int) -> Cooccurrences:
    """N of the whole corpus.

    Args:
        keep: float64 [words], from keep_probabilities.
    """
    return PairCounter(corpus, keep, window).whole


@compiled
def _count_entries(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, begin: int, end: int, entries: Integers,
) -> None:  # fmt: skip
    """entries[w], how many different words stand near each word begin..end-1."""
    seen = np.full(starts.size - 1, -1, np.int64)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for word in range(begin, end):
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                column = tokens[others[number]]
                if seen[column] != word:
                    seen[column] = word
                    entries[word] += 1


@compiled
def _find_columns(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, begin: int, end: int, offsets: Integers, columns: Integers,
) -> None:  # fmt: skip
    """The words that stand near each word, ascending."""
    seen = np.full(starts.size - 1, -1, np.int64)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for word in range(begin, end):
        place = offsets[word]
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                column = tokens[others[number]]
                if seen[column] != word:
                    seen[column] = word
                    columns[place] = column
                    place += 1
        columns[offsets[word] : place].sort()


@compiled
def _sum_entries(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, begin: int, end: int, offsets: Integers, columns: Integers, sentence_weights: Floats,
    values: Floats,
) -> None:  # fmt: skip
    """N[w, c] over the entries of words begin..end-1."""
    row = np.zeros(starts.size - 1)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for word in range(begin, end):
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            sentence = sentences[position]
            if sentence_weights[sentence] == 0.0:
                continue
            first, last = sentence_offsets[sentence], sentence_offsets[sentence + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                row[tokens[others[number]]] += sentence_weights[sentence] * weights[number]
        for entry in range(offsets[word], offsets[word + 1]):
            values[entry] = row[columns[entry]]
            row[columns[entry]] = 0.0


@compiled
def _spread_entries(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, begin: int, end: int, offsets: Integers, columns: Integers, table: Floats,
    shares: Floats,
) -> None:  # fmt: skip
    """shares[token], the sum over the token's pairs of their counts times the table."""
    row = np.zeros(starts.size - 1)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for word in range(begin, end):
        for entry in range(offsets[word], offsets[word + 1]):
            row[columns[entry]] = table[entry]
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                shares[position] += weights[number] * row[tokens[others[number]]]


@compiled
def _transpose(offsets: Integers, columns: Integers, entries: Floats, result: Floats) -> None:
    filled = offsets[:-1].copy()
    for row in range(offsets.size - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            column = columns[entry]
            result[filled[column]] = entries[entry]
            filled[column] += 1
