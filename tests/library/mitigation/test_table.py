"""The table: means, intervals and changes by hand, and why cells are empty."""

import math

import pytest

from skipgram_audit.mitigation.table import over_seeds
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from tests.mitigation_sample import PLAN, sample_table


def test_an_interval_over_seeds_is_students() -> None:
    """1, 2 and 3: mean 2, standard deviation 1, t of two degrees of freedom 4.302653."""
    cell = over_seeds([1.0, 2.0, 3.0])
    reach = 4.302653 / math.sqrt(3)
    assert (cell.value, cell.low, cell.high) == pytest.approx((2.0, 2.0 - reach, 2.0 + reach), abs=1e-6)
    alone = over_seeds([1.5])
    assert (alone.value, alone.low, alone.high, alone.seeds) == (1.5, None, None, 1)
    assert alone.reason


def test_a_change_is_each_seed_against_itself() -> None:
    """Scores move by 0.01 between seeds in every action alike, so changes do not vary at all."""
    row = sample_table().row("hard")
    assert row is not None
    assert row.scores["weat-6"].value == pytest.approx(0.9)
    assert row.scores["weat-6"].high == pytest.approx(0.9 + 4.302653 * 0.01 / math.sqrt(3), abs=1e-6)
    assert (row.changes["weat-6"].value, row.changes["weat-6"].low) == pytest.approx((-0.3, -0.3))
    assert row.by_seed["weat-6"] == pytest.approx({1: 0.89, 2: 0.9, 3: 0.91})
    before = sample_table().row("none")
    assert before is not None
    assert before.changes == {}


def test_tests_of_use_have_the_interval_over_their_pairs() -> None:
    row = sample_table().row("hard")
    assert row is not None
    cell = row.cells["wordsim353"]
    assert (cell.low, cell.value, cell.high) == pytest.approx((0.1, 0.3, 0.5))
    assert (cell.covered, cell.total, cell.seeds) == (100, 353, 3)
    assert row.cells["words_lost"].low is None


def test_what_is_missing_says_why() -> None:
    table = sample_table()
    forget, remove, none = table.row("forget"), table.row("remove"), table.row("none")
    assert forget is not None
    assert remove is not None
    assert none is not None
    assert (forget.cells, forget.reason) == ({}, "No sentence amplifies this score.")
    assert remove.scores["he and she"].value is None
    assert "Too few words" in remove.scores["he and she"].reason
    assert "Too few words" in remove.changes["he and she"].reason
    assert none.cells["simlex999"].value is None
    assert "4 of 999" in none.cells["simlex999"].reason
    assert none.cells["neighbours"].reason == "Nothing was changed."


def test_rows_come_in_one_order_and_the_vectors_as_trained_are_always_among_them() -> None:
    assert [row.action for row in sample_table().rows] == ["none", "hard", "inlp", "forget", "remove"]
    plan = MitigationPlan(probe="x", methods=["leace", "hard", "leace"])
    assert plan.methods == ["none", "hard", "leace"]
    assert MitigationPlan(probe="x").methods == [name for name, one in METHODS.items() if one.usual]


def test_trainings_are_counted() -> None:
    """Removal by three seeds, and the one seed that the audit lacks."""
    assert PLAN.training_count([1, 2]) == 4
    assert PLAN.model_copy(update={"methods": ["none", "hard"]}).training_count([1, 2, 3]) == 0
