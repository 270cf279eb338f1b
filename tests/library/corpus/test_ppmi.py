"""Pointwise mutual information by hand."""

import numpy as np
import pytest

from skipgram_audit.corpus.ppmi import ppmi_rows, ppmi_slope


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
