"""Sums, spreads and order of influence."""

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.influence_table import InfluenceTable, seed_agreement


def test_documents_are_sums_of_their_sentences_and_empty_ones_exactly_zero() -> None:
    sentences = np.array([[0.1, 0.2, 0.0, -0.5], [1.0, -1.0, 0.0, 2.0]])
    sums = sums_between(sentences, np.array([0, 0, 2, 3, 3, 4, 4]))
    np.testing.assert_allclose(sums, [[0.0, 0.3, 0.0, 0.0, -0.5, 0.0], [0.0, 0.0, 0.0, 0.0, 2.0, 0.0]])
    assert (sums[:, [0, 2, 3, 5]] == 0).all()
    assert sums_between(np.zeros((2, 0)), np.array([0, 0])).tolist() == [[0.0], [0.0]]


def test_table_has_mean_spread_stability_and_order() -> None:
    table = InfluenceTable.of(np.array([[1.0, -1.0, 0.0, 3.0], [3.0, 0.5, 0.0, 3.0]]))
    assert table.influence.tolist() == [2.0, -0.25, 0.0, 3.0]
    np.testing.assert_allclose(table.spread, [np.sqrt(2), np.sqrt(1.125), 0, 0])
    assert table.sign_stability.tolist() == [1.0, 0.5, 1.0, 1.0]
    assert table.order().tolist() == [3, 0, 2, 1]
    assert InfluenceTable.of(np.array([[1.0, 2.0]])).spread.tolist() == [0.0, 0.0]


def test_seed_agreement_is_the_mean_correlation() -> None:
    rows = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 2.0, 1.0]])
    assert seed_agreement(rows) == pytest.approx((1 - 1 - 1) / 3)
    assert seed_agreement(rows[:1]) is None
    assert seed_agreement(np.zeros((2, 3))) is None
