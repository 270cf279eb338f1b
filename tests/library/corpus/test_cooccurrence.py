"""The sparse counts of all words are the dense counts of probe words, taken for every word."""

import numpy as np
import pytest

from skipgram_audit.corpus.cooccurrence import PairCounter, cooccurrences
from skipgram_audit.corpus.counts import count_pairs, counts_left, spread_over_tokens
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.samples import zipf_corpus


def test_sparse_counts_equal_dense_counts() -> None:
    corpus = zipf_corpus()
    keep = keep_probabilities(corpus.counts, 0.1)
    counts = cooccurrences(corpus, keep, 3)
    dense = count_pairs(corpus, np.arange(30), keep, 3)
    filled = np.zeros((30, 30))
    for word in range(30):
        entries = slice(counts.offsets[word], counts.offsets[word + 1])
        assert (np.diff(counts.columns[entries]) > 0).all()
        filled[word, counts.columns[entries]] = counts.values[entries]
    np.testing.assert_allclose(filled, dense, rtol=1e-12)
    np.testing.assert_allclose(counts.totals, dense.sum(1), rtol=1e-12)


def test_weighted_counts_keep_the_entries_of_the_whole_corpus() -> None:
    corpus = zipf_corpus()
    keep = keep_probabilities(corpus.counts, 0.1)
    weights = np.random.default_rng(0).integers(0, 3, corpus.sentence_count).astype(float)
    counts = PairCounter(corpus, keep, 3, workers=2).weighted(weights)
    filled = np.zeros((30, 30))
    rows = np.repeat(np.arange(30), np.diff(counts.offsets))
    filled[rows, counts.columns] = counts.values
    np.testing.assert_allclose(filled, count_pairs(corpus, np.arange(30), keep, 3, weights), rtol=1e-12)
    assert len(counts.columns) == len(cooccurrences(corpus, keep, 3).columns)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_what_is_left_is_counted_by_the_smaller_part(share: float) -> None:
    corpus = zipf_corpus()
    words, keep = np.arange(5), keep_probabilities(corpus.counts, 0.1)
    removed = np.random.default_rng(1).random(corpus.sentence_count) < share
    full = count_pairs(corpus, words, keep, 3)
    left = counts_left(corpus, removed, full, lambda weights: count_pairs(corpus, words, keep, 3, weights))
    counted = count_pairs(corpus, words, keep, 3, (~removed).astype(np.float64))
    np.testing.assert_allclose(left, counted, rtol=1e-9)
    np.testing.assert_array_equal(left == 0.0, counted == 0.0)
    assert (left[full > 0.0] == 0.0).any() == (share > 0.0)


def test_tables_over_the_entries_are_spread_like_dense_ones() -> None:
    corpus = zipf_corpus()
    keep = keep_probabilities(corpus.counts, 0.1)
    counter = PairCounter(corpus, keep, 3)
    tables = np.random.default_rng(0).standard_normal((2, 30, 30))
    rows = np.repeat(np.arange(30), np.diff(counter.full.offsets))
    for table, shares in zip(tables, counter.spread(tables[:, rows, counter.full.columns]), strict=True):
        tokens, sentences = np.zeros(len(corpus.tokens)), np.zeros(corpus.sentence_count)
        spread_over_tokens(corpus, np.arange(30), keep, 3, table, tokens, sentences)
        np.testing.assert_allclose(shares, tokens, atol=1e-12)
    np.testing.assert_array_equal(
        counter.full.transposed(table[rows, counter.full.columns]), table.T[rows, counter.full.columns]
    )
