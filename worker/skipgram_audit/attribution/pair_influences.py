"""Influence by pair of words: what the corpus says of a word, one co-occurring word at a time.

The influence of a text is the sum over its pairs of tokens of their expected count times a table T over pairs of words
(see skipgram_audit.attribution.tables and mean_field). Summed over the whole corpus by pair of words, and split evenly
between the two as between tokens,

    S[w, c] = (N[w,c] T[w,c] + N[c,w] T[c,w]) / 2,        sum_c S[w,c] = influence of all tokens of w

so a word's influence is the sum over its partners, and all words' that of the corpus.

Shapes: V words, E entries of a sparse table, P probes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from skipgram_audit.corpus.cooccurrence import Cooccurrences


@dataclass(frozen=True)
class PairInfluences:
    """S of every probe.

    Attributes:
        offsets: int64 [V + 1]; the partners of word w are the entries offsets[w]:offsets[w + 1].
        columns: int32 [E], the partner.
        counts: float32 [E], N, expected updates of the pair in an epoch.
        influences: float32 [P, E], S, mean over seeds.
    """

    offsets: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float32]
    influences: npt.NDArray[np.float32]

    def by_word(self) -> npt.NDArray[np.float64]:
        """Influence of all tokens of each word, float64 [P, V]."""
        sums = np.cumsum(self.influences, axis=1, dtype=np.float64)
        sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)
        return np.diff(sums[:, self.offsets], axis=1)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """By name, as they are kept on disk."""
        return {name: getattr(self, name) for name in ("offsets", "columns", "counts", "influences")}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "PairInfluences":
        """What arrays() gave."""
        return cls(arrays["offsets"], arrays["columns"], arrays["counts"], arrays["influences"])


def of_entries(counts: Cooccurrences, tables: npt.NDArray[np.floating[Any]]) -> PairInfluences:
    """S from tables T over the entries of N, [P, E]."""
    values = []
    for table in tables:
        directed = counts.values * table
        values.append((0.5 * (directed + counts.transposed(directed))).astype(np.float32))
    empty = np.zeros((0, len(counts.columns)), np.float32)
    return PairInfluences(
        counts.offsets, counts.columns, counts.values.astype(np.float32), np.stack(values) if values else empty
    )


def of_rows(
    words: npt.NDArray[np.int64],
    counts: npt.NDArray[np.float64],
    tables: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]],
) -> PairInfluences:
    """S from tables whose rows are probe words alone; T is zero elsewhere.

    Args:
        words: int64 [n], ids of all probe words, ascending.
        counts: N of their rows, [n, V].
        tables: of each probe the ids [m] of its words, and T [m, V].
    """
    size = counts.shape[1]
    rows, columns = np.nonzero(counts)
    found = csr_array((counts[rows, columns], (words[rows], columns)), shape=(size, size))
    # Where a probe word meets another word, both of them have the pair.
    pattern = csr_array(found.astype(bool) + found.T.astype(bool))
    pattern.sort_indices()
    both = csr_array(found.maximum(found.T))
    values = []
    for ids, table in tables:
        own = np.searchsorted(words, ids)
        placed = np.zeros_like(counts)
        placed[own] = counts[own] * table
        directed = csr_array((placed[rows, columns], (words[rows], columns)), shape=(size, size))
        values.append(_on(pattern, csr_array(0.5 * (directed + directed.T))).astype(np.float32))
    empty = np.zeros((0, pattern.nnz), np.float32)
    return PairInfluences(
        pattern.indptr.astype(np.int64),
        pattern.indices.astype(np.int32),
        _on(pattern, both).astype(np.float32),
        np.stack(values) if values else empty,
    )


def _on(pattern: Any, matrix: Any) -> npt.NDArray[np.float64]:
    """The values of a sparse matrix on the entries of a pattern that holds all of its own."""
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    return np.asarray(matrix[rows, pattern.indices], np.float64).ravel()
