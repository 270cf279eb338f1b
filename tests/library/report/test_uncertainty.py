from dataclasses import replace

import pytest

from skipgram_audit.model.outcome import LeftOutWord, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.report import uncertainty
from skipgram_audit.report.overview import overview_panels

WORDS = [
    LeftOutWord("X", "target", "john", 1.1, 0.0),
    LeftOutWord("Y", "target", "amy", 0.7, 0.0),
    LeftOutWord("A", "attribute", "office", -0.1, 0.0),
    LeftOutWord("B", "attribute", "home", None, 0.0, "No word of 'B' is in the vocabulary of this corpus."),
]
OUTCOME = ProbeOutcome(
    name="weat-6",
    kind="weat",
    definition=built_in_probes()["weat-6"].model_dump(),
    measured=True,
    score=1.0,
    score_spread=0.1,
    standard_error=0.25,
    p_value=0.01,
    by_seed=[SeedOutcome(1, 0.9, 0.1, 0.01, 1.0), SeedOutcome(2, 1.1, 0.1, 0.01, 1.0)],
    null_scores=[-0.2, 0.4],
    zero_documents=40,
    stable_documents=45,
    left_out=WORDS,
)
UNMEASURED = ProbeOutcome("weat-1", "weat", built_in_probes()["weat-1"].model_dump(), False, "No word of 'Flowers'.")


def test_the_interval_is_1_96_standard_errors_to_either_side() -> None:
    assert uncertainty.interval_of(OUTCOME) == pytest.approx((0.51, 1.49))
    assert uncertainty.interval_reading(OUTCOME) == "+0.51 to +1.49"
    assert uncertainty.interval_of(replace(OUTCOME, standard_error=None)) is None


def test_a_word_carries_the_probe_when_the_score_turns_or_moves_by_more_than_a_quarter() -> None:
    john, amy, office, home = uncertainty.left_out_words(OUTCOME)
    assert (john.carries, john.turns) == (False, False)
    assert john.change == pytest.approx(0.1)
    assert (amy.carries, amy.turns) == (True, False)
    assert (office.carries, office.turns) == (True, True)
    assert (home.carries, home.change) == (False, None)
    assert uncertainty.left_out_reading(OUTCOME) == (
        "Without any one of its words the score is between −0.10 and +1.10. It rests on single words: it turns its "
        "sign without office and it moves by more than 25\u202f% without amy. It cannot be measured without home."
    )


def test_near_zero_no_word_is_marked() -> None:
    near = replace(OUTCOME, score=0.2)
    assert not any(item.carries for item in uncertainty.left_out_words(near))
    assert "within one standard error of neutral" in uncertainty.left_out_reading(near)
    without_error = replace(OUTCOME, score=0.05, standard_error=None)
    assert not any(item.carries for item in uncertainty.left_out_words(without_error))
    assert "within one spread over seeds of neutral" in uncertainty.left_out_reading(without_error)
    steady = replace(OUTCOME, left_out=WORDS[:1])
    assert uncertainty.left_out_reading(steady).endswith(
        "no single word moves it by more than 25\u202f%, none turns its sign."
    )


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([], "Nothing was trained on shuffled text"),
        ([0.1], "is beyond it; 1 shuffle is a rough guide, 39 a test."),
        ([-0.2, 0.4], "scores −0.20 and +0.40: that much"),
        ([-0.2, 0.4], "The score of +1.00 is beyond all of them; 2 shuffles are a rough guide, 39 a test."),
        ([0.5, 1.5], "The score of +1.00 is within that range."),
        ([0.0, 0.1] * 20, "scores +0.05 ± 0.05, from 0.00 to +0.10 over 40 shuffles"),
        ([0.0, 0.1] * 20, "beyond all of them, as chance alone would have it in 5\u202f% of cases at most."),
    ],
)
def test_the_null_is_told_beside_the_score(scores: list[float], said: str) -> None:
    assert said in uncertainty.null_reading(replace(OUTCOME, null_scores=scores))


def test_stable_signs_are_compared_with_chance() -> None:
    assert uncertainty.stability_reading(OUTCOME, 100) == (
        "75\u202f% of the documents with influence have the same sign in all 2 seeds; were their signs chance, "
        "50\u202f% would."
    )
    assert uncertainty.stability_reading(replace(OUTCOME, by_seed=OUTCOME.by_seed[:1]), 100) == ""


def test_everything_in_the_overview_stands_on_one_axis() -> None:
    (panel,) = overview_panels([OUTCOME, UNMEASURED, replace(OUTCOME, name="other", score=-2.0)])
    first, unmeasured, last = panel.rows
    assert [row.number for row in panel.rows] == [1, 2, 3]
    assert unmeasured.score is None
    assert first.score is not None
    assert first.interval is not None
    assert first.null is not None

    def at(value: float) -> float:
        return panel.zero + value * (first.score - panel.zero)  # type: ignore[operator]

    assert first.interval == pytest.approx((at(0.51), at(1.49)))
    assert first.null == pytest.approx((at(-0.2), at(0.4)))
    assert first.seeds == pytest.approx((at(0.9), at(1.1)))
    assert last.interval is not None
    assert panel.left <= last.interval[0] < panel.zero < first.interval[1] <= panel.right
    assert first.y < unmeasured.y < last.y < panel.bottom < panel.height


def test_each_kind_of_probe_has_its_own_axis() -> None:
    other = replace(OUTCOME, kind="mac", score=0.9)
    panels = overview_panels([OUTCOME, other, OUTCOME])
    assert [[row.number for row in panel.rows] for panel in panels] == [[1, 3], [2]]
    assert all(panel.title for panel in panels)
    assert not overview_panels([OUTCOME])[0].title
    assert len(overview_panels([UNMEASURED])[0].rows) == 1


@pytest.mark.parametrize(
    ("score", "null", "weaker"),
    [(-0.44, [-0.91], True), (-0.45, [-0.66, -0.75], True), (0.89, [0.84], False), (0.5, [-0.9], False)],
)
def test_a_score_that_shuffled_text_exceeds_is_never_called_beyond_it(
    score: float, null: list[float], weaker: bool
) -> None:
    said = uncertainty.null_reading(replace(OUTCOME, score=score, null_scores=null))
    assert ("is weaker than that" in said) == weaker
    assert ("is beyond" in said) == (not weaker)
