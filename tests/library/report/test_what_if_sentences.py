"""What is said of what-ifs: amounts too small for two decimals, and one text or several."""

import pytest

from skipgram_audit.model.what_if import WhatIfAnswer
from skipgram_audit.report.what_if_sentences import lead_sentence, method_sentence, words_sentence


@pytest.mark.parametrize(
    ("share", "amount"), [(0.25, "25.00"), (0.0001, "0.01"), (0.00004, "than 0.01"), (-0.00004, "than 0.01")]
)
def test_no_amount_of_text_is_told_as_nothing(share: float, amount: str) -> None:
    found = words_sentence(share)
    assert amount in found
    assert "0.00" not in found
    assert ("more words" in found) == (share < 0)


def test_text_that_stays_is_not_spoken_of() -> None:
    assert words_sentence(0.0) == ""


@pytest.mark.parametrize(("documents", "texts", "is_set"), [(0, 1, False), (1, 0, False), (2, 0, True), (1, 1, True)])
def test_one_text_is_no_set(documents: int, texts: int, is_set: bool) -> None:
    answer = WhatIfAnswer(method="predicted", documents=documents, share=0.1, probes=[])
    assert ("set" in method_sentence(answer, 0.0, texts)) == is_set


def test_what_cannot_be_confirmed_is_not_to_be_confirmed() -> None:
    answer = WhatIfAnswer(method="predicted", documents=3, share=0.1, probes=[])
    said = [method_sentence(answer, weight, texts) for weight, texts in ((0.0, 0), (0.5, 0), (0.0, 1))]
    assert [("confirm" in one) for one in said] == [True, False, False]


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
