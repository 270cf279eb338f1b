"""Every limit comes from the numbers that call for it, and from no others."""

from dataclasses import replace
from typing import Any

import pytest

from skipgram_audit.model.outcome import ProbeOutcome, SeedOutcome
from skipgram_audit.report.answer import answer
from skipgram_audit.report.limits import limits
from skipgram_audit.report.material import Material
from tests.library.report.material_sample import checked, make_material
from tests.library.report.sample import measured


def sure(**changes: Any) -> ProbeOutcome:
    """A probe of which everything speaks for its score."""
    values: dict[str, Any] = {
        "score": 1.5, "score_spread": 0.05, "standard_error": 0.1, "p_value": 0.01, "p_value_two_sided": 0.02,
        "by_seed": [SeedOutcome(1, 1.45, 0.1, 0.01, 1.5), SeedOutcome(2, 1.55, 0.1, 0.01, 1.5)],
        "null_scores": [0.1, -0.2], "seed_agreement": 0.9, "associations": [],
    }  # fmt: skip
    return replace(measured(), **(values | changes))


def names(outcome: ProbeOutcome, **changes: Any) -> set[str]:
    settings = {**make_material().settings, "shuffle_documents": True}
    values: dict[str, Any] = {"outcomes": [outcome], "checks": [checked("mine")], "settings": settings}
    return {one.name for one in limits(make_material(**(values | changes)))}


def test_a_score_of_which_everything_is_known_has_its_scope_alone() -> None:
    assert names(sure()) == {"scope"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"null_scores": [1.6]}, "shuffled_text"),
        ({"null_scores": []}, "shuffled_text"),
        ({"standard_error": 1.0}, "interval"),
        ({"standard_error": None}, "interval"),
        ({"p_value_two_sided": 0.2}, "permutation"),
        ({"missing": {"He": ["he", "his"], "She": [], "Work": [], "Home": []}}, "words"),
        ({"by_seed": [SeedOutcome(1, -0.5, 0.1, 0.1, 1.0), SeedOutcome(2, 3.0, 0.1, 0.1, 1.0)]}, "seeds"),
        ({"by_seed": [SeedOutcome(1, 1.5, 0.1, 0.1, 1.0)]}, "seeds"),
        ({"seed_agreement": 0.1}, "seed_agreement"),
        ({"score": 0.1, "standard_error": 0.01, "score_spread": 0.0, "null_scores": [0.0]}, "size"),
    ],
)
def test_each_weakness_has_its_limit(changes: dict[str, Any], name: str) -> None:
    found = names(sure(**changes))
    assert name in found
    assert found <= {name, "scope", "seeds", "seed_agreement"}


def test_an_audit_without_a_check_says_so_and_one_whose_check_fails_too() -> None:
    assert "no_check" in names(sure(), checks=[])
    assert "no_check" not in names(sure())
    failed = checked("mine")
    [judgement] = failed.finished.outcome.probes
    for one in judgement.comparisons:
        one.within = False
    assert names(sure(), checks=[failed]) & {"check_no", "check_partly"}


def test_what_is_true_of_the_whole_audit_is_said_once() -> None:
    settings = {**make_material().settings, "shuffle_documents": False}
    assert "order" in names(sure(), settings=settings)
    assert "not_calibrated" in names(sure(), settings={**settings, "estimator": "gradient"})
    manifest = {"corpus": {"rows": {"skipped": {"not valid JSON": 3}}}, "vectors": {"cannot_be_claimed": ["This."]}}
    assert {"skipped", "pretrained"} <= names(sure(), manifest=manifest)
    assert "unread_checks" in names(sure(), unread_checks=1)
    material = make_material(outcomes=[sure(), sure(name="other")])
    assert [one.name for one in limits(material)].count("many_probes") == 1


def test_a_probe_without_a_score_has_its_reason_and_nothing_else() -> None:
    outcome = ProbeOutcome("p", "weat", measured().definition, False, "Why.", "too_few_words")
    found = [one for one in limits(make_material(outcomes=[outcome])) if one.probe]
    assert [(one.name, one.sentence) for one in found] == [("too_few_words", "Why.")]


def test_limits_name_the_check_that_they_come_from() -> None:
    checks = [checked("mine", number=9), checked("mine", number=4)]
    for one in checks[1].finished.outcome.probes[0].comparisons:
        one.within = False
    found = [one.sentence for one in limits(make_material(outcomes=[sure()], checks=checks)) if "check_" in one.name]
    assert any("check 4" in one for one in found)


def _numbers(material: Material) -> str:
    return " ".join(answer(material))


def test_the_answer_has_three_sentences_and_the_strongest_probe() -> None:
    material = make_material(outcomes=[replace(sure(standard_error=1.0), name="doubtful"), sure()])
    counted, strongest, behind = answer(material)
    assert "2 probes" in counted
    assert strongest.startswith("mine: ")
    assert "No check" in behind
    assert "No check" not in _numbers(make_material(outcomes=[sure()], checks=[checked("mine")]))
    contrary = checked("mine", number=1)
    for one in contrary.finished.outcome.probes[0].comparisons:
        one.within = False
    assert "2 times" in _numbers(make_material(outcomes=[sure()], checks=[checked("mine", number=2), contrary]))
    assert "1 found" not in _numbers(make_material(outcomes=[sure()]))
