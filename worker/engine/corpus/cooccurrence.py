"""Expected co-occurrence counts of all words with all words, as a sparse matrix.

N[w, c] is that of worker.engine.corpus.counts, for every word w. It is symmetric, and built row by row: the occurrences
of a word are visited together, so that besides the result only one row of the vocabulary's length is held.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from worker.engine.compiled import compiled
from worker.engine.corpus.encoding import EncodedCorpus, offsets_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[Any]


@dataclass(frozen=True)
class Cooccurrences:
    """A sparse matrix [words, words] by compressed rows.

    Attributes:
        offsets: int64 [words + 1]; the entries of row w are offsets[w]:offsets[w + 1].
        columns: int32 [entries], ascending within a row.
        values: float64 [entries], above zero.
    """

    offsets: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]

    @property
    def totals(self) -> npt.NDArray[np.float64]:
        """N_w = sum_c N[w, c], float64 [words]."""
        rows = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        return np.bincount(rows, weights=self.values, minlength=len(self.offsets) - 1)


def cooccurrences(corpus: EncodedCorpus, keep: npt.NDArray[np.float64], window: int) -> Cooccurrences:
    """N of the whole corpus; two passes over the tokens, the first to know how much memory the second needs.

    Args:
        keep: float64 [words], from keep_probabilities.
    """
    words = len(corpus.words)
    positions = np.argsort(corpus.tokens, kind="stable")
    starts = offsets_of(np.bincount(corpus.tokens, minlength=words).astype(np.int64))
    sentences = np.repeat(np.arange(corpus.sentence_count, dtype=np.int32), np.diff(corpus.sentence_offsets))
    places = (corpus.tokens, corpus.sentence_offsets, sentences, positions, starts)
    offsets = offsets_of(_entries(*places, window))
    columns = np.empty(offsets[-1], np.int32)
    values = np.empty(offsets[-1])
    _fill(*places, keep, window, offsets, columns, values)
    return Cooccurrences(offsets, columns, values)


@compiled
def _entries(
    tokens: Integers,
    sentence_offsets: Integers,
    sentences: Integers,
    positions: Integers,
    starts: Integers,
    window: int,
) -> Any:
    """int64 [words]: how many different words stand near each word."""
    words = starts.size - 1
    seen = np.full(words, -1, np.int64)
    entries = np.zeros(words, np.int64)
    for word in range(words):
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for other in range(max(first, position - window), min(last, position + window + 1)):
                if other != position and seen[tokens[other]] != word:
                    seen[tokens[other]] = word
                    entries[word] += 1
    return entries


@compiled
def _fill(
    tokens: Integers,
    sentence_offsets: Integers,
    sentences: Integers,
    positions: Integers,
    starts: Integers,
    keep: Floats,
    window: int,
    offsets: Integers,
    columns: Integers,
    values: Floats,
) -> None:
    row = np.zeros(starts.size - 1)
    for word in range(starts.size - 1):
        end = offsets[word]
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for other in range(max(first, position - window), min(last, position + window + 1)):
                if other != position:
                    column = tokens[other]
                    if row[column] == 0.0:
                        columns[end] = column
                        end += 1
                    row[column] += keep[word] / window * keep[column] * (window + 1 - abs(other - position))
        found = columns[offsets[word] : end]
        found.sort()
        for entry in range(offsets[word], end):
            values[entry] = row[columns[entry]]
            row[columns[entry]] = 0.0
