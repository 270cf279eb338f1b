"""The table of mitigations in files and in words: every figure that bears on a sentence is the table's."""

import csv
import io

import pytest

from skipgram_audit.model.mitigations import COLUMNS, MitigationCell
from skipgram_audit.report.mitigation_cells import cell_text, interval_text, score_interval
from skipgram_audit.report.mitigation_rows import (
    columns_of,
    missing_reasons,
    mitigation_view,
    mitigations_csv,
    text_lines,
)
from skipgram_audit.report.mitigation_sentences import row_sentence
from tests.mitigation_sample import PLAN, sample_table


def sentence(action: str, **changes: object) -> str:
    table = sample_table(PLAN.model_copy(update=changes))
    row = table.row(action)
    assert row is not None
    return row_sentence(table, row)


def test_a_sentence_tells_score_recovery_and_use() -> None:
    hard, inlp = sentence("hard"), sentence("inlp")
    assert all(text in hard for text in ("+1.20", "+0.90", "75% of what it was"))
    assert "can still be found" in hard
    assert "92% (" in hard
    assert "Use falls" not in hard
    assert "Neither" in inlp
    assert "Google analogies from 25% (20 to 30%) to 10% (8 to 12%)" in inlp
    assert "in part" in sentence("remove")
    assert sentence("forget") == "Not carried out. No sentence amplifies this score."
    assert "99%" in sentence("none")
    assert "another seed, 61%" in sentence("none")


def test_a_score_that_overshoots_is_not_called_mended() -> None:
    table = sample_table()
    for action, value, words in (("hard", -0.6, ["its sign turns"]), ("inlp", -1.5, ["its sign turns", "further from"]),
                                 ("remove", 1.9, ["further from"])):  # fmt: skip
        row = table.row(action)
        assert row is not None
        moved = {"weat-6": MitigationCell(value=value, low=value - 0.1, high=value + 0.1, seeds=3)}
        told = row_sentence(table, row.model_copy(update={"scores": moved}))
        assert all(word in told for word in words)
        assert "of what it was" not in told


def test_no_share_is_left_of_a_score_that_is_not_told_from_unbiased() -> None:
    table = sample_table()
    row = table.row("hard")
    assert row is not None
    for low, told_from_it in ((-0.1, False), (0.1, True)):
        moved = {"weat-6": MitigationCell(value=0.3, low=low, high=0.7, seeds=3)}
        told = row_sentence(table, row.model_copy(update={"scores": moved}))
        assert ("25% of what it was" in told) == told_from_it


def test_a_score_that_algebra_makes_zero_is_not_called_mended() -> None:
    """Of vectors alone: trainings that end there by themselves are what they are."""
    table = sample_table()
    nothing = {"weat-6": MitigationCell(value=-4e-9, low=-3e-8, high=2e-8, seeds=3)}
    for action, by_algebra in (("hard", True), ("remove", False)):
        row = table.row(action)
        assert row is not None
        told = row_sentence(table, row.model_copy(update={"scores": nothing}))
        assert ("in every seed" in told) == by_algebra
        assert ("not told from" in told) == (not by_algebra)


def test_texts_that_the_probes_words_chose_are_said_to_be() -> None:
    """Of a change that is told from none; documents drawn at random, and vectors, are chosen by nothing."""
    table = sample_table()
    for low, high, told_from_none in ((-0.9, -0.3, True), (-0.9, 0.1, False)):
        change = {"weat-6": MitigationCell(value=-0.5, low=low, high=high, seeds=3)}
        for action, chosen in (("remove", True), ("hard", False)):
            row = table.row(action)
            assert row is not None
            told = row_sentence(table, row.model_copy(update={"changes": change}))
            assert ("chosen by these very words" in told) == (chosen and told_from_none)


