"""What may be said of a score, for every combination of what bears on it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import Association, LeftOutWord, ProbeOutcome, Repeats, SeedOutcome
from skipgram_audit.report.verdict import LARGEST_P, TITLES, Support, claim, interval_of, interval_text, probe_verdict
from tests.library.report.test_left_out import OUTCOME
from tests.library.report.test_sentences import outcome_of_kind

FOUND = replace(OUTCOME, p_value_two_sided=0.02, left_out=[LeftOutWord("Male names", "target", "john", 0.9, 0.0)])

AGAINST: dict[str, dict[str, object]] = {
    "interval": {"standard_error": 0.6, "null_scores": []},
    "permutation": {"p_value_two_sided": 0.114},
    "shuffled_text": {"null_scores": [0.1, -1.2]},
}
LIMITS: dict[str, dict[str, object]] = {
    "words": {"missing": {"Career": ["executive", "management", "professional", "corporation", "salary"]}},
    "single_words": {"left_out": [LeftOutWord("Career", "attribute", "office", -0.1, 0.0)]},
    "seeds": {"by_seed": FOUND.by_seed[:1]},
    "interval": {"standard_error": None},
    "permutation": {"p_value_two_sided": None},
    "shuffled_text": {"null_scores": []},
}


def test_a_score_with_everything_for_it_is_found_and_told_with_its_numbers() -> None:
    verdict = probe_verdict(FOUND)
    assert verdict.answer == "found"
    for number in ("+1.00", "+0.51 to +1.49", "0.020", "+0.40"):
        assert number in verdict.sentence
    assert not [one for one in verdict.evidence if one.support is not Support.FOR]


@pytest.mark.parametrize(("name", "changes"), AGAINST.items())
def test_one_thing_against_a_score_is_enough_and_is_named(name: str, changes: dict[str, object]) -> None:
    verdict = probe_verdict(replace(FOUND, **changes))  # type: ignore[arg-type]
    assert verdict.answer == "chance"
    clause = next(one.clause for one in verdict.evidence if one.name == name)
    assert clause in verdict.sentence
    assert claim(FOUND) not in verdict.sentence


@pytest.mark.parametrize(("name", "changes"), LIMITS.items())
def test_what_is_missing_or_limits_a_score_makes_the_evidence_weak(name: str, changes: dict[str, object]) -> None:
    verdict = probe_verdict(replace(FOUND, **changes))  # type: ignore[arg-type]
    assert verdict.answer == "weak"
    assert next(one.clause for one in verdict.evidence if one.name == name) in verdict.sentence


def test_seeds_on_both_sides_make_a_score_unstable_whatever_else_is_known() -> None:
    seeds = [SeedOutcome(1, -0.1, 0.1, 0.01, 1.0), SeedOutcome(2, 1.1, 0.1, 0.01, 1.0)]
    assert probe_verdict(replace(FOUND, by_seed=seeds)).answer == "unstable"
    assert probe_verdict(replace(FOUND, by_seed=seeds, p_value_two_sided=0.5)).answer == "unstable"


@pytest.mark.parametrize(
    ("without", "answer"),
    [
        (0.76, "found"),  # a quarter of the distance from neutral is 0.25
        (0.74, "weak"),
        (1.24, "found"),
        (1.26, "weak"),
        (-0.2, "weak"),
        (None, "weak"),
    ],
)
def test_a_score_that_repeated_texts_carry_is_weak_evidence(without: float | None, answer: str) -> None:
    outcome = replace(FOUND, score_spread=0.05, repeats=Repeats(12, without, 0.98))
    verdict = probe_verdict(outcome)
    assert verdict.answer == answer
    told = verdict.about("repeats")
    assert "12" in told
    assert without is None or f"{without:+.2f}".replace("-", "−") in told
    # 1.00 is +- 0.49: only what lies beyond is something that the interval does not show.
    assert ("interval" in told) == (without is not None and abs(without - 1.0) > 0.49)


def test_repeated_texts_say_nothing_where_seeds_differ_as_much_or_where_there_are_none() -> None:
    assert probe_verdict(replace(FOUND, score_spread=0.2, repeats=Repeats(12, 0.65, 0.9))).answer == "found"
    for none in (None, Repeats(0, None, 1.0)):
        assert not probe_verdict(replace(FOUND, repeats=none)).about("repeats")


@pytest.mark.parametrize(
    ("score", "error", "null", "answer"),
    [
        (-0.45, 0.1, [-0.66, -0.75], "chance"),  # weaker than shuffled text
        (0.89, 0.1, [0.84], "chance"),  # beyond it by a hair's breadth
        (0.89, 0.1, [0.7], "chance"),  # 0.89 less two spreads of 0.02 is not beyond 1.25 * 0.7
        (0.89, 0.1, [0.67], "found"),
        (0.89, 0.1, [0.84] * 39, "found"),  # beyond as many as a test takes, by more than two spreads
        (0.89, 0.1, [0.86] * 39, "chance"),
        (-0.89, 0.1, [0.6], "found"),
        (0.5, 0.1, [-0.9], "chance"),  # shuffled text reaches as far on the other side
    ],
)
def test_a_score_must_be_clearly_beyond_shuffled_text(
    score: float, error: float, null: list[float], answer: str
) -> None:
    seeds = [SeedOutcome(number, score, 0.1, 0.01, score) for number in (1, 2)]
    outcome = replace(FOUND, score=score, score_spread=0.02, standard_error=error, null_scores=null, by_seed=seeds)
    outcome = replace(outcome, left_out=[])
    assert probe_verdict(outcome).answer == answer


def test_a_negative_score_is_judged_by_its_two_sided_p() -> None:
    seeds = [SeedOutcome(number, -1.0, -0.1, 0.99, -1.0) for number in (1, 2)]
    verdict = probe_verdict(replace(FOUND, score=-1.0, p_value=0.99, by_seed=seeds, left_out=[]))
    assert verdict.answer == "found"
    assert "0.990" in verdict.about("permutation")
    assert "0.020" in verdict.about("permutation")


def test_weat_is_told_as_relative_and_the_sign_turns_the_attributes() -> None:
    assert claim(FOUND) == (
        "the words of “Male names” lean more towards “Career”, and less towards “Family”, than the words of "
        "“Female names” do"
    )
    assert claim(replace(FOUND, score=-1.0)) == (
        "the words of “Male names” lean more towards “Family”, and less towards “Career”, than the words of "
        "“Female names” do"
    )


@pytest.mark.parametrize(
    ("outcome", "clause"),
    [
        (outcome_of_kind("sc-weat", 0.5, "Work", "He She"), "the words of “Work” are nearer to those of “He”"),
        (outcome_of_kind("membership", -0.01, "Work", "He She It"), "to those of “She” and “It” than to those of “He”"),
        (outcome_of_kind("rnd", 0.3), "the words of “Work” are nearer to “She”, the second group, than to “He”"),
        (outcome_of_kind("rnd", -0.3), "the words of “Work” are nearer to “He”, the first group, than to “She”"),
        (outcome_of_kind("ripa", -0.3), "lean towards “She” rather than “He”"),
        (outcome_of_kind("direct-bias", 0.07), "lean to “He” or to “She”, whichever side each leans to"),
        (outcome_of_kind("mac", 0.45), "nearer to those of “Work” than unrelated words"),
        (outcome_of_kind("mac", 1.2), "“He” and “She” point away from those of “Work”"),
        (outcome_of_kind("membership", 0.0, "Work", "He She"), "its neutral value, 0"),
    ],
)
def test_every_kind_says_what_its_score_claims(outcome: ProbeOutcome, clause: str) -> None:
    assert clause in claim(outcome)


def test_a_kind_without_a_test_is_not_blamed_for_it() -> None:
    outcome = replace(
        outcome_of_kind("ripa", 0.3), standard_error=0.05, null_scores=[0.01], score_spread=0.01, by_seed=FOUND.by_seed
    )
    assert probe_verdict(outcome).answer == "found"
    assert probe_verdict(outcome).about("permutation") == KINDS["ripa"].no_test


def test_a_score_that_is_never_below_neutral_is_judged_by_shuffled_text() -> None:
    outcome = replace(outcome_of_kind("direct-bias", 0.3), standard_error=0.2, score_spread=0.01, by_seed=FOUND.by_seed)
    assert interval_of(outcome) == pytest.approx((0.0, 0.3 + 1.96 * 0.2))
    assert probe_verdict(outcome).answer == "weak"
    assert probe_verdict(replace(outcome, standard_error=0.05, null_scores=[0.1])).answer == "found"
    assert probe_verdict(replace(outcome, standard_error=0.05, null_scores=[0.25])).answer == "chance"


def test_a_probe_without_a_score_says_why() -> None:
    reason = "“Career” needs 2 words; the corpus has 1."
    outcome = replace(FOUND, score=None, measured=False, verdict="too_few_words", reason=reason)
    assert (probe_verdict(outcome).answer, probe_verdict(outcome).sentence) == ("too_few_words", reason)


def test_an_interval_ends_where_scores_end() -> None:
    assert interval_of(FOUND) == pytest.approx((0.51, 1.49))
    assert interval_text(FOUND) == "+0.51 to +1.49"
    assert interval_of(replace(FOUND, standard_error=None)) is None
    # Eight names in each list: no effect size is beyond sqrt(16 * 15 / 64), where all names of a list are alike.
    assert interval_of(replace(FOUND, score=-1.2, standard_error=0.7)) == pytest.approx((-1.936492, 0.172))
    # With four names missing of one list, twelve are left: sqrt(12 * 11 / 32).
    fewer = replace(FOUND, score=1.9, missing={"Male names": FOUND.definition["targets"]["Male names"][:4]})
    assert interval_of(fewer) == pytest.approx((1.41, 2.031010))


STATES = st.builds(
    lambda score, spread, error, p, one_sided, null, seeds, missing, left: replace(
        FOUND,
        score=score,
        score_spread=spread,
        standard_error=error,
        p_value=one_sided,
        p_value_two_sided=p,
        null_scores=null,
        by_seed=[SeedOutcome(number, one, 0.0, one_sided, one) for number, one in enumerate(seeds)],
        missing={"Career": FOUND.definition["attributes"]["Career"][:missing]},
        left_out=[LeftOutWord("Career", "attribute", "office", one, 0.0) for one in left],
    ),
    score=st.floats(-2, 2),
    spread=st.floats(0, 1),
    error=st.none() | st.floats(0, 2),
    p=st.none() | st.floats(0, 1),
    one_sided=st.floats(0, 1),
    null=st.lists(st.floats(-2, 2), max_size=4),
    seeds=st.lists(st.floats(-2, 2), min_size=1, max_size=4),
    missing=st.integers(0, 7),
    left=st.lists(st.none() | st.floats(-2, 2), max_size=3),
)


@given(STATES)
def test_no_verdict_says_more_than_its_numbers(outcome: ProbeOutcome) -> None:
    verdict = probe_verdict(outcome)
    score, interval, p = outcome.score, interval_of(outcome), outcome.p_value_two_sided
    assert score is not None
    assert verdict.answer in TITLES
    against = (
        (interval is not None and interval[0] <= 0 <= interval[1])
        or (p is not None and p >= LARGEST_P)
        or any(abs(one) >= abs(score) for one in outcome.null_scores)
        or (len(outcome.by_seed) > 1 and min(one.score for one in outcome.by_seed) * max(
            one.score for one in outcome.by_seed
        ) < 0)
    )  # fmt: skip
    if against:
        assert verdict.answer in ("chance", "unstable")
        assert claim(outcome) not in verdict.sentence
    if verdict.answer == "found":
        assert interval is not None
        assert p is not None
        assert outcome.null_scores
        assert len(outcome.by_seed) > 1
    if interval is not None:
        assert abs(interval[0]) <= 2.05
        assert abs(interval[1]) <= 2.05


@pytest.mark.parametrize("score", [1.0, -1.0])
def test_of_any_two_reasons_all_that_is_against_a_score_is_named(score: float) -> None:
    changes = [*AGAINST.values(), *LIMITS.values(), {}]
    seeds = [SeedOutcome(number, score, 0.1, 0.01, score) for number in (1, 2)]
    start = replace(FOUND, score=score, by_seed=seeds, left_out=[])
    for one, other in product(changes, changes):
        verdict = probe_verdict(replace(start, **{**one, **other}))  # type: ignore[arg-type]
        assert verdict.sentence.endswith(".")
        assert ".." not in verdict.sentence
        against = [piece.clause for piece in verdict.evidence if piece.support is Support.AGAINST]
        assert all(clause in verdict.sentence for clause in against)


@pytest.mark.parametrize(("stability", "count", "answer"), [(0.5, 100, "found"), (0.3, 10, "found"), (0.1, 10, "weak")])
def test_vectors_that_seeds_do_not_agree_on_are_weak_and_say_how_much_text_would_do(
    stability: float, count: int, answer: str
) -> None:
    words = [Association("Career", "attribute", str(number), 0.1, 0.0, count, stability) for number in range(8)]
    verdict = probe_verdict(replace(FOUND, associations=words))
    assert verdict.answer == answer
    if answer == "weak":
        assert "5 times as much text" in verdict.about("vectors")
        assert "1.0 of the ten" in verdict.sentence
