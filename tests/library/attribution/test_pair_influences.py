"""Influence by pair of words, by hand: three words, a symmetric table of counts, and one probe word."""

import numpy as np

from skipgram_audit.attribution.pair_influences import PairInfluences, of_entries, of_rows
from skipgram_audit.corpus.cooccurrence import Cooccurrences

COUNTS = np.array([[2.0, 3.0, 0.0], [3.0, 0.0, 1.0], [0.0, 1.0, 0.0]])


def dense(found: PairInfluences, values: np.ndarray) -> np.ndarray:
    table = np.zeros((3, 3))
    table[np.repeat(np.arange(3), np.diff(found.offsets)), found.columns] = values
    return table


def test_both_directions_of_a_pair_are_split_evenly() -> None:
    counts = Cooccurrences(np.array([0, 2, 4, 5]), np.array([0, 1, 0, 2, 1], np.int32), np.array([2.0, 3, 3, 1, 1]))
    found = of_entries(counts, np.array([[10.0, 1.0, 5.0, -2.0, 4.0]]))
    # 2 x 10; (3 x 1 + 3 x 5) / 2; (1 x -2 + 1 x 4) / 2.
    expected = [[20.0, 9.0, 0.0], [9.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    np.testing.assert_array_equal(dense(found, found.influences[0]), expected)
    np.testing.assert_array_equal(dense(found, found.counts), COUNTS)
    np.testing.assert_array_equal(found.by_word(), [[29.0, 10.0, 1.0]])


def test_a_probe_words_row_reaches_its_partners() -> None:
    """The word 1 alone has a table; the words 0 and 2 have their halves of its pairs."""
    table = np.array([[4.0, 7.0, -6.0]])
    found = of_rows(np.array([1]), COUNTS[[1]], [(np.array([1]), table)])
    expected = [[0.0, 6.0, 0.0], [6.0, 0.0, -3.0], [0.0, -3.0, 0.0]]
    np.testing.assert_array_equal(dense(found, found.influences[0]), expected)
    np.testing.assert_array_equal(found.by_word(), [[6.0, 3.0, -3.0]])
    assert found.by_word().sum() == (COUNTS[1] * table[0]).sum()


def test_two_probe_words_both_count_their_pair() -> None:
    tables = [(np.array([1, 0]), np.array([[4.0, 0.0, 0.0], [1.0, 2.0, 0.0]]))]
    found = of_rows(np.array([0, 1]), COUNTS[:2], tables)
    # 2 x 1 on the diagonal; (3 x 2 + 3 x 4) / 2 between the two.
    np.testing.assert_array_equal(dense(found, found.influences[0])[:2, :2], [[2.0, 9.0], [9.0, 0.0]])
