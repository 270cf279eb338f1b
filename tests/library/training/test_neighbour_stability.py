import numpy as np
import pytest

from skipgram_audit.training.neighbour_stability import neighbour_stability


def on_a_circle(*degrees: float) -> np.ndarray:
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


def test_the_share_of_common_neighbours_is_counted_by_hand() -> None:
    """Twelve others: ten are nearest in each seed, and the seeds leave out different ones."""
    first = on_a_circle(0, *range(10, 121, 10))
    turned = first[[0, *range(12, 0, -1)]]  # the nearest in one seed are the farthest in the other
    assert neighbour_stability(np.array([0]), [first, turned]) == pytest.approx([0.8])
    assert neighbour_stability(np.array([0]), [first, 3.0 * first]) == pytest.approx([1.0])
    # Three seeds: pairs of 1.0, 0.8 and 0.8.
    assert neighbour_stability(np.array([0]), [first, first, turned]) == pytest.approx([2.6 / 3])


def test_a_small_vocabulary_has_fewer_neighbours_and_a_vector_of_zeros_is_no_obstacle() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert neighbour_stability(np.array([0, 2]), [vectors, vectors]) == pytest.approx([1.0, 1.0])


def test_one_seed_and_a_single_word_say_nothing() -> None:
    vectors = on_a_circle(0, 10)
    assert neighbour_stability(np.array([0]), [vectors]) is None
    assert neighbour_stability(np.array([0]), [vectors[:1], vectors[:1]]) is None
    assert neighbour_stability(np.array([0]), []) is None


def test_random_vectors_share_as_many_as_chance_gives() -> None:
    """Of 1,000 others, ten and ten drawn apart share 0.1 on average: a share of 0.01."""
    generator = np.random.default_rng(1)
    one, other = (generator.normal(size=(1001, 50)) for _ in range(2))
    found = neighbour_stability(np.arange(1001), [one, other])
    assert found is not None
    assert found.mean() == pytest.approx(0.01, abs=0.003)
