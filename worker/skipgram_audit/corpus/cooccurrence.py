"""Expected co-occurrence counts of all words with all words, as a sparse matrix, and tables over its entries.

N[w, c] is that of skipgram_audit.corpus.counts, for every word w, and symmetric. It is counted shard by shard
(skipgram_audit.corpus.shards) in one pass, row by row: the occurrences of a word in the shard are visited together, so
that besides the result only one row of the vocabulary's length is held. Shards are worked on side by side by an
executor, and their rows are added up two by two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import Executor, LocalExecutor, reduced, unwatched
from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of, sums_between
from skipgram_audit.corpus.pair_rows import add_rows, count_rows, place_rows, spread_over_rows, transpose_entries
from skipgram_audit.corpus.shards import Shard, over_shards, shard_bounds, shards

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]


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
        return sums_between(self.values, self.offsets)

    @property
    def rows(self) -> npt.NDArray[np.int32]:
        """int32 [entries], the row of each entry."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))

    def transposed(self, entries: Floats) -> Floats:
        """A table over the entries [entries] with rows and columns exchanged; where there is (w, c) there is (c, w)."""
        result = np.empty_like(entries)
        transpose_entries(self.offsets, self.columns, entries, result)
        return result


@dataclass(frozen=True)
class EntryTables:
    """Tables over the entries of a sparse matrix: values [entries, n]; offsets and columns as of Cooccurrences."""

    offsets: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: Floats


class PairCounter:
    """Counts the pairs of a corpus, and spreads tables over its tokens, shard by shard.

    Args:
        keep: float64 [words], from keep_probabilities.
        workers: cores to use; results do not depend on it.
        executor: works on the shards, in the place of threads on these cores.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        keep: npt.NDArray[np.float64],
        window: int,
        workers: int = 1,
        executor: Executor | None = None,
    ) -> None:
        self._corpus, self._keep, self._window = corpus, keep, window
        self._executor = executor or LocalExecutor(workers)

    @cached_property
    def full(self) -> Cooccurrences:
        """N of the whole corpus."""
        return self.counted(None)

    def weighted(self, weights: npt.NDArray[np.float64]) -> Cooccurrences:
        """N with each sentence's counts times its weight [sentences], over the entries of the whole corpus."""
        found = self.counted(weights)
        return Cooccurrences(self.full.offsets, self.full.columns, _over_entries(self.full, found))

    def spread(self, tables: Floats) -> npt.NDArray[np.float64]:
        """Every token's share of sum(N * table) for several tables: float64 [n, tokens].

        Args:
            tables: [n, entries] of the whole corpus' counts; made symmetric, so that a pair is shared evenly.
        """
        full = self.full
        even = np.empty(tables.shape[::-1], tables.dtype)
        for number, table in enumerate(tables):
            even[:, number] = 0.5 * (table + full.transposed(table))
        shared = self._executor.share(EntryTables(full.offsets, full.columns, even))
        arguments = (self._keep, self._window, shared)
        shares = np.empty((len(tables), len(self._corpus.tokens)))
        for shard, part in over_shards(self._corpus, self._executor, spread_entries, arguments, unwatched):
            shares[:, shard.places] = part.T
        return shares

    def counted(self, weights: Floats | None) -> Cooccurrences:
        """N with each sentence's counts times its weight [sentences], over its own entries; None: 1."""
        parts = (
            (shard, self._keep, self._window, None if weights is None else weights[shard.sentences])
            for shard in shards(self._corpus)
        )
        return reduced(self._executor, count_shard, added, parts, len(shard_bounds(self._corpus)), unwatched)


def over_common_entries(counted: Sequence[Cooccurrences]) -> list[Cooccurrences]:
    """Several matrices over the entries of all of them; entries that one does not have are zero there."""
    joined = counted[0]
    for one in counted[1:]:
        joined = added(joined, one)
    return [Cooccurrences(joined.offsets, joined.columns, _over_entries(joined, one)) for one in counted]


def cooccurrences(corpus: EncodedCorpus, keep: npt.NDArray[np.float64], window: int) -> Cooccurrences:
    """N of the whole corpus.

    Args:
        keep: float64 [words], from keep_probabilities.
    """
    return PairCounter(corpus, keep, window).full


def count_shard(shard: Shard, keep: Floats, window: int, weights: Floats | None) -> Cooccurrences:
    """The counts of one shard, each sentence's times its weight; entries without any pair are left out.

    Args:
        weights: float64 [sentences of the shard]; None: 1.
    """
    if weights is None:
        weights = np.ones(len(shard.sentence_offsets) - 1)
    occurrences = _occurrences(shard, keep)
    return Cooccurrences(*count_rows(shard.tokens, shard.sentence_offsets, *occurrences, keep, window, weights))


def spread_entries(shard: Shard, keep: Floats, window: int, tables: EntryTables) -> npt.NDArray[np.float64]:
    """Each token's sums over its pairs of their counts times n tables, float64 [tokens of the shard, n].

    Args:
        tables: over the entries of the whole corpus.
    """
    shares = np.zeros((len(shard.tokens), tables.values.shape[1]))
    spread_over_rows(
        shard.tokens, shard.sentence_offsets, *_occurrences(shard, keep), keep, window, tables.offsets, tables.columns,
        tables.values, shares,
    )  # fmt: skip
    return shares


def added(first: Cooccurrences, second: Cooccurrences) -> Cooccurrences:
    """The sum of two, over the entries of both."""
    return Cooccurrences(
        *add_rows(first.offsets, first.columns, first.values, second.offsets, second.columns, second.values)
    )


def _occurrences(shard: Shard, keep: Floats) -> tuple[Integers, Integers, Integers]:
    """The sentence of each token; the tokens' positions word by word, and where each word's begin [words + 1]."""
    sentences = np.repeat(np.arange(len(shard.sentence_offsets) - 1, dtype=np.int32), np.diff(shard.sentence_offsets))
    starts = offsets_of(np.bincount(shard.tokens, minlength=len(keep)).astype(np.int64))
    return sentences, np.argsort(shard.tokens, kind="stable"), starts


def _over_entries(entries: Cooccurrences, counts: Cooccurrences) -> npt.NDArray[np.float64]:
    """The values of counts at some entries, float64 [entries]; 0 where it has none."""
    values = np.zeros(len(entries.columns))
    place_rows(entries.offsets, entries.columns, counts.offsets, counts.columns, counts.values, values)
    return values
