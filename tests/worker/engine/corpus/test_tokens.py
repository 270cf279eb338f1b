"""What counts as a word, and that offsets give back what was counted."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.engine.corpus.tokens import has_word, token_spans, tokenize, word_form

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(" .'’-_\n\u0301\u00ad\u200c\u200déßİ字かเ่한🙂क्ष"),
        st.characters(min_codepoint=32, max_codepoint=126),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He's here; don't go.", ["he", "s", "here", "don", "t", "go"]),
        ("He’s here", ["he", "s", "here"]),
        ("state-of-the-art snake_case", ["state", "of", "the", "art", "snake", "case"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("in 1984, 3.14 m²", ["in", "1984", "3", "14", "m²"]),
        ("Cafe\u0301 Café", ["café", "café"]),
        ("co\u00adoperate cooperate", ["cooperate", "cooperate"]),
        ("我是学生。OK2", ["我", "是", "学", "生", "ok2"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("ที่บ้าน", ["ที่", "บ้", "า", "น"]),
        ("나는 학생이다", ["나는", "학생이다"]),
        ("मैं विद्यार्थी हूँ", ["मैं", "विद्यार्थी", "हूँ"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("👩\u200d🔬 science 🙂", ["science"]),
        ("\u0301 alone", ["alone"]),
        ("", []),
        ("... — !?", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert tokenize(text, casefold=True) == words


def test_case_is_kept_unless_folding_is_asked_for() -> None:
    assert tokenize("He said HE", casefold=False) == ["He", "said", "HE"]
    assert tokenize("Élan ÉLAN", casefold=False) == ["Élan", "ÉLAN"]


@settings(deadline=None)
@given(TEXTS, st.booleans())
def test_spans_give_back_the_tokens(text: str, casefold: bool) -> None:
    spans = list(token_spans(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(left_end <= right_start for (_, left_end), (right_start, _) in pairwise(spans))
    assert [word_form(text[start:end], casefold) for start, end in spans] == tokenize(text, casefold)


@settings(deadline=None)
@given(TEXTS)
def test_no_letter_is_left_out(text: str) -> None:
    covered = {index for start, end in token_spans(text) for index in range(start, end)}
    assert {index for index, character in enumerate(text) if character.isalpha()} <= covered
    assert has_word(text) == bool(covered)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_words_do_not_depend_on_the_text_around_them(left: str, right: str) -> None:
    joined = tokenize(f"{left} . {right}", casefold=True)
    assert joined == tokenize(left, casefold=True) + tokenize(right, casefold=True)
