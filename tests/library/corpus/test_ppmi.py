"""Pointwise mutual information by hand, and its directions against a dense decomposition."""

import numpy as np
import pytest

from skipgram_audit.corpus import ppmi
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.ppmi import leading_directions, matrix_bytes, ppmi_matrix, ppmi_rows, ppmi_slope
from tests.library.samples import silent, zipf_corpus


def test_rows_by_hand() -> None:
    counts = np.array([[6.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    noise = np.array([0.5, 0.25, 0.25])
    np.testing.assert_allclose(ppmi_rows(counts, noise, 1.0), [[np.log(1.5), 0.0, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(ppmi_rows(counts, noise, 1.2)[0, 0], np.log(1.25))


def test_slope_is_the_derivative_in_the_counts() -> None:
    generator = np.random.default_rng(2)
    counts, noise = generator.random((3, 12)) * (generator.random((3, 12)) > 0.4), np.full(12, 1 / 12)
    adjoints = generator.normal(size=(3, 12))
    slope = ppmi_slope(counts, ppmi_rows(counts, noise, 1.0), adjoints)
    for place in ((0, 1), (1, 5), (2, 7), (0, 10)):
        if counts[place] == 0:
            continue
        ends = []
        for change in (1e-6, -1e-6):
            moved = counts.copy()
            moved[place] += change
            ends.append((adjoints * ppmi_rows(moved, noise, 1.0)).sum())
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


def test_matrix_in_blocks_and_its_leading_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = zipf_corpus()
    words = len(corpus.words)
    keep, noise = np.ones(words), np.full(words, 1 / words)
    monkeypatch.setattr(ppmi, "NUMBERS_AT_ONCE", 7 * words)
    matrix = ppmi_matrix(corpus, keep, 3, noise, 1.0, silent)
    dense = ppmi_rows(count_pairs(corpus, np.arange(words), keep, 3), noise, 1.0)
    np.testing.assert_allclose(matrix.toarray(), dense)
    directions = leading_directions(matrix, 8, silent)
    best = np.linalg.svd(dense)[2][:8].T
    np.testing.assert_allclose(directions @ directions.T, best @ best.T, atol=1e-9)
    assert directions.tobytes() == leading_directions(matrix, 8, silent).tobytes()
    assert leading_directions(matrix, 100, silent).shape == (words, words - 1)


def test_memory_is_at_least_that_of_the_matrix() -> None:
    corpus = zipf_corpus()
    matrix = ppmi_matrix(corpus, np.ones(30), 3, np.full(30, 1 / 30), 1.0, silent)
    assert matrix_bytes(corpus, 3) > 2 * (matrix.data.nbytes + matrix.indices.nbytes)
