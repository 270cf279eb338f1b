"""Every kind of probe: values by hand and by the sources' formulas, derivatives, and what has no score."""

from typing import Any

import numpy as np
import pytest
import torch

from skipgram_audit.model.engine_errors import UnknownProbeKind
from skipgram_audit.model.kinds import KINDS as DESCRIPTIONS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.directions import first_direction
from skipgram_audit.probes.kinds import KINDS, resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import Measurement, WordListScore, missing_words
from tests.library.samples import zipf_corpus
from tests.probes import any_probe

ROWS = {1: (1.0, 0.0), 2: (0.0, 2.0), 3: (-3.0, 0.0), 4: (3.0, 4.0), 5: (4.0, -3.0), 6: (0.0, 4.0)}
"""Vectors of word001 to word006; at length one (1, 0), (0, 1), (-1, 0), (0.6, 0.8), (0.8, -0.6), (0, 1)."""


def word(number: int) -> str:
    return f"word{number:03d}"


def probe(kind: str, targets: list[list[int]], attributes: list[list[int]], **parameters: float) -> ProbeDefinition:
    """A probe of numbered words in lists T0, T1, ... and A0, A1, ..."""

    def lists(letter: str, numbers: list[list[int]]) -> dict[str, tuple[str, ...]]:
        return {f"{letter}{place}": tuple(map(word, row)) for place, row in enumerate(numbers)}

    return any_probe(f"a {kind}", kind, lists("T", targets), lists("A", attributes), parameters)


def score_of(wanted: ProbeDefinition) -> WordListScore:
    score = resolve(wanted, zipf_corpus())
    assert isinstance(score, WordListScore), score
    return score


def measure(wanted: ProbeDefinition) -> Measurement:
    score = score_of(wanted)
    return score.measure(np.array([ROWS[number] for number in score.words.tolist()]), exact_permutations=100)


def values(measured: Measurement) -> dict[str, float]:
    return {item.word: item.association for item in measured.associations}


EXAMPLES = {
    "weat": probe("weat", [[1, 2], [3, 4]], [[5, 6], [7, 8]]),
    "sc-weat": probe("sc-weat", [[1, 2]], [[3, 4, 9], [5, 6]]),
    "membership": probe("membership", [[1, 2]], [[3, 4], [5], [6, 7]]),
    "rnd": probe("rnd", [[1, 2], [3, 4]], [[5, 6, 7]]),
    "ripa": probe("ripa", [[1, 2, 3], [4, 5, 6]], [[7, 8]]),
    "direct-bias": probe("direct-bias", [[1, 2, 3], [4, 5, 6]], [[7, 8]], exponent=1.5),
    "mac": probe("mac", [[1, 2], [3]], [[4, 5], [6, 7, 8]]),
}


