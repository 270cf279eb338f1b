from dataclasses import replace

import pytest

from app.reports import reading
from app.store.definitions.outcome import Concentration, ProbeOutcome, SeedOutcome
from app.store.definitions.probe import built_in_probes

WEAT_6 = ProbeOutcome(
    name="weat-6",
    kind="weat",
    definition=built_in_probes()["weat-6"].model_dump(),
    measured=True,
    missing={"Career": ["salary"]},
    effect_size=1.2,
    effect_size_spread=0.05,
    p_value=0.0004,
    by_seed=[SeedOutcome(1, 1.15, 0.1, 0.0004, 1.0), SeedOutcome(2, 1.25, 0.1, 0.0004, 1.0)],
    seed_agreement=0.31,
)


@pytest.mark.parametrize(
    ("effect_size", "sentence"),
    [
        (1.2, "Positive: of the two targets, Male names is clearly nearer to Career, and Female names to Family."),
        (-0.4, "Negative: of the two targets, Male names is somewhat nearer to Family, and Female names to Career."),
        (0.05, "Close to zero: Male names and Female names are about equally near to Career and to Family."),
        (None, ""),
    ],
)
def test_the_sign_says_which_set_is_nearer_to_which(effect_size: float | None, sentence: str) -> None:
    assert reading.sign_reading(replace(WEAT_6, effect_size=effect_size)) == sentence


def test_a_one_sided_p_of_a_negative_score_says_what_it_tests() -> None:
    assert "probability < 0.001" in reading.significance_reading(WEAT_6)
    assert "exchange" not in reading.significance_reading(WEAT_6)
    assert "exchange the two target sets" in reading.significance_reading(replace(WEAT_6, effect_size=-1.0))


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


def test_amplifying_is_away_from_zero() -> None:
    assert reading.direction(WEAT_6) == 1
    assert reading.direction(replace(WEAT_6, effect_size=-0.1)) == -1


def test_concentration_is_told_in_percent() -> None:
    assert reading.concentration_reading(WEAT_6) == ""
    told = reading.concentration_reading(replace(WEAT_6, concentration=Concentration(0.231, 0.716, [100], [1.0])))
    assert told == (
        "The strongest 1\u202f% of the documents hold 23\u202f% of the total absolute influence, "
        "the strongest 10\u202f% hold 72\u202f%."
    )
