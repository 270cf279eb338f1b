"""The web's formula of a window against hand-computed values, and against the engine's."""

import numpy as np
import pytest

from skipgram_audit.corpus.windows import most_partners, partners
from skipgram_audit.model.windows import window_partners


def test_a_thinned_word_lets_the_window_reach_over_it() -> None:
    assert window_partners([1.0, 0.25, 0.5], 0, 1) == [(1, 0.25), (2, 0.5 * 0.75)]
    assert window_partners([1.0] * 5, 1, 2) == [(0, 1.0), (2, 1.0), (3, 0.5)]
    assert window_partners([1.0], 0, 5) == []


@pytest.mark.parametrize("window", [1, 3, 5])
def test_it_is_the_engines_formula(window: int) -> None:
    generator = np.random.default_rng(window)
    keep = generator.uniform(0.02, 1.0, 120)
    tokens = np.arange(120, dtype=np.int32)
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    for position in range(120):
        count = partners(tokens, 0, 120, position, keep, window, np.empty(window), others, weights)
        found = window_partners(keep.tolist(), position, window)
        assert [other for other, _ in found] == others[:count].tolist()
        np.testing.assert_allclose([weight for _, weight in found], weights[:count], rtol=1e-12)