def random_rows(score: WordListScore, dimension: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((len(score.words), dimension))


def test_single_category_weat_by_hand() -> None:
    """Cosines with (1, 0): 0.6, 0.8 in A and 0, -1 in B. Difference 0.7 + 0.5; deviations of all four from 0.1 have
    squares 0.25 + 0.49 + 0.01 + 1.21 = 1.96. Of six splits into pairs no other sums to 1.4."""
    measured = measure(probe("sc-weat", [[1]], [[4, 5], [2, 3]]))
    assert measured.mean_difference == pytest.approx(1.2)
    assert measured.score == pytest.approx(1.2 / np.sqrt(1.96 / 3))
    assert measured.test is not None
    assert measured.test.p_value == pytest.approx(1 / 6)
    assert measured.test.method == "exact over 6 splits"
    assert values(measured) == pytest.approx({word(1): 1.2, word(4): 0.6, word(5): 0.8, word(2): 0.0, word(3): -1.0})


def test_membership_by_hand() -> None:
    """(1, 0): 0.6 with the group, (-1 + 0.8) / 2 with the others; (0, 1): 0.8, and (0 - 0.6) / 2."""
    measured = measure(probe("membership", [[1, 2]], [[4], [3], [5]]))
    assert measured.score == pytest.approx((0.7 + 1.1) / 2)
    assert (measured.test, measured.mean_difference) == (None, None)
    assert values(measured)[word(1)] == pytest.approx(0.7)
    assert values(measured)[word(4)] == pytest.approx(0.7)
    assert values(measured)[word(3)] == pytest.approx(-0.5)


def test_relative_norm_distance_by_hand() -> None:
    """Group means (0.5, 0.5), not brought to length one, and (-1, 0): both words are nearer to the first group."""
    measured = measure(probe("rnd", [[1, 2], [3]], [[4, 5]]))
    first, second = np.sqrt(0.1) - np.sqrt(3.2), np.sqrt(1.3) - np.sqrt(3.6)
    assert values(measured) == pytest.approx({word(4): first, word(5): second})
    assert measured.score == pytest.approx(first + second)
    assert measured.score < 0


def test_ripa_by_hand() -> None:
    """Differences (4, 0) and (0, 2): the first axis is (1, 0). The words have the first coordinates 3 and 4."""
    for targets in ([[1], [3]], [[1, 6], [3, 2]]):
        measured = measure(probe("ripa", targets, [[4, 5]]))
        assert measured.score == pytest.approx(3.5)
        assert values(measured)[word(3)] == pytest.approx(-3.0)
    assert measure(probe("ripa", [[3], [1]], [[4, 5]])).score == pytest.approx(-3.5)


@pytest.mark.parametrize(("exponent", "expected"), [(1.0, 1.4 / 3), (2.0, 1.0 / 3)])
def test_direct_bias_by_hand(exponent: float, expected: float) -> None:
    """Cosines with (1, 0): 0.6, 0 and 0.8; turning the pair round changes the words' values, not the score."""
    measured = measure(probe("direct-bias", [[1], [3]], [[4, 2, 5]], exponent=exponent))
    assert measured.score == pytest.approx(expected)
    turned = measure(probe("direct-bias", [[3], [1]], [[4, 2, 5]], exponent=exponent))
    assert turned.score == pytest.approx(expected)
    assert values(turned)[word(4)] == pytest.approx(-values(measured)[word(4)]) == pytest.approx(-0.6)


def test_mean_average_cosine_by_hand() -> None:
    """(1, 0): 0.6 with the first list, -0.1 with the second; (0, 1): 0.8 and -0.3. The mean is 0.25."""
    measured = measure(probe("mac", [[1], [2]], [[4], [3, 5]]))
    assert measured.score == pytest.approx(0.75)
    assert values(measured)[word(1)] == pytest.approx(0.25)
    assert values(measured)[word(4)] == pytest.approx(0.7)


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def by_formula(kind: str, lists: list[np.ndarray], parameters: dict[str, float]) -> float:
    """The sources' formulas, word by word, in plain numpy."""
    if kind == "sc-weat":
        words, a, b = (unit(rows) for rows in lists)
        cosines = [np.mean([w @ x for w in words]) for x in [*a, *b]]
        return float((np.mean(cosines[: len(a)]) - np.mean(cosines[len(a) :])) / np.std(cosines, ddof=1))
    if kind == "membership":
        words, group, *others = (unit(rows) for rows in lists)
        return float(np.mean(words @ group.T) - np.mean(words @ np.concatenate(others).T))
    if kind == "rnd":
        first, second, words = (unit(rows) for rows in lists)
        return float(sum(np.linalg.norm(v - first.mean(0)) - np.linalg.norm(v - second.mean(0)) for v in words))
    if kind == "ripa":
        return float(np.mean(lists[2] @ leading(lists[0] - lists[1])))
    if kind == "direct-bias":
        direction = leading(unit(lists[0]) - unit(lists[1]))
        return float(np.mean(np.abs(unit(lists[2]) @ direction) ** parameters["exponent"]))
    targets, attributes = np.concatenate([unit(rows) for rows in lists[:2]]), [unit(rows) for rows in lists[2:]]
    return float(np.mean([[np.mean([1 - t @ a for a in rows]) for rows in attributes] for t in targets]))


def leading(differences: np.ndarray) -> np.ndarray:
    direction: np.ndarray = np.linalg.svd(differences, full_matrices=False)[2][0]
    return direction if (differences @ direction).sum() > 0 else -direction


@pytest.mark.parametrize("kind", [kind for kind in EXAMPLES if kind != "weat"])
@pytest.mark.parametrize("dimension", [2, 12])
def test_scores_are_those_of_the_sources_formulas(kind: str, dimension: int) -> None:
    """In two dimensions there are more pairs than axes."""
    score = score_of(EXAMPLES[kind])
    rows = random_rows(score, dimension)
    lists = [rows[np.searchsorted(score.words, ids)] for ids in score.sets]
    assert score.value(rows) == pytest.approx(by_formula(kind, lists, score.parameters), abs=1e-12)


@pytest.mark.parametrize("kind", list(EXAMPLES))
@pytest.mark.parametrize("dimension", [2, 7])
def test_every_score_has_the_derivative_of_finite_differences(kind: str, dimension: int) -> None:
    score = score_of(EXAMPLES[kind])
    rows = torch.as_tensor(random_rows(score, dimension, seed=3)).requires_grad_(True)
    assert torch.autograd.gradcheck(score, (rows,))


def test_a_direction_has_a_derivative_where_other_axes_coincide() -> None:
    """Three axes of equal length beside the first: automatic differentiation of the decomposition would divide by 0."""
    differences = torch.diag(torch.tensor([3.0, 1.0, 1.0, 1.0], dtype=torch.float64)).requires_grad_(True)
    assert torch.autograd.gradcheck(first_direction, (differences,))
    repeated = torch.tensor([[2.0, 1.0, 0.0]] * 3, dtype=torch.float64).requires_grad_(True)
    assert torch.autograd.gradcheck(first_direction, (repeated,))


@pytest.mark.parametrize(
    "differences",
    [
        [[0.0, 0.0]],  # none is left
        [[1.0, 0.0], [0.0, 1.0]],  # two axes are equally long
        [[1.0, 0.0], [-1.0, 0.0]],  # the pairs cancel each other
        [[np.nan, 0.0]],
    ],
)
def test_a_direction_that_does_not_exist_is_no_number(differences: list[list[float]]) -> None:
    rows = torch.tensor(differences, dtype=torch.float64).requires_grad_(True)
    direction = first_direction(rows)
    assert torch.isnan(direction).all()
    direction.sum().backward()  # type: ignore[no-untyped-call]


def test_a_pair_with_a_missing_word_is_left_out_whole() -> None:
    wanted = probe("ripa", [[1, 2, 900], [3, 901, 4]], [[5]])
    score = score_of(wanted)
    assert score.words.tolist() == [1, 3, 5]
    assert missing_words(wanted, zipf_corpus()) == {"T0": [word(900)], "T1": [word(901)], "A0": []}


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (probe("ripa", [[1, 900], [901, 2]], [[5]]), "of the pairs of 'T0' and 'T1' 0 of the 1 needed"),
        (probe("direct-bias", [[1, 2], [3]], [[5]]), "one is longer"),
        (probe("ripa", [[1, 2], [3, 2]], [[5]]), "Both words of a pair are word002"),
        (probe("sc-weat", [[1]], [[2], [3, 900]]), "square root of 2"),
        (probe("sc-weat", [[1]], [[2, 4], [3, 2]]), "Both attribute lists contain word002"),
        (probe("membership", [[1]], [[2], [900]]), "of 'A1' 0 of the 1 needed"),
    ],
)
def test_what_cannot_be_measured_says_why(wanted: ProbeDefinition, reason: str) -> None:
    outcome = resolve(wanted, zipf_corpus())
    assert isinstance(outcome, Unmeasurable)
    assert reason in outcome.reason


def test_an_unknown_kind_is_an_error_that_names_the_kinds() -> None:
    with pytest.raises(UnknownProbeKind, match=r"'rnsb'.*The kinds are weat, sc-weat"):
        resolve(probe("rnsb", [[1]], [[2]]), zipf_corpus())


def test_engine_and_descriptions_have_the_same_kinds() -> None:
    assert list(KINDS) == list(DESCRIPTIONS) == list(EXAMPLES)
    for name, described in DESCRIPTIONS.items():
        example = EXAMPLES[name]
        assert described.targets.fewest <= len(example.targets) <= described.targets.most
        assert described.attributes.fewest <= len(example.attributes) <= described.attributes.most
        score = score_of(example)
        measured: Any = score.measure(random_rows(score, 5), 1000)
        assert (measured.test is None) == (described.permuted == "") == (described.no_test != "")
        charted = {item.role for item in measured.associations}
        assert charted == {chart.role for chart in described.charts}
