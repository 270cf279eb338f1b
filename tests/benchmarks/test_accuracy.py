"""The benchmark's own arithmetic; the measures over sets are tested with the engine's."""

from typing import Any

import numpy as np
import pytest

from tests.benchmarks.accuracy.__main__ import merged
from tests.benchmarks.accuracy.chosen import common_singles, within_two
from tests.benchmarks.accuracy.corpus import ChosenSet, RemovalSet
from tests.benchmarks.accuracy.fingerprint import code_key, imported_modules
from tests.benchmarks.accuracy.judging import mean_over_seeds, pairwise
from tests.benchmarks.accuracy.tables import share_of_ceiling, times


def test_agreement_of_seeds_pairs_no_seed_with_itself() -> None:
    one, other = np.array([1.0, 2.0, 3.0]), np.array([3.0, 1.0, 2.0])
    seeds = np.stack([one, other], axis=1)[:, None]
    assert pairwise(seeds, seeds) == [pytest.approx(-0.5)]
    assert pairwise(seeds, seeds.copy()) == [pytest.approx((1 + 1 - 0.5 - 0.5) / 4)]


def test_share_of_ceiling_leaves_out_probes_without_one() -> None:
    probes: list[dict[str, Any]] = [
        {"pearson": 0.6, "ceiling": 0.8},
        {"pearson": 0.2, "ceiling": 0.4},
        {"pearson": 0.9, "ceiling": None},
    ]
    assert share_of_ceiling(probes) == pytest.approx(0.8 / 1.2)
    assert share_of_ceiling(probes[2:]) is None


def test_sets_within_two_standard_errors_of_the_mean_over_seeds() -> None:
    actual = np.array([[0.0, 2.0], [0.0, 2.0]])  # mean 1, standard error 1
    assert within_two(np.array([2.9, 3.1]), actual) == 0.5
    assert within_two(np.array([1.0, 1.0]), actual[:, :1]) is None


def test_single_documents_are_taken_in_turn_from_the_rankings() -> None:
    first, second = np.array([[5.0, -4.0, 1.0, 0.0]]), np.array([[0.0, -1.0, 3.0, 9.0]])
    (chosen,) = common_singles([first, second], 3)
    assert [one.positions for one in chosen] == [(0,), (3,), (1,)]


def test_a_mean_over_seeds_needs_all_of_them() -> None:
    assert mean_over_seeds([[1.0, None], [3.0, 2.0]]) == [2.0, None]


def test_sets_are_named_by_what_they_remove() -> None:
    chosen = ChosenSet.of(np.array([7, 2]))
    assert chosen == ChosenSet((2, 7))
    assert np.flatnonzero(chosen.removed(9)).tolist() == [2, 7]
    assert chosen.name != ChosenSet((2, 8)).name
    half = RemovalSet("half", 3)
    assert half.removed(11).sum() == 5
    assert np.array_equal(half.removed(11), half.removed(11))
    assert not RemovalSet("full", 0).removed(11).any()


def test_keys_follow_the_imports_but_not_the_messages() -> None:
    modules = imported_modules("skipgram_audit.attribution.unrolled.estimator")
    assert "skipgram_audit.training.kernel" in modules
    assert "skipgram_audit.model.engine_errors" not in modules
    assert code_key("skipgram_audit.attribution.unrolled.estimator") == code_key(
        "skipgram_audit.attribution.unrolled.estimator"
    )
    assert code_key("skipgram_audit.attribution.unrolled.estimator") != code_key(
        "skipgram_audit.attribution.replay.estimator"
    )


def test_ratios_have_two_digits() -> None:
    assert [times(value) for value in (0.0131, 0.42, 3.14, 48.2)] == ["0.013", "0.42", "3.1", "48"]


def test_parts_computed_later_join_the_results_and_lose_nothing() -> None:
    same = {"corpus": {"name": "text"}, "probes": ["one"]}
    earlier = {
        **same,
        "plan": {"controls": 0, "seeds of this run": [1, 2]},
        "training": {"processor seconds": 1.0},
        "estimators": {"replay": {"cost": 1, "runs like it": 2}, "unrolled": {"unfinished": "too long"}},
    }
    now = {
        **same,
        "plan": {"controls": 5, "seeds of this run": [1]},
        "training": {"processor seconds": 9.0},
        "estimators": {"replay": {"extremes": 3}, "unrolled": {"cost": 4}, "lissa": {"cost": 5}},
    }
    joined = merged(now, earlier)
    assert joined["estimators"] == {
        "replay": {"cost": 1, "runs like it": 2, "extremes": 3},
        "unrolled": {"cost": 4},
        "lissa": {"cost": 5},
    }
    assert joined["training"] == earlier["training"]
    assert joined["plan"] == now["plan"]
    with pytest.raises(SystemExit, match="another corpus"):
        merged({**now, "corpus": {"name": "other"}}, earlier)
