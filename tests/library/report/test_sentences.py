from dataclasses import replace

import pytest

from skipgram_audit.model.outcome import Concentration, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.report import sentences as reading

WEAT_6 = ProbeOutcome(
    name="weat-6",
    kind="weat",
    definition=built_in_probes()["weat-6"].model_dump(),
    measured=True,
    missing={"Career": ["salary"]},
    score=1.2,
    score_spread=0.05,
    standard_error=0.2,
    p_value=0.0004,
    by_seed=[SeedOutcome(1, 1.15, 0.1, 0.0004, 1.0), SeedOutcome(2, 1.25, 0.1, 0.0004, 1.0)],
    seed_agreement=0.31,
)


def test_coverage_names_missing_words_set_by_set() -> None:
    career = next(item for item in reading.coverage(WEAT_6) if item.name == "Career")
    assert career.missing == ["salary"]
    assert len(career.found) == 7
    assert career.role == "attribute"


def test_removal_predicts_the_score_minus_the_influence() -> None:
    assert reading.removal_sentence(0.02, WEAT_6) == "Predicted effect size without it: 1.1800 instead of 1.2000."
    assert reading.removal_sentence(0.02, replace(WEAT_6, standard_error=None)) == ""


@pytest.mark.parametrize(
    ("score", "summed", "error", "told"),
    [
        (1.2, 0.5, 0.2, True),
        (1.2, -0.5, 0.2, True),
        (-1.2, -0.5, 0.2, True),
        (1.2, 0.7, 0.2, False),
        (-1.2, -0.7, 0.2, False),
        (0.1, 0.0, 0.2, False),
        (1.2, 0.5, None, False),
    ],
)
def test_a_score_that_more_of_the_texts_would_not_raise_is_told(
    score: float, summed: float, error: float | None, told: bool
) -> None:
    outcome = replace(WEAT_6, surrogate_score=score, influence_sum=summed, standard_error=error)
    assert ("This score is saturated" in reading.saturation_sentence(outcome)) == told


def test_a_saturated_score_is_told_with_its_numbers() -> None:
    sentence = reading.saturation_sentence(replace(WEAT_6, surrogate_score=1.2, influence_sum=0.5))
    assert "+0.50" in sentence
    assert "+1.20" in sentence


def test_amplifying_is_away_from_zero() -> None:
    assert reading.direction(WEAT_6) == 1
    assert reading.direction(replace(WEAT_6, score=-0.1)) == -1


def test_concentration_is_told_in_percent() -> None:
    assert reading.concentration_sentence(WEAT_6) == ""
    told = reading.concentration_sentence(replace(WEAT_6, concentration=Concentration(0.231, 0.716, [100], [1.0])))
    assert told == (
        "The strongest 1% of the documents hold 23% of the total absolute influence, the strongest 10% hold 72%."
    )


def outcome_of_kind(kind: str, score: float, targets: str = "He She", attributes: str = "Work") -> ProbeOutcome:
    definition = {
        "targets": {name: [f"{name} one", f"{name} two"] for name in targets.split()},
        "attributes": {name: [f"{name} one"] for name in attributes.split()},
    }
    return ProbeOutcome("probe", kind, definition, True, score=score)


def test_what_positive_influence_does_is_told_for_kinds_without_a_side() -> None:
    assert "pushes “He” and “She” away from “Work”" in reading.influence_sentence(outcome_of_kind("mac", 0.5))
    assert "lean further, to whichever side" in reading.influence_sentence(outcome_of_kind("direct-bias", 0.5))
    assert "towards “She”, the second group" in reading.influence_sentence(outcome_of_kind("rnd", 0.5))


def test_words_whose_pair_is_broken_are_told_apart_from_missing_ones() -> None:
    outcome = replace(outcome_of_kind("ripa", 0.3), missing={"He": ["He two"], "She": []})
    he, she, work = reading.coverage(outcome)
    assert (he.found, he.missing, he.unpaired) == (["He one"], ["He two"], [])
    assert (she.found, she.missing, she.unpaired) == (["She one"], [], ["She two"])
    assert work.unpaired == []


@pytest.mark.parametrize(
    ("agreement", "stable", "agreeing"),
    [(0.9, 80, True), (0.9, 41, False), (0.31, 80, False), (0.5, 51, True), (0.9, None, None)],
)
def test_seeds_name_the_same_documents_only_where_influences_and_signs_agree(
    agreement: float, stable: int | None, agreeing: bool | None
) -> None:
    sentence = reading.agreement_sentence(replace(WEAT_6, seed_agreement=agreement, stable_documents=stable), 100)
    assert ("They largely name the same documents." in sentence) == (agreeing is True)
    assert ("the chance of one run" in sentence) == (agreeing is False)


def test_one_seed_says_nothing_of_chance() -> None:
    single = replace(WEAT_6, by_seed=WEAT_6.by_seed[:1], seed_agreement=None)
    assert reading.spread_note(single) == "one seed, so its spread is unknown"
    assert "Use two or more" in reading.agreement_sentence(single, 100)
    assert reading.spread_note(WEAT_6) == "spread ± 0.05 over 2 seeds"
