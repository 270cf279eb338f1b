"""WEAT against values worked out by hand, and its permutation test against counting."""

from itertools import combinations

import numpy as np
import pytest
import torch

from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.permutation import permutation_test
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.weat import Weat
from skipgram_audit.probes.word_lists import missing_words
from tests.library.samples import small_probe, zipf_corpus
from tests.probes import any_probe


def vectors_for(score: Weat, rows: dict[str, tuple[float, float]], words: tuple[str, ...]) -> np.ndarray:
    return np.array([rows[words[word]] for word in score.words])


ROWS = {
    "word001": (1.0, 0.0), "word007": (1.0, 1.0),  # X
    "word002": (0.0, 2.0), "word009": (-1.0, 0.0),  # Y
    "word000": (3.0, 0.0), "word012": (5.0, 0.0),  # A
    "word003": (0.0, 1.0), "word015": (0.0, 7.0),  # B
}  # fmt: skip


def test_effect_size_by_hand() -> None:
    """s = cos to the first axis - cos to the second: X: 1, 0; Y: -1, -1. Mean difference 1.5; deviations of
    (1, 0, -1, -1) from -0.25 have squares 1.5625 + 0.0625 + 2 x 0.5625 = 2.75, so sd = sqrt(2.75 / 3)."""
    corpus = zipf_corpus()
    score = Weat(small_probe(), corpus)
    measured = score.measure(vectors_for(score, ROWS, corpus.words), exact_permutations=100)
    assert measured.mean_difference == pytest.approx(1.5)
    assert measured.score == pytest.approx(1.5 / np.sqrt(2.75 / 3))
    by_word = {item.word: item.association for item in measured.associations}
    assert by_word["word001"] == pytest.approx(1)
    assert by_word["word007"] == pytest.approx(0)
    assert by_word["word002"] == pytest.approx(-1)
    assert by_word["word009"] == pytest.approx(-1)
    # cos(a, X) = 1 and sqrt(1/2); cos(a, Y) = 0 and -1
    assert by_word["word000"] == pytest.approx((1 + np.sqrt(0.5)) / 2 + 0.5)
    # Six splits of (1, 0, -1, -1) into pairs; {1, 0} alone sums to 1.
    assert measured.test is not None
    assert measured.test.p_value == pytest.approx(1 / 6)
    assert measured.test.method == "exact over 6 splits"


def test_scaling_a_vector_or_turning_all_changes_nothing() -> None:
    corpus = zipf_corpus()
    score = Weat(small_probe(), corpus)
    rows = np.random.default_rng(0).standard_normal((len(score.words), 6))
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((6, 6)))[0]
    scaled = rows * np.arange(1, len(rows) + 1)[:, None]
    assert score.value(scaled @ turn) == pytest.approx(score.value(rows))


def test_the_score_is_differentiable_in_every_word() -> None:
    corpus = zipf_corpus()
    score = Weat(small_probe(), corpus)
    rows = torch.randn(len(score.words), 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.autograd.gradcheck(score, (rows.requires_grad_(True),))


def test_permutation_counts_ties_and_the_given_split() -> None:
    assert permutation_test(np.array([1.0, 1.0]), np.array([1.0, 0.0]), 100).p_value == pytest.approx(3 / 6)
    assert permutation_test(np.array([0.0]), np.array([0.0]), 100).p_value == 1.0


def test_permutation_equals_counting_and_monte_carlo_comes_near() -> None:
    generator = np.random.default_rng(3)
    first, second = generator.normal(0.4, 1, 6), generator.normal(0, 1, 5)
    values = np.concatenate([first, second])
    splits = [values[list(chosen)].sum() for chosen in combinations(range(11), 6)]
    expected = np.mean([total >= first.sum() - 1e-12 for total in splits])
    apart = [total / 6 - (values.sum() - total) / 5 for total in splits]
    two_sided = np.mean([abs(one) >= abs(first.mean() - second.mean()) - 1e-12 for one in apart])
    exact = permutation_test(first, second, exact_up_to=462)
    drawn = permutation_test(first, second, exact_up_to=461)
    assert exact.p_value == pytest.approx(expected)
    assert exact.p_value_two_sided == pytest.approx(two_sided)
    assert two_sided > expected
    assert exact.method.startswith("exact")
    assert drawn.method.startswith("Monte Carlo")
    assert drawn.p_value == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 99_999))
    assert drawn.p_value_two_sided == pytest.approx(two_sided, abs=4 * np.sqrt(two_sided * (1 - two_sided) / 99_999))
    assert permutation_test(first, second, 461, seed=1) == permutation_test(first, second, 461, seed=1)


def test_the_two_sided_p_is_the_same_when_the_lists_are_exchanged() -> None:
    generator = np.random.default_rng(5)
    first, second = generator.normal(0.4, 1, 5), generator.normal(0, 1, 4)
    one, other = permutation_test(first, second, 1000), permutation_test(second, first, 1000)
    assert one.p_value_two_sided == other.p_value_two_sided
    assert one.p_value + other.p_value > 1  # the given split is counted by both
    even, exchanged = permutation_test(first[:4], second, 1000), permutation_test(second, first[:4], 1000)
    assert even.p_value_two_sided == pytest.approx(2 * min(even.p_value, exchanged.p_value))


def test_monte_carlo_is_never_zero() -> None:
    apart = permutation_test(np.arange(20.0) + 100, np.arange(20.0), exact_up_to=10)
    assert apart.p_value == 1 / 100_000


def test_missing_words_are_named_set_by_set() -> None:
    corpus = zipf_corpus()
    probe = small_probe()
    probe = probe.model_copy(update={"targets": {"X": ("Word001", "unicorn"), "Y": ("word002", "word003")}})
    assert missing_words(probe, corpus) == {"X": ["unicorn"], "Y": [], "A": [], "B": []}
    score = resolve(probe, corpus)
    assert isinstance(score, Weat)
    assert [len(ids) for ids in score.sets] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ({"X": ("unicorn",), "Y": ("word002",)}, "of 'X' 0 of the 1 needed"),
        ({"X": ("word001", "word002"), "Y": ("WORD002",)}, "Both target sets contain word002"),
    ],
)
def test_a_probe_that_cannot_be_measured_says_why(targets: dict[str, tuple[str, ...]], reason: str) -> None:
    probe = small_probe()
    outcome = resolve(any_probe(probe.name, probe.kind, targets, probe.attributes), zipf_corpus())
    assert isinstance(outcome, Unmeasurable)
    assert reason in outcome.reason
