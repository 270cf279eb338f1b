"""The loops over compressed rows of pair counts: counted, added up, looked up, and spread over tokens.

Of a matrix [words, words], row w is the stretch offsets[w]:offsets[w + 1] of columns, int32 and ascending, and of
values. The occurrences of a word are visited together: positions are those of all tokens, word by word, of word w from
starts[w] on; sentences[position] is the sentence of a token.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled
from skipgram_audit.corpus.windows import most_partners, partners

Floats = npt.NDArray[Any]
Integers = npt.NDArray[Any]


@compiled
def count_rows(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, sentence_weights: Floats,
) -> tuple[Integers, Integers, Floats]:  # fmt: skip
    """Compressed rows of N[w, c], each sentence's part times its weight: offsets, columns, values."""
    words = starts.size - 1
    row, seen, found = np.zeros(words), np.full(words, -1, np.int64), np.empty(words, np.int32)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    offsets = np.zeros(words + 1, np.int64)
    columns, values = np.empty(4 * tokens.size + 1, np.int32), np.empty(4 * tokens.size + 1)
    for word in range(words):
        count = 0
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            sentence = sentences[position]
            weight = sentence_weights[sentence]
            if weight == 0.0:
                continue
            first, last = sentence_offsets[sentence], sentence_offsets[sentence + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                column = tokens[others[number]]
                if seen[column] != word:
                    seen[column] = word
                    found[count] = column
                    count += 1
                row[column] += weight * weights[number]
        begin = offsets[word]
        if begin + count > columns.size:
            columns = np.append(columns, np.empty(columns.size + count, np.int32))
            values = np.append(values, np.empty(values.size + count))
        found[:count].sort()
        for number in range(count):
            columns[begin + number] = found[number]
            values[begin + number] = row[found[number]]
            row[found[number]] = 0.0
        offsets[word + 1] = begin + count
    return offsets, columns[: offsets[words]].copy(), values[: offsets[words]].copy()


@compiled
def add_rows(
    offsets: Integers, columns: Integers, values: Floats, more_offsets: Integers, more_columns: Integers,
    more_values: Floats,
) -> tuple[Integers, Integers, Floats]:  # fmt: skip
    """The sum of two matrices by compressed rows."""
    ends = np.zeros_like(offsets)
    sum_columns = np.empty(columns.size + more_columns.size, np.int32)
    sum_values = np.empty(columns.size + more_columns.size)
    place = 0
    for row in range(offsets.size - 1):
        here, there = offsets[row], more_offsets[row]
        while here < offsets[row + 1] or there < more_offsets[row + 1]:
            own = columns[here] if here < offsets[row + 1] else offsets.size
            other = more_columns[there] if there < more_offsets[row + 1] else offsets.size
            sum_columns[place] = min(own, other)
            sum_values[place] = 0.0
            if own <= other:
                sum_values[place] += values[here]
                here += 1
            if other <= own:
                sum_values[place] += more_values[there]
                there += 1
            place += 1
        ends[row + 1] = place
    return ends, sum_columns[:place].copy(), sum_values[:place].copy()


@compiled
def place_rows(
    offsets: Integers, columns: Integers, found_offsets: Integers, found_columns: Integers, found_values: Floats,
    values: Floats,
) -> None:  # fmt: skip
    """Values of found entries to their positions among others."""
    for row in range(offsets.size - 1):
        entry = offsets[row]
        for found in range(found_offsets[row], found_offsets[row + 1]):
            while entry < offsets[row + 1] and columns[entry] < found_columns[found]:
                entry += 1
            if entry < offsets[row + 1] and columns[entry] == found_columns[found]:
                values[entry] = found_values[found]


@compiled
def spread_over_rows(
    tokens: Integers, sentence_offsets: Integers, sentences: Integers, positions: Integers, starts: Integers,
    keep: Floats, window: int, offsets: Integers, columns: Integers, table: Floats, shares: Floats,
) -> None:  # fmt: skip
    """shares[token, n], the sum over the token's pairs of their counts times table [entries, n]."""
    place = np.empty(starts.size - 1, np.int64)
    between = np.empty(window)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for word in range(starts.size - 1):
        if starts[word] == starts[word + 1]:
            continue
        for entry in range(offsets[word], offsets[word + 1]):
            place[columns[entry]] = entry
        for occurrence in range(starts[word], starts[word + 1]):
            position = positions[occurrence]
            first, last = sentence_offsets[sentences[position]], sentence_offsets[sentences[position] + 1]
            for number in range(partners(tokens, first, last, position, keep, window, between, others, weights)):
                entry = place[tokens[others[number]]]
                for one in range(table.shape[1]):
                    shares[position, one] += weights[number] * table[entry, one]


@compiled
def transpose_entries(offsets: Integers, columns: Integers, entries: Floats, result: Floats) -> None:
    """Entries with rows and columns exchanged; the matrix has the same entries then."""
    filled = offsets[:-1].copy()
    for row in range(offsets.size - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            column = columns[entry]
            result[filled[column]] = entries[entry]
            filled[column] += 1


@compiled
def add_to_rows(offsets: Integers, addends: Floats, table: Floats) -> None:
    """Adds to all entries of a row in a table [entries, n] the row's own addends [rows, n]."""
    for row in range(offsets.size - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            for one in range(table.shape[1]):
                table[entry, one] += addends[row, one]
