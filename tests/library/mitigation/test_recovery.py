"""The recovery test: known clusters, chance, and what hard debiasing leaves."""

import numpy as np

from skipgram_audit.mitigation.hard import hard_debiased
from skipgram_audit.mitigation.recovery import classifier_accuracy, cluster_purity
from tests.library.mitigation.samples import biased_space


def test_sides_that_lie_apart_are_found_whichever_way_round() -> None:
    generator = np.random.default_rng(1)
    sides = np.repeat([1, 0], 40)
    vectors = generator.normal(0, 0.05, (80, 3))
    vectors[:, 0] += np.where(sides == 1, 1.0, -1.0)
    assert cluster_purity(vectors, sides, 1) == cluster_purity(vectors, 1 - sides, 1) == 1.0
    assert classifier_accuracy(vectors, sides, 1) == 1.0


def test_purity_is_counted_by_hand() -> None:
    """Two clusters of four; one word of each lies with the other side: six of eight are right."""
    vectors = np.array([[1.0, 0.01 * number] for number in range(4)] + [[-1.0, 0.01 * number] for number in range(4)])
    assert cluster_purity(vectors, np.array([1, 1, 1, 0, 0, 0, 0, 1]), 1) == 0.75


def test_without_any_difference_both_are_chance() -> None:
    sides = np.repeat([1, 0], 30)
    assert cluster_purity(np.ones((60, 4)), sides, 1) == 0.5
    assert classifier_accuracy(np.ones((60, 4)), sides, 1) == 0.5
    noise = np.random.default_rng(2).normal(size=(600, 8))
    many = np.repeat([1, 0], 300)
    assert cluster_purity(noise, many, 1) < 0.6
    assert 0.4 < classifier_accuracy(noise, many, 1) < 0.6


def test_hard_debiasing_leaves_what_shows_in_another_axis() -> None:
    """The finding of Gonen and Goldberg: the direction is gone, and the sides still lie apart."""
    _, vectors, concept = biased_space(spread=4.0)
    biased = concept.most_biased(vectors, 80)
    after = hard_debiased(vectors, concept)
    assert np.abs(after[biased.words] @ concept.direction(vectors)).max() < 1e-9
    assert cluster_purity(after[biased.words], biased.sides, 1) > 0.9
    assert classifier_accuracy(after[biased.words], biased.sides, 1) > 0.9
