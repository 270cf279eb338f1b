"""Each method that changes vectors: hand-computed cases, and what must hold whatever the vectors are."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

from skipgram_audit.mitigation.concept import BiasedWords, NoDirection, of_lists, of_pairs, unit
from skipgram_audit.mitigation.double_hard import double_hard_debiased
from skipgram_audit.mitigation.hard import equalised, hard_debiased, without
from skipgram_audit.mitigation.inlp import null_space_projected
from skipgram_audit.mitigation.leace import least_squares_erased
from tests.library.mitigation.samples import biased_space, vocabulary
from tests.library.samples import silent

WORDS = vocabulary(["he", "she", "man", "woman", "nurse", "judge"])
GENDER = of_pairs("gender", [("he", "she"), ("man", "woman")], WORDS)


def test_hard_debiasing_by_hand() -> None:
    """Direction (1, 0, 0). The neutral nurse (6, 8, 0) becomes (0, 10, 0), her length kept. he (0.8, 0.6, 0) and she
    (-0.6, 0.8, 0): m = (0.1, 0.7, 0), n = (0, 0.7, 0), so they become (+-sqrt(0.51), 0.7, 0)."""
    vectors = np.array(
        [[0.8, 0.6, 0.0], [-0.6, 0.8, 0.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [6.0, 8.0, 0.0], [0.0, 0.0, 2.0]]
    )
    direction = np.array([1.0, 0.0, 0.0])
    np.testing.assert_allclose(
        equalised(vectors[:2], direction), [[np.sqrt(0.51), 0.7, 0.0], [-np.sqrt(0.51), 0.7, 0.0]], atol=1e-12
    )
    straight = vectors.copy()
    straight[:2] = [[0.8, 0.6, 0.0], [-0.8, 0.6, 0.0]]
    found = hard_debiased(straight, GENDER)
    np.testing.assert_allclose(found[4], [0.0, 10.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found[5], [0.0, 0.0, 2.0], atol=1e-12)
    np.testing.assert_allclose(found[:4], straight[:4], atol=1e-12)


def test_a_pair_that_lies_equally_far_along_the_direction_becomes_its_mean_without_it() -> None:
    pair = np.array([[0.6, 0.8, 0.0], [0.6, 0.0, 0.8]])
    half = np.sqrt(0.5)
    np.testing.assert_allclose(equalised(pair, np.array([1.0, 0.0, 0.0])), [[0.0, half, half]] * 2, atol=1e-12)


@settings(max_examples=50)
@given(arrays(np.float64, (6, 4), elements=st.floats(-3, 3, width=16)))
def test_nothing_neutral_is_left_along_the_direction_and_pairs_are_equidistant(vectors: Any) -> None:
    if np.linalg.norm(vectors, axis=1).min() < 0.1:
        return
    try:
        direction = GENDER.direction(vectors)
    except NoDirection:
        return
    found = hard_debiased(vectors, GENDER)
    rows = unit(found)
    np.testing.assert_allclose(rows[4:] @ direction, 0.0, atol=1e-6)
    cosines = rows[:4] @ rows[4:].T
    np.testing.assert_allclose(cosines[0], cosines[1], atol=1e-6)
    np.testing.assert_allclose(cosines[2], cosines[3], atol=1e-6)
    kept = np.linalg.norm(without(unit(vectors), direction), axis=1)[4:] > 1e-6
    lengths = np.linalg.norm(vectors, axis=1)[4:]
    np.testing.assert_allclose(np.linalg.norm(found, axis=1)[4:][kept], lengths[kept], atol=1e-6)


def test_words_of_lists_that_are_no_pairs_stay_as_they_are() -> None:
    vectors = np.random.default_rng(1).normal(size=(6, 5))
    concept = of_lists("lists", ["he", "man"], ["she", "woman"], WORDS)
    found = hard_debiased(vectors, concept)
    np.testing.assert_allclose(found[:4], vectors[:4], atol=1e-12)
    np.testing.assert_allclose(found[4:] @ concept.direction(vectors), 0.0, atol=1e-12)


def test_double_hard_removes_the_axis_without_which_the_sides_cluster_least() -> None:
    """The side shows along the first two axes of the space, and hard debiasing takes the first alone. Of the principal
    axes the second one's direction is the one that still shows it."""
    _, vectors, concept = biased_space(dimension=6, spread=4.0)
    biased = concept.most_biased(vectors, 60)
    found = double_hard_debiased(vectors, concept, biased, 1, silent)
    assert found.purities[found.axis - 1] == min(found.purities)
    assert min(found.purities) < 0.75 < max(found.purities)
    centred = vectors - vectors.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][found.axis - 1]
    neutral = np.setdiff1d(np.arange(len(vectors)), concept.defining)
    debiased = without(centred, axis)
    np.testing.assert_allclose(found.vectors[neutral] @ concept.direction(debiased), 0.0, atol=1e-9)
    np.testing.assert_allclose(found.vectors[neutral] @ axis, 0.0, atol=1e-9)


