from dataclasses import replace

import pytest

from skipgram_audit.model.outcome import LeftOutWord, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.report.left_out import left_out_sentence, left_out_words

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


def test_a_word_carries_the_probe_when_the_score_turns_or_moves_by_more_than_a_quarter() -> None:
    john, amy, office, home = left_out_words(OUTCOME)
    assert (john.carries, john.turns) == (False, False)
    assert john.change == pytest.approx(0.1)
    assert (amy.carries, amy.turns) == (True, False)
    assert (office.carries, office.turns) == (True, True)
    assert (home.carries, home.change) == (False, None)
    assert left_out_sentence(OUTCOME) == (
        "Without any one of its words the score is between −0.10 and +1.10. It rests on single words: it turns its "
        "sign without office and it moves by more than 25% without amy. It cannot be measured without home."
    )


def test_near_zero_no_word_is_marked() -> None:
    near = replace(OUTCOME, score=0.2)
    assert not any(item.carries for item in left_out_words(near))
    assert "within one standard error of neutral" in left_out_sentence(near)
    without_error = replace(OUTCOME, score=0.05, standard_error=None)
    assert not any(item.carries for item in left_out_words(without_error))
    assert "within one spread over seeds of neutral" in left_out_sentence(without_error)
    steady = replace(OUTCOME, left_out=WORDS[:1])
    assert left_out_sentence(steady).endswith("no single word moves it by more than 25%, none turns its sign.")