def test_an_interval_has_the_digits_of_its_value() -> None:
    """A share of 3.8 % with the interval 3.2 to 4.6 % has not fallen out of it at 3.3 %, but has at 3.1 %."""
    column = COLUMNS["analogies"]
    small = MitigationCell(value=0.038, low=0.0321, high=0.0461, seeds=2)
    assert (cell_text(small, column), interval_text(small, column)) == ("3.8%", "3.2 to 4.6%")
    large = MitigationCell(value=0.38, low=0.321, high=0.461, seeds=2)
    assert (cell_text(large, column), interval_text(large, column)) == ("38%", "32 to 46%")
    assert score_interval(MitigationCell(value=0.1, low=-0.68, high=0.79), "weat") == "\u22120.68 to +0.79"


def test_one_seed_is_not_called_sure() -> None:
    alone = sentence("hard", seeds=[1])
    assert "One seed" in alone
    assert "75%" not in alone


def test_files_have_a_row_an_action_with_seeds_and_reasons() -> None:
    table = sample_table()
    rows = {row["action"]: row for row in csv.DictReader(io.StringIO("".join(mitigations_csv(table))))}
    assert list(rows) == ["none", "hard", "inlp", "forget", "remove"]
    assert float(rows["hard"]["score weat-6"]) == 0.9
    assert float(rows["hard"]["score weat-6 seed 1"]) == 0.89
    assert rows["hard"]["wordsim353 covered"] == "100"
    assert rows["hard"]["simlex999"] == ""
    assert "4 of 999" in rows["hard"]["simlex999 reason"]
    assert rows["forget"]["reason"] == "No sentence amplifies this score."
    assert set(COLUMNS) <= set(columns_of(table))


def test_a_view_has_a_cell_for_every_column_and_its_seeds() -> None:
    view = mitigation_view(sample_table())
    assert len(view.rows) == 5
    assert all(len(row.cells) == len(view.columns) for row in view.rows)
    by_title = {column.title: column.seeds for column in view.columns}
    assert (by_title["weat-6"], by_title["SimLex-999"]) == ("3", "–")
    hard = view.rows[1]
    assert hard.cells[0].text == "+0.90"
    assert hard.cells[2].text == "92%"


def test_missing_numbers_are_explained_once() -> None:
    told = missing_reasons(sample_table())
    assert sum("4 of 999" in text for text in told) == 1
    assert any(text.startswith("Not carried out (Forgetting)") for text in told)


def test_a_terminal_shows_columns_below_each_other() -> None:
    lines = text_lines(sample_table())
    assert len(lines) == 6
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.89, 0.0, 1.0, "is not told"), (0.89, 0.8, 0.98, "can still be found"), (0.73, 0.45, 1.0, "is not told"),
        (0.6, 0.55, 0.65, "found in part"), (0.54, 0.4, 0.68, "Neither"), (0.54, 0.3, 0.8, "is not told"),
        (0.89, None, None, "not known"),
    ],
)  # fmt: skip
def test_recovery_is_as_sure_as_its_intervals(value: float, low: float | None, high: float | None, said: str) -> None:
    """50 % is chance, and 75 % is called found."""
    table = sample_table()
    row = table.row("hard")
    assert row is not None
    cell = MitigationCell(value=value, low=low, high=high, seeds=2)
    told = row_sentence(table, row.model_copy(update={"cells": {**row.cells, "purity": cell, "accuracy": cell}}))
    assert said in told


@pytest.mark.parametrize(("value", "low", "high", "falls"), [(0.032, 0.028, 0.036, False), (0.02, 0.01, 0.03, True)])
def test_use_falls_where_intervals_do_not_meet(value: float, low: float, high: float, falls: bool) -> None:
    table = sample_table()
    before, row = table.row("none"), table.row("hard")
    assert before is not None
    assert row is not None
    before.cells["analogies"] = MitigationCell(value=0.038, low=0.0321, high=0.046, seeds=2)
    row.cells["analogies"] = MitigationCell(value=value, low=low, high=high, seeds=2)
    assert ("Use falls" in row_sentence(table, row)) == falls
