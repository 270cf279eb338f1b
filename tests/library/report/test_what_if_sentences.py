"""What is said of what-ifs: amounts too small for two decimals, and one text or several."""

import pytest

from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.report.what_if_sentences import (
    FAR_AWAY,
    lead_sentence,
    method_sentence,
    misled_sentence,
    trust_sentence,
    words_sentence,
)


@pytest.mark.parametrize(
    ("share", "amount"), [(0.25, "25.00"), (0.0001, "0.01"), (0.00004, "than 0.01"), (-0.00004, "than 0.01")]
)
def test_no_amount_of_text_is_told_as_nothing(share: float, amount: str) -> None:
    found = words_sentence(share)
    assert amount in found
    assert "0.00" not in found
    assert ("more words" in found) == (share < 0)


@pytest.mark.parametrize(("error", "told"), [(0.012, "0.01"), (0.004, "less than 0.01"), (0.0, "less than 0.01")])
def test_no_answer_is_off_by_nothing(error: float, told: str) -> None:
    one = WhatIfScore(probe="a", kind="weat", before=1.0, after=0.9, low=0.8, high=1.0, error_like=error, sets_like=3)
    assert f"Off by {told} " in trust_sentence(one, None, 2)


def test_text_that_stays_is_not_spoken_of() -> None:
    assert words_sentence(0.0) == ""


@pytest.mark.parametrize(("documents", "texts", "is_set"), [(0, 1, False), (1, 0, False), (2, 0, True), (1, 1, True)])
def test_one_text_is_no_set(documents: int, texts: int, is_set: bool) -> None:
    answer = WhatIfAnswer(method="predicted", documents=documents, share=0.1, probes=[])
    assert ("set" in method_sentence(answer, 0.0, texts)) == is_set


def test_what_cannot_be_confirmed_is_not_to_be_confirmed() -> None:
    answer = WhatIfAnswer(method="predicted", documents=3, share=0.1, probes=[])
    said = [method_sentence(answer, weight, texts) for weight, texts in ((0.0, 0), (0.5, 0), (0.0, 1), (2.0, 0))]
    assert [("confirm" in one) for one in said] == [True, False, True, True]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((3, 0.0, 0), ["Without them"]),
        ((1, 0.5, 0), ["With it", "0.5"]),
        ((3, 0.0, 2), ["Without them", "texts added"]),
    ],
)
def test_the_lead_names_all_that_is_asked(asked: tuple[int, float, int], words: list[str]) -> None:
    assert all(word in lead_sentence(*asked) for word in words)


@pytest.mark.parametrize(
    ("first_order", "predicted", "actual", "misled"),
    [
        (0.009, 0.3, None, True), (-0.009, 0.3, None, False), (-0.009, 0.3, 0.2, True), (0.0, 0.3, None, False),
        (-0.009, None, None, False), (0.009, None, None, True),
        (0.009, 0.476, None, False), (0.009, 0.474, None, True), (-0.009, 0.51, 0.02, False),
        (-0.009, 0.51, 0.03, True),
    ],
)  # fmt: skip
def test_a_set_that_does_the_opposite_of_its_sum_is_told(
    first_order: float, predicted: float | None, actual: float | None, misled: bool
) -> None:
    """The score is 0.5; the answer at once is 0.45, and the estimator's prediction comes before it."""
    one = WhatIfScore(probe="mine", kind="weat", before=0.5, after=0.45, first_order=first_order)
    assert bool(misled_sentence(one, predicted, True, actual)) == misled


@pytest.mark.parametrize("method", ["predicted", "sum", "calibrated"])
def test_most_of_the_text_is_said_to_be_far_from_the_corpus(method: str) -> None:
    near, far = (
        method_sentence(WhatIfAnswer(method=method, documents=3, share=share, probes=[]), 0.0, 0)
        for share in (0.49, 0.51)
    )
    assert FAR_AWAY not in near
    assert FAR_AWAY in far
