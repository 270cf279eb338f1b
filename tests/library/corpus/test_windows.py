"""Pairs of tokens against hand-computed values, against drawing, and seen from either end."""

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.windows import most_partners, partners


def found(tokens: npt.ArrayLike, position: int, keep: npt.ArrayLike, window: int) -> dict[int, float]:
    others, weights = np.empty(most_partners(window), np.int64), np.empty(most_partners(window))
    sentence, kept = np.asarray(tokens, np.int32), np.asarray(keep, np.float64)
    count = partners(sentence, 0, len(sentence), position, kept, window, np.empty(window), others, weights)
    return dict(zip(others[:count].tolist(), weights[:count].tolist(), strict=True))


def test_without_thinning_a_pair_counts_by_its_distance() -> None:
    assert found([0, 1, 2, 3, 4], 1, np.ones(5), 2) == {0: 1.0, 2: 1.0, 3: 0.5}


def test_a_thinned_word_lets_the_window_reach_over_it() -> None:
    # w x c with window 1: a pair of w and c only when x is dropped.
    pairs = found([0, 1, 2], 0, [1.0, 0.25, 0.5], 1)
    assert pairs == {1: 0.25, 2: 0.5 * 0.75}


def test_expected_updates_are_the_mean_of_drawn_ones() -> None:
    generator = np.random.default_rng(5)
    tokens, keep, window, draws = np.arange(12), generator.uniform(0.2, 1.0, 12), 3, 100_000
    total = np.zeros(12)
    kept = generator.random((draws, 12)) <= keep
    radii = generator.integers(1, window + 1, draws)
    ranks = kept.cumsum(1)
    near = np.abs(ranks - ranks[:, 4:5]) <= radii[:, None]
    total = (near & kept & kept[:, 4:5]).mean(0)
    expected = found(tokens, 4, keep, window)
    for other in set(range(12)) - {4}:
        assert abs(expected.get(other, 0.0) - total[other]) < 0.005, other


def test_both_ends_see_the_same_pair() -> None:
    generator = np.random.default_rng(6)
    tokens, keep = generator.integers(0, 9, 40), generator.uniform(0.05, 1.0, 9)
    seen = [found(tokens, position, keep, 4) for position in range(40)]
    for position, pairs in enumerate(seen):
        for other, weight in pairs.items():
            assert abs(seen[other][position] - weight) < 1e-12
