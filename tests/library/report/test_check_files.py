"""What checks found, in report.json."""

import json
from pathlib import Path

import pytest

from skipgram_audit.auditing.material import _checks
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan, Tally
from skipgram_audit.model.word_pairs import WordPairs
from skipgram_audit.report.check_files import (
    drop_rewriting,
    keep_check,
    keep_rewriting,
    stored_checks,
    stored_rewritings,
    write_found,
)
from skipgram_audit.report.check_sentences import short_result
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.formatting import MINUS
from tests.check_sample import BEFORE, judged, kinds_of
from tests.library.report.material_sample import rewritten

KINDS = {"weat-6": "weat", "he and she": "weat"}
EXTREMES = CheckPlan(plan="extremes", probe="weat-6", documents=40, sets=3, seeds=[1, 2])
HALVES = CheckPlan(plan="halves", probe="he and she", sets=12)


class Removed:
    def __init__(self, number: int, kind: str, control_of: int | None) -> None:
        self.number, self.kind, self.control_of, self.document_count = number, kind, control_of, 40


def finished(plan: CheckPlan) -> FinishedCheck:
    sets = [Removed(number, *one) for number, one in enumerate(kinds_of(plan), start=1)]
    return FinishedCheck.of(plan, judged(plan), [Removed(0, "whole", None), *sets], KINDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.json").write_text(json.dumps({"format": 1, "title": "Größe"}), encoding="utf-8")
    return tmp_path


def content(folder: Path) -> dict[str, object]:
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def test_checks_are_read_back_as_they_were(folder: Path) -> None:
    both = [finished(EXTREMES), finished(HALVES)]
    write_found(folder, both)
    assert stored_checks(content(folder)) == both
    write_found(folder, [])
    assert content(folder) == {"format": 1, "title": "Größe", "checks": []}


def test_rewritings_are_read_back_as_they_were(folder: Path) -> None:
    write_found(folder, checks=[finished(EXTREMES)])
    write_found(folder, rewritings=[rewritten("a"), rewritten("b")])
    assert stored_rewritings(content(folder)) == [rewritten("a"), rewritten("b")]
    assert stored_checks(content(folder)) == [finished(EXTREMES)]


def test_a_rewriting_takes_the_place_of_one_of_its_plan(folder: Path) -> None:
    plans = [RewritePlan(lists=(WordPairs(name="own", pairs=[("he", other)]),)) for other in ("she", "they")]
    for plan, changes in ((plans[0], 1), (plans[1], 2), (plans[0], 3)):
        outcome = RewriteOutcome(tally=Tally(documents=3, changed=1, changes=changes, tokens_before=9))
        keep_rewriting(folder, FinishedRewriting.of(plan, outcome))
    assert [one.outcome.tally.changes for one in stored_rewritings(content(folder))] == [3, 2]
    assert drop_rewriting(folder, plans[0])
    assert not drop_rewriting(folder, plans[0])
    assert [one.outcome.tally.changes for one in stored_rewritings(content(folder))] == [2]


def test_without_a_report_nothing_is_written(tmp_path: Path) -> None:
    keep_check(tmp_path, finished(HALVES))
    keep_rewriting(tmp_path, rewritten("a"))
    assert list(tmp_path.iterdir()) == []


def test_a_check_takes_the_place_of_one_of_its_plan(folder: Path) -> None:
    for plan in (EXTREMES, HALVES, EXTREMES):
        keep_check(folder, finished(plan))
    assert [one.plan for one in stored_checks(content(folder))] == [EXTREMES, HALVES]


def test_what_a_check_says_of_its_own_probe_comes_first() -> None:
    own, other = finished(EXTREMES).scores
    assert (own.probe, other.probe) == ("weat-6", "he and she")
    assert [one.removed.kind for one in own.sets] == ["amplifying", "mitigating"]
    assert own.sets[0].removed.document_count == 40
    assert finished(HALVES).own is not None
    assert finished(HALVES).scores[0].result == ""


def test_the_short_result_has_every_number_that_bears_on_it() -> None:
    own = finished(EXTREMES).scores[0]
    one = own.sets[0].comparison
    assert one.score_actual.value is not None
    assert one.score_actual.error is not None
    assert one.control_mean.value is not None
    for number in (
        one.score_actual.value, one.score_predicted, BEFORE["weat-6"] + one.control_mean.value
    ):  # fmt: skip
        assert f"{number:+.2f}".replace("-", MINUS) in own.short
    assert f"± {one.score_actual.error:.2f}" in own.short
    unknown = one.model_copy(update={"score_actual": one.score_actual.model_copy(update={"value": None})})
    assert short_result(unknown, "amplifying", 40, "weat") == ""


@pytest.mark.parametrize("change", [{}, {"within": False}, {"added": -0.2}])
def test_of_two_sets_the_one_that_failed_is_told(change: dict[str, object]) -> None:
    """Both are as predicted; then the mitigating one is not, or its influences add up to the opposite."""
    judgement = judged(EXTREMES, noise=0.001).probes[0]
    first, second = judgement.comparisons
    assert first.score_actual.value is not None
    assert second.score_actual.value is not None
    changed = judgement.model_copy(update={"comparisons": [first, second.model_copy(update=change)]})
    check = finished(EXTREMES)
    outcome = check.outcome.model_copy(update={"probes": [changed]})
    score = check.model_copy(update={"outcome": outcome}).scores[0]
    expected = (second if change else first).score_actual.value
    assert f"+{expected:.2f}" in score.result
    assert f"+{expected:.2f}" in score.short
    assert ("mitigating" in score.short) == bool(change)
    assert ("ranking misleads" in score.result) == ("added" in change)


def test_checks_of_a_folder_are_numbered_by_age(tmp_path: Path) -> None:
    """The newest comes first, and a further one leaves the numbers of the others."""
    probes = [{"name": name, "kind": kind, "measured": True} for name, kind in KINDS.items()]
    made = [finished(HALVES), finished(EXTREMES)]
    for count in (1, 2):
        report = {"checks": [one.as_dict() for one in made[count - 1 :: -1]], "probes": probes}
        found, _ = _checks(tmp_path, report)
        assert [(one.number, one.plan.plan) for one in found] == [(2, "extremes"), (1, "halves")][-count:]
