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


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (1.2, "Positive: of the two targets, Male names is clearly nearer to Career, and Female names to Family."),
        (-0.4, "Negative: of the two targets, Male names is somewhat nearer to Family, and Female names to Career."),
        (0.05, "Close to zero: Male names and Female names are about equally near to Career and to Family."),
        (None, ""),
    ],
)
def test_the_sign_says_which_set_is_nearer_to_which(score: float | None, sentence: str) -> None:
    assert reading.sign_reading(replace(WEAT_6, score=score)) == sentence


def test_a_one_sided_p_of_a_negative_score_says_what_it_tests() -> None:
    assert "probability < 0.001" in reading.significance_reading(WEAT_6)
    assert "exchange" not in reading.significance_reading(WEAT_6)
    assert "exchange the two target sets" in reading.significance_reading(replace(WEAT_6, score=-1.0))


def test_coverage_names_missing_words_set_by_set() -> None:
    career = next(item for item in reading.coverage(WEAT_6) if item.name == "Career")
    assert career.missing == ["salary"]
    assert len(career.found) == 7
    assert career.role == "attribute"


def test_one_seed_is_said_to_know_nothing_of_chance() -> None:
    single = replace(WEAT_6, by_seed=WEAT_6.by_seed[:1], seed_agreement=None)
    assert reading.seeds_reading(single) == "one seed, so its spread is unknown"
    assert "Use two or more" in reading.agreement_reading(single)
    assert reading.seeds_reading(WEAT_6) == "± 0.05 over 2 seeds"
    assert "chance of one run" in reading.agreement_reading(WEAT_6)
    assert "same documents" in reading.agreement_reading(replace(WEAT_6, seed_agreement=0.9))


def test_removal_predicts_the_score_minus_the_influence() -> None:
    assert reading.removal_reading(0.02, WEAT_6) == "Predicted effect size without it: 1.1800 instead of 1.2000."
    assert reading.removal_reading(0.02, replace(WEAT_6, standard_error=None)) == ""


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
    assert ("mean-field-integrated may tell better" in reading.levelled_off_reading(outcome)) == told


def test_a_levelled_off_score_is_told_with_its_numbers() -> None:
    outcome = replace(WEAT_6, surrogate_score=1.2, influence_sum=0.5)
    assert reading.levelled_off_reading(outcome).startswith(
        "All influences add up to +0.50, less than half of the mean-field score of +1.20: with more of all these texts "
        "it would hardly grow. "
    )
    assert "it would shrink. " in reading.levelled_off_reading(replace(outcome, influence_sum=-0.5))


def test_amplifying_is_away_from_zero() -> None:
    assert reading.direction(WEAT_6) == 1
    assert reading.direction(replace(WEAT_6, score=-0.1)) == -1


def test_concentration_is_told_in_percent() -> None:
    assert reading.concentration_reading(WEAT_6) == ""
    told = reading.concentration_reading(replace(WEAT_6, concentration=Concentration(0.231, 0.716, [100], [1.0])))
    assert told == (
        "The strongest 1\u202f% of the documents hold 23\u202f% of the total absolute influence, "
        "the strongest 10\u202f% hold 72\u202f%."
    )


def outcome_of_kind(kind: str, score: float, targets: str = "He She", attributes: str = "Work") -> ProbeOutcome:
    definition = {
        "targets": {name: [f"{name} one", f"{name} two"] for name in targets.split()},
        "attributes": {name: [f"{name} one"] for name in attributes.split()},
    }
    return ProbeOutcome("probe", kind, definition, True, score=score)


@pytest.mark.parametrize(
    ("outcome", "direction", "sentence"),
    [
        (outcome_of_kind("sc-weat", 0.5, "Work", "He She"), 1, "Positive: Work is somewhat nearer to He than to She."),
        (outcome_of_kind("sc-weat", 0.1, "Work", "He She"), 1, "Close to zero: Work is about equally near to He"),
        (outcome_of_kind("membership", -0.01, "Work", "He She It"), -1, "nearer to She and It than to He."),
        (outcome_of_kind("rnd", 0.3), 1, "Work is further from He than from She, so nearer to She, the second group."),
        (outcome_of_kind("rnd", -0.3), -1, "so nearer to He, the first group."),
        (outcome_of_kind("ripa", -0.3), -1, "Work leans towards She rather than He."),
        (outcome_of_kind("direct-bias", 0.07), 1, "the words of Work lean by 0.070 to either side"),
        (
            outcome_of_kind("mac", 0.45),
            -1,
            "the words of He and She are on average nearer to those of Work than unrelated",
        ),
        (outcome_of_kind("mac", 1.2), 1, "on average the words of He and She point away from those of Work"),
        (outcome_of_kind("membership", 0.0, "Work", "He She"), 1, "exactly 0, its neutral value"),
    ],
)
def test_every_kind_says_what_its_score_means_and_what_amplifies_it(
    outcome: ProbeOutcome, direction: int, sentence: str
) -> None:
    assert sentence in reading.sign_reading(outcome)
    assert reading.direction(outcome) == direction


def test_what_positive_influence_does_is_told_for_kinds_without_a_side() -> None:
    assert "pushes He and She away from Work" in reading.influence_reading(outcome_of_kind("mac", 0.5))
    assert "lean further, to whichever side" in reading.influence_reading(outcome_of_kind("direct-bias", 0.5))
    assert "towards She, the second group" in reading.influence_reading(outcome_of_kind("rnd", 0.5))


def test_a_kind_without_a_test_says_why_there_is_no_p() -> None:
    assert reading.significance_reading(outcome_of_kind("ripa", 0.3)) == (
        "There is no p-value: the source gives no test."
    )
    single = replace(outcome_of_kind("sc-weat", -0.5, "Work", "He She"), p_value=0.8)
    assert reading.significance_reading(single).startswith("If the attribute words were dealt to the two sets")
    assert reading.significance_reading(single).endswith("exchange the two attribute sets.")


def test_words_whose_pair_is_broken_are_told_apart_from_missing_ones() -> None:
    outcome = replace(outcome_of_kind("ripa", 0.3), missing={"He": ["He two"], "She": []})
    he, she, work = reading.coverage(outcome)
    assert (he.found, he.missing, he.unpaired) == (["He one"], ["He two"], [])
    assert (she.found, she.missing, she.unpaired) == (["She one"], [], ["She two"])
    assert work.unpaired == []
