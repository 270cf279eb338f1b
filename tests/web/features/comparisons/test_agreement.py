import math

import numpy as np
import pytest
from scipy import stats

from skipgram_audit_web.features.comparisons.agreement import (
    Agreement,
    MatchedInfluences,
    TopOverlap,
    agreement,
    correlation,
    expected_correlation,
    paired_variance,
    strongest_changes,
    top_places,
)

NONE = np.zeros(5)


def influences(*values: float, spread: np.ndarray | None = None, seeds: int = 2) -> MatchedInfluences:
    return MatchedInfluences(np.array(values), np.zeros(len(values)) if spread is None else spread, seeds)


def agreed(first: MatchedInfluences, second: MatchedInfluences) -> Agreement:
    return agreement(first, second, (first.ranks, second.ranks))


def test_ranks_start_at_the_strongest_push_up_and_ties_share_theirs() -> None:
    assert influences(0.5, -1.0, 0.0, 0.0, 2.0).ranks.tolist() == [2.0, 5.0, 3.5, 3.5, 1.0]


def test_ranks_follow_from_a_known_order_without_sorting() -> None:
    values = np.random.default_rng(2).integers(-3, 4, 50).astype(float)
    order = np.argsort(-values)
    assert MatchedInfluences(values, NONE, 2, order).ranks.tolist() == influences(*values).ranks.tolist()
    np.testing.assert_array_equal(influences(*values).ranks, stats.rankdata(-values))
    assert influences().ranks.tolist() == []


def test_correlations_are_those_of_scipy_with_many_ties() -> None:
    generator = np.random.default_rng(3)
    one, other = generator.integers(-3, 4, (2, 200)).astype(float)
    assert correlation(influences(*one).ranks, influences(*other).ranks) == pytest.approx(
        stats.spearmanr(one, other).statistic
    )
    found = agreed(influences(*one), influences(*other))
    assert found.spearman == pytest.approx(stats.spearmanr(one, other).statistic)
    assert found.pearson == pytest.approx(stats.pearsonr(one, other).statistic)
    assert found.same_sign + found.opposite_sign + int(((one == 0) | (other == 0)).sum()) == 200
    assert found.zero_in_both == int(((one == 0) & (other == 0)).sum())


def test_spearman_by_hand() -> None:
    # Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * (1 + 1 + 1 + 1) / (4 * 15) = 0.6.
    found = agreed(influences(4.0, 3.0, 2.0, 1.0), influences(30.0, 40.0, 10.0, 20.0))
    assert found.spearman == pytest.approx(0.6)


@pytest.mark.parametrize("values", [(), (1.0,), (2.0, 2.0)])
def test_nothing_that_varies_is_not_correlated(values: tuple[float, ...]) -> None:
    found = agreed(influences(*values), influences(*values))
    assert found.spearman is None
    assert found.pearson is None


def test_overlap_counts_only_documents_of_that_sign() -> None:
    first = influences(5.0, 4.0, 3.0, 0.0, -1.0)
    second = influences(1.0, -1.0, 2.0, 0.0, -2.0)
    up20, up100, down20, _ = agreed(first, second).overlaps
    # Above zero: documents 0, 1, 2 against 0, 2; below: 4 against 1, 4. By chance 3 * 2 / 5 and 1 * 2 / 5.
    assert up20 == TopOverlap(True, 20, 3, 2, 2, 1.2)
    assert up100 == TopOverlap(True, 100, 3, 2, 2, 1.2)
    assert down20 == TopOverlap(False, 20, 1, 2, 1, 0.4)


def test_the_largest_values_are_found_in_order_and_ties_by_place() -> None:
    assert top_places(np.array([1.0, 3.0, 2.0, 3.0, 0.0, -4.0]), 3).tolist() == [1, 3, 2]
    assert top_places(np.array([1.0, 1.0, 1.0, 1.0]), 2).tolist() == [0, 1]
    assert top_places(np.array([0.0, -1.0]), 2).tolist() == []
    values = np.random.default_rng(0).integers(-5, 6, 1000).astype(float)
    assert top_places(values, 70).tolist() == np.argsort(-values, kind="stable")[:70].tolist()


def test_moves_by_influence_and_by_rank_differ() -> None:
    first, second = influences(10.0, 0.3, 0.2, 0.1), influences(7.0, 0.1, 0.2, 0.3)
    ranks = first.ranks, second.ranks
    assert strongest_changes(first, second, ranks, False, False, 2).tolist() == [0, 1]
    assert strongest_changes(first, second, ranks, True, False, 2).tolist() == [1]
    assert strongest_changes(first, second, ranks, True, True, 9).tolist() == [3]


def test_the_expected_correlation_is_that_of_noisy_copies() -> None:
    # Reliability of a mean of 2 seeds that agree by 0.5: 2 * 0.5 / 1.5 = 2/3; of 4 that agree by 0.2: 0.8 / 1.6 = 1/2.
    assert expected_correlation(0.5, 0.2, (2, 4)) == pytest.approx(math.sqrt(2 / 3 * 1 / 2))
    assert expected_correlation(0.5, None, (2, 1)) is None
    generator = np.random.default_rng(1)
    truth = generator.normal(size=20_000)
    audits = [truth + generator.normal(size=(2, 20_000)) for _ in range(2)]
    seen = np.corrcoef(*(audit.mean(axis=0) for audit in audits))[0, 1]
    within = [float(np.corrcoef(*audit)[0, 1]) for audit in audits]
    assert expected_correlation(within[0], within[1], (2, 2)) == pytest.approx(seen, abs=0.02)


def test_the_paired_variance_is_free_of_the_seeds_noise() -> None:
    # (1 - 3)^2 + (2 - 2)^2 = 4, less (0.4^2 + 0.2^2) / 2 of the one and 0.6^2 / 3 of the other: 4 - 0.1 - 0.12.
    first = influences(1.0, 2.0, spread=np.array([0.4, 0.2]), seeds=2)
    second = influences(3.0, 2.0, spread=np.array([0.6, 0.0]), seeds=3)
    assert paired_variance(first, second, shared_seeds=False) == pytest.approx(3.78)
    assert paired_variance(first, second, shared_seeds=True) == pytest.approx(4.0)
    # Of equal audits only the noise remains, taken out once for either: 2 * 0.1.
    assert paired_variance(first, first, shared_seeds=False) == pytest.approx(-0.2)
