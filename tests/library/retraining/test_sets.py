"""Sets of documents: sizes, what is in none of them, and that everything follows from the seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.model.engine_errors import NotEnoughDocuments
from skipgram_audit.retraining.sets import (
    NEAREST,
    matched_control,
    most_influential,
    pushing,
    random_set,
    ranked_again,
    strongest,
    turning_point,
)

INFLUENCE = np.array([0.0, 0.5, -0.2, 0.1, -0.9, 0.5])


def test_random_sets_have_their_size_and_follow_from_the_seed() -> None:
    halves = [random_set(101, 0.5, 1, number) for number in range(1, 40)]
    assert {len(one) for one in halves} == {50}
    assert all((np.diff(one) > 0).all() for one in halves)
    np.testing.assert_array_equal(halves[4], random_set(101, 0.5, 1, 5))
    assert len({tuple(one) for one in [*halves, random_set(101, 0.5, 2, 1)]}) == 40
    often = np.bincount(np.concatenate(halves), minlength=101)
    assert often.min() > 5
    assert len(random_set(5, 0.1, 1, 1)) == 1


def test_the_strongest_of_either_side_are_disjoint_and_never_neutral() -> None:
    assert strongest(INFLUENCE, 1, 2).tolist() == [1, 5]
    assert strongest(INFLUENCE, -1, 2).tolist() == [4, 2]
    assert pushing(INFLUENCE, 1).tolist() == [1, 5, 3]
    assert most_influential(INFLUENCE, 3).tolist() == [4, 1, 5]
    assert most_influential(INFLUENCE, 100).tolist() == [4, 1, 5, 2, 3]
    with pytest.raises(NotEnoughDocuments, match="down were asked for; the corpus has 2"):
        strongest(INFLUENCE, -1, 3)


def test_controls_are_others_of_the_same_number_and_nearly_the_same_length() -> None:
    lengths = np.random.default_rng(3).geometric(0.01, 3000)
    chosen = np.sort(np.random.default_rng(4).choice(3000, 300, replace=False, p=lengths / lengths.sum()))
    controls = [matched_control(chosen, lengths, 1, 1, number) for number in (1, 2, 3)]
    for control in controls:
        assert len(control) == len(chosen)
        assert len(np.unique(control)) == len(control)
        assert not set(control.tolist()) & set(chosen.tolist())
        assert abs(lengths[control].sum() / lengths[chosen].sum() - 1) < 0.05
    np.testing.assert_array_equal(controls[0], matched_control(chosen, lengths, 1, 1, 1))
    assert any((controls[0] != control).any() for control in controls[1:])


def test_a_document_is_matched_by_one_of_the_nearest() -> None:
    lengths = np.arange(200)
    drawn = {int(matched_control(np.array([100]), lengths, seed, 1, 1)[0]) for seed in range(300)}
    assert drawn == set(range(90, 111)) - {100}
    assert len(drawn) == NEAREST


def test_a_set_of_more_than_half_has_no_control() -> None:
    with pytest.raises(NotEnoughDocuments, match="has no control of its size"):
        matched_control(np.arange(6), np.ones(10, np.int64), 1, 1, 1)


@pytest.mark.parametrize("point", [1, 2, 7, 100, 333, 1000])
def test_the_turning_point_is_found_exactly_when_the_score_falls(point: int) -> None:
    tried: list[int] = []

    def left(size: int) -> float:
        tried.append(size)
        return point - 0.5 - size

    assert turning_point(np.arange(1.0, 1001.0), point - 0.5, left) == point
    assert len(tried) <= 2, "the gains tell the size, and its neighbour is tried"
    assert max(tried) <= 1000


@given(
    st.lists(st.floats(0.0, 10.0), min_size=1, max_size=200),
    st.lists(st.floats(-1.0, 1.0), min_size=200, max_size=200),
    st.floats(0.001, 50.0),
)
def test_any_falling_score_turns_where_it_is_said_whatever_the_gains(
    steps: list[float], gains: list[float], before: float
) -> None:
    left = before - np.cumsum(steps)
    asked: list[int] = []

    def look(size: int) -> float:
        asked.append(size)
        return float(left[size - 1])

    past = np.flatnonzero(left < 0)
    found = turning_point(np.cumsum(gains[: len(steps)]), before, look)
    assert found == (past[0] + 1 if len(past) else None)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("target", [0.05, 0.5, 0.9])
def test_few_sets_are_predicted_where_sets_do_less_than_their_sum(target: float) -> None:
    """Gains of a heavy tail, of which a set does less the more it holds, as on real corpora."""
    gains = 0.06 / np.sqrt(np.arange(1, 5001))
    asked: list[int] = []

    def left(size: int) -> float:
        asked.append(size)
        return float(target - (1 - np.exp(-gains[:size].sum())))

    found = turning_point(np.cumsum(gains), target, left)
    assert found is not None
    assert left(found) < 0 <= left(found - 1)
    assert len(asked) - 2 <= 8


@pytest.mark.parametrize("closeness", [0.0, 0.01, 0.1])
def test_the_search_ends_where_sizes_are_as_close_as_is_asked(closeness: float) -> None:
    """What is told is far from what is predicted, so that the search goes on for long."""
    asked: dict[int, float] = {}

    def left(size: int) -> float:
        asked[size] = 0.5 - (size / 5000) ** 3
        return asked[size]

    found = turning_point(np.arange(1.0, 5001.0) ** 0.2, 0.5, left, closeness)
    assert found is not None
    assert asked[found] < 0
    largest_left = max(size for size, what in asked.items() if what >= 0)
    assert found - largest_left <= max(1, closeness * found)
    assert found == 3969 if closeness == 0 else 3969 <= found <= 3969 / (1 - closeness)


def test_what_is_left_is_ranked_after_each_part() -> None:
    asked: list[list[int]] = []

    def rank(gone: np.ndarray) -> np.ndarray:
        asked.append(gone.tolist())
        return np.array([one for one in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0) if one not in gone])

    order = ranked_again(np.arange(10), 5, 3, rank)
    assert asked == [[0, 1], [0, 1, 9, 8]]
    assert order.tolist() == [0, 1, 9, 8, 7, 6, 5, 4, 3, 2]
    assert ranked_again(np.arange(10), 5, 1, rank).tolist() == list(range(10))
    assert len(asked) == 2


def test_another_ranking_finds_fewer_where_one_text_gone_makes_others_idle() -> None:
    """Three chains of four texts hold 1 each while all four are there, six others hold 0.6 each: 3.5 must go."""
    chains = np.arange(12).reshape(3, 4)

    def score(gone: np.ndarray) -> float:
        there = np.ones(18)
        there[gone] = 0.0
        return float(there[chains].min(axis=1).sum() + 0.6 * there[12:].sum() - 3.1)

    def rank(gone: np.ndarray) -> np.ndarray:
        left = np.setdiff1d(np.arange(18), gone)
        lost = np.array([score(gone) - score(np.append(gone, one)) for one in left])
        return left[np.argsort(-lost, kind="stable")]

    def fewest(rankings: int) -> int | None:
        order = ranked_again(rank(np.zeros(0, np.int64)), 13, rankings, rank)
        return turning_point(np.arange(1.0, 19.0), score(order[:0]), lambda size: score(order[:size]))

    assert fewest(1) == 12 + 1
    assert fewest(13) == 3 + 1


def test_a_score_that_never_turns_has_no_turning_point() -> None:
    assert turning_point(np.arange(1.0, 51.0), 3.0, lambda _size: 1.0) is None
    assert turning_point(np.zeros(0), 3.0, lambda _size: 1.0) is None
