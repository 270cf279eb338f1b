"""The sparse counts of all words are the dense counts of probe words, taken for every word."""

import numpy as np

from tests.worker.engine.samples import zipf_corpus
from worker.engine.corpus.cooccurrence import cooccurrences
from worker.engine.corpus.counts import count_pairs
from worker.engine.skipgram.distribution import keep_probabilities


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