def test_null_space_projection_leaves_nothing_along_any_direction_that_it_found() -> None:
    _, vectors, concept = biased_space()
    biased = concept.most_biased(vectors, 120)
    found = null_space_projected(vectors, biased, 1, silent)
    assert 1 <= len(found.directions) <= 6
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(len(found.directions)), atol=1e-9)
    np.testing.assert_allclose(found.vectors @ found.directions.T, 0.0, atol=1e-9)
    assert found.accuracies[0] > 0.9
    assert found.accuracies[-1] < 0.7 or len(found.directions) == 6
    again = np.eye(vectors.shape[1]) - found.directions.T @ found.directions
    np.testing.assert_allclose(found.vectors, vectors @ again, atol=1e-9)


def test_null_space_projection_of_what_shows_in_one_axis_removes_that_axis() -> None:
    """In two dimensions the side is the sign of the first coordinate, so only the second is left."""
    generator = np.random.default_rng(1)
    _, vectors, concept = biased_space(dimension=2, spread=0.0)
    vectors[:, 0] = np.abs(vectors[:, 0]) * generator.choice([-1, 1], len(vectors)) * 5
    vectors[:4] = [[3.0, 0.0], [-3.0, 0.0], [3.0, 0.0], [-3.0, 0.0]]
    found = null_space_projected(vectors, concept.most_biased(vectors, 80), 1, silent)
    assert len(found.directions) == 1
    assert abs(found.directions[0, 0]) > 0.99


def test_no_linear_classifier_beats_the_mean_after_least_squares_erasure() -> None:
    """Both sides have the same mean, and a classifier of them learns nothing; a constant is right for one half."""
    _, vectors, concept = biased_space()
    biased = concept.most_biased(vectors, 100)
    before = LogisticRegression(max_iter=1000).fit(vectors[biased.words], biased.sides)
    assert before.score(vectors[biased.words], biased.sides) > 0.95
    found = least_squares_erased(vectors, biased)
    means = [found[biased.words[biased.sides == side]].mean(axis=0) for side in (0, 1)]
    np.testing.assert_allclose(means[0], means[1], atol=1e-8)
    after = LogisticRegression(max_iter=1000).fit(found[biased.words], biased.sides)
    np.testing.assert_allclose(after.coef_, 0.0, atol=1e-6)


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
def test_least_squares_erasure_is_that_of_its_authors() -> None:
    """The package concept-erasure 0.2.4, on all words and on words that do not vary along some axis."""
    from concept_erasure import LeaceEraser

    _, vectors, concept = biased_space(dimension=7)
    vectors = vectors @ np.random.default_rng(1).normal(size=(7, 7)) + 2.0
    biased = concept.most_biased(vectors, 100)
    samples, sides = torch.as_tensor(vectors[biased.words]), torch.as_tensor(biased.sides)
    theirs = LeaceEraser.fit(samples, sides, shrinkage=False)(torch.as_tensor(vectors)).numpy()
    np.testing.assert_allclose(least_squares_erased(vectors, biased), theirs, atol=1e-6)


def test_least_squares_erasure_in_two_dimensions_by_hand() -> None:
    """Of (1, 0), (1, 2) on one side and (-1, 0), (-1, 2) on the other the sides differ in the first coordinate alone,
    which has variance 1 and no covariance with the second: it becomes its mean, 0. A word apart moves likewise."""
    vectors = np.array([[1.0, 0.0], [1.0, 2.0], [-1.0, 0.0], [-1.0, 2.0], [3.0, 5.0]])
    found = least_squares_erased(vectors, BiasedWords(np.arange(4), np.array([1, 1, 0, 0])))
    np.testing.assert_allclose(found, [[0.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 2.0], [0.0, 5.0]], atol=1e-12)
    same = np.ones((4, 3))
    np.testing.assert_array_equal(least_squares_erased(same, BiasedWords(np.arange(4), np.array([1, 1, 0, 0]))), same)


def test_words_that_mean_the_same_have_no_direction_to_remove() -> None:
    with pytest.raises(NoDirection):
        hard_debiased(np.ones((6, 3)), GENDER)
