"""The table: means, intervals and changes by hand, and why cells are empty."""

import math

import pytest

from skipgram_audit.mitigation.table import mitigation_table, over_seeds
from skipgram_audit.model.mitigations import METHODS, ActionMeasurement, MitigationPlan
from skipgram_audit.report.mitigation_rows import columns_of, mitigation_view, text_lines
from tests.mitigation_sample import PLAN, sample_table


def test_an_interval_over_seeds_is_students() -> None:
    """1, 2 and 3: mean 2, standard deviation 1, t of two degrees of freedom 4.302653."""
    cell = over_seeds([1.0, 2.0, 3.0])
    reach = 4.302653 / math.sqrt(3)
    assert (cell.value, cell.low, cell.high) == pytest.approx((2.0, 2.0 - reach, 2.0 + reach), abs=1e-6)
    alone = over_seeds([1.5])
    assert (alone.value, alone.low, alone.high, alone.seeds) == (1.5, None, None, 1)
    assert alone.reason


def test_an_interval_is_cut_where_no_score_can_be() -> None:
    """1.9 and -0.5: mean 0.7, deviation 2.4 / sqrt(2), so the reach is 12.7062 * 1.2 = 15.247 to either side."""
    wide, cut = over_seeds([1.9, -0.5]), over_seeds([1.9, -0.5], (-2.0, 1.95))
    assert (wide.value, wide.low, wide.high) == pytest.approx((0.7, 0.7 - 15.24745, 0.7 + 15.24745), abs=1e-4)
    assert (cut.value, cut.low, cut.high) == (wide.value, -2.0, 1.95)
    narrow = over_seeds([1.0, 2.0, 3.0], (-9.0, 9.0))
    assert narrow == over_seeds([1.0, 2.0, 3.0])


def test_every_form_of_a_table_has_the_cut_interval() -> None:
    """Eight words of each list before: sqrt(16 * 15 / 64) = 1.936; three and six after: sqrt(9 * 8 / 18) = 2.

    Scores 1.9 and -0.5 after 1 and 1: changes 0.9 and -1.5, mean -0.3, by no more than 3.936 either way.
    """
    eight = math.sqrt(16 * 15 / 64)
    measured = [
        ActionMeasurement(action=action, seed=seed, scores={"a": score, "b": score}, limits={"a": (-limit, limit)})
        for action, scores, limit in (("none", (1.0, 1.0), eight), ("remove", (1.9, -0.5), 2.0))
        for seed, score in zip((1, 2), scores, strict=True)
    ]
    plan = MitigationPlan(probe="a", methods=["remove"], seeds=[1, 2])
    table = mitigation_table(plan, {"a": "weat", "b": "rnd"}, "", 9, None, None, measured)
    columns = columns_of(table)
    assert (columns["score a low"][1], columns["score a high"][1]) == (-2.0, 2.0)
    assert columns["score a"][1] == pytest.approx(0.7)
    assert (columns["change a low"][1], columns["change a high"][1]) == pytest.approx((-2 - eight, 2 + eight))
    assert columns["change a"][1] == pytest.approx(-0.3)
    assert columns["score b high"][1] == pytest.approx(0.7 + 15.24745, abs=1e-4)
    shown = mitigation_view(table).rows[1]
    assert shown.cells[0].interval == "\u22122.00 to +2.00"
    assert "(95%: \u22122.00 to +2.00). The change, \u22123.94 to +3.94 over 2 seeds, may be chance." in shown.sentence
    assert "+0.70 (\u22122.00 to +2.00)" in text_lines(table)[2]


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
