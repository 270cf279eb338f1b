"""What counts as a word, and that offsets give back what was counted."""

import re
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipgram_audit.model.tokens import has_word, is_inside_word, is_one_word, token_spans, tokenize, word_form

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(" .'’-_\n\u0301\u00ad\u200b\u200c\u200d\ufeff\ufe0f\u0345éßİI字かเ่한🙂क्षہیᨠ"),
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
        ("ΪΫ ΐ \u03b9\u0308\u0301 ᾼ ᾳ ᾲ", ["ϊϋ", "ΐ", "ΐ", "αι", "αι", "ὰι"]),
        ("ΛΌΓΟΣ λόγος", ["λόγοσ", "λόγοσ"]),
        ("ﬁn \u1e9e ŉ", ["fin", "ss", "ʼn"]),
        ("ho\u200bs\u2060pi\ufefft\u00ada\u200el\u034f\ufe0f \ufeffhospital\u200b", ["hospital", "hospital"]),
        ("\u200d\u200c\u00ad\ufeff\u200b", []),
        ("葛\U000e0100城 ガ カ\u200d\u3099", ["葛", "城", "ガ", "ガ"]),
        ("ไทย\u200bดี ok\u200bay", ["ไ", "ท", "ย", "ดี", "okay"]),
        ("ᨠᩣ\u200bᨡᩣ", ["ᨠᩣ", "ᨡᩣ"]),
        ("မြန်မာ။ ។ ฯ", ["မြ", "န်", "မာ", "ฯ"]),
        (
            "آماده\u200cسازی کار\u200cگر خواهم\u200c \u200cمی\u200c\u200cشود",
            ["آماده\u200cسازی", "کارگر", "خواهم", "می\u200cشود"],
        ),
        ("क्\u200dष क्\u200cष क\u200dष हि\u200cन्दी हिन्दी\u200d", ["क्\u200dष", "क्\u200cष", "कष", "हिन्दी", "हिन्दी"]),
        ("അവന്\u200d അവന് അവന്\u200c", ["അവന്\u200d", "അവന്", "അവന്"]),
        ("র\u200d্যালি র্যালি", ["র\u200d্যালি", "র্যালি"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert tokenize(text, casefold=True) == words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("tr", "İSTANBUL istanbul i\u0307stanbul I\u0307stanbul", ["istanbul"] * 4),
        ("tr-TR", "ISPARTA Isparta ısparta KADIN", ["ısparta", "ısparta", "ısparta", "kadın"]),
        ("AZ", "I\u0323\u0307 IDI", ["ị", "ıdı"]),
        ("lt", "Í i\u0307\u0301 Į\u0303 į\u0307\u0303 J\u0307 I", ["í", "í", "į\u0303", "į\u0303", "j", "i"]),
        ("en", "İ I i\u0307", ["i\u0307", "i", "i\u0307"]),
    ],
)
def test_case_follows_the_language(language: str, text: str, words: list[str]) -> None:
    assert tokenize(text, True, language) == words
    assert tokenize(text, False, language) == tokenize(text, False)


ASSIGNED = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(character) not in ("Cn", "Co", "Cs")
]
IDEOGRAPHS = re.compile("[\u3400-\u9fff\uac00-\ud7a3\U00017000-\U00018cff\U00020000-\U0002f7ff\U00030000-\U0003ffff]")
"""And syllables: a hundred thousand, one like another, that stand alone in what is tested."""


PART = 5_000


def around(character: str, most: int) -> str:
    """The character between letters, before and after marks, and beside joiners: words and parts of words."""
    contexts = (
        f"a{character}b", f"I{character}\u0307x", f"{character}\u0327\u0345\u0301", f"क्\u200d{character}\u200cیх",
        unicodedata.normalize("NFKD", f"a{character}"),
    )  # fmt: skip
    return " . ".join(contexts[:most])


@pytest.mark.parametrize(("casefold", "language"), [(True, "en"), (False, "en"), (True, "tr"), (True, "lt")])
def test_one_normalisation_holds_for_all_of_unicode(casefold: bool, language: str) -> None:
    """Forms are fixed points and words; they do not depend on how characters are composed."""
    most = 5 if language == "en" else 2  # Joiners and marks are read alike in every language.
    texts = [around(character, most) for character in ASSIGNED if not IDEOGRAPHS.match(character)]
    assert len(texts) > 25_000
    if casefold and language == "en":
        texts += filter(IDEOGRAPHS.match, ASSIGNED)
    # In parts whose forms are all kept at once, each with a script without spaces and a hidden character.
    for first in range(0, len(texts), PART):
        text = " . ".join(["字\u200b", *texts[first : first + PART]])
        found = tokenize(text, casefold, language)
        assert len(found) > PART / 4
        assert [word_form(text[start:end], casefold, language) for start, end in token_spans(text)] == found
        for composed in ("NFC", "NFD"):
            assert tokenize(unicodedata.normalize(composed, text), casefold, language) == found
        forms = list(dict.fromkeys(found))
        assert [word_form(form, casefold, language) for form in forms] == forms
        assert tokenize(" ".join(forms), casefold, language) == forms
        if casefold:
            assert [word_form(word, True, language) for word in tokenize(text, False)] == found


def test_a_character_is_read_alike_whatever_else_a_text_holds() -> None:
    for character in [*map(chr, range(0x3000)), *map(chr, range(0xFE00, 0x10000)), *map(chr, range(0xE0000, 0xE1000))]:
        alone = tokenize(f"aa{character}\u0301b", True)
        for before, words in (("字 . ", ["字"]), ("\u200b . ", []), ("字\u200b . ", ["字"])):
            assert tokenize(f"{before}aa{character}\u0301b", True) == [*words, *alone]


@pytest.mark.parametrize(
    ("text", "one"),
    [("short-term", False), ("new york", False), ("O'Brien", False), ("C++", False), ("医院", False), ("—", False),
     ("", False), ("office", True), ("\ufeffoffice\u200b", True), ("ｆｕｌｌ", True), ("می\u200cخواهم", True)],
)  # fmt: skip
def test_a_text_is_one_word_or_not(text: str, one: bool) -> None:
    assert is_one_word(text) == one


@settings(deadline=None)
@given(TEXTS)
def test_a_cut_inside_a_word_is_known(text: str) -> None:
    inside = {place for start, end in token_spans(text) for place in range(start + 1, end)}
    assert inside <= {place for place in range(len(text)) if is_inside_word(text, place)}
    assert not is_inside_word("end.\ufeffNext", 5)


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
    # Hangul's fillers are letters that nobody sees.
    letters = {index for index, one in enumerate(text) if one.isalpha() and one not in "\u3164\uffa0"}
    assert letters <= covered
    assert has_word(text) == bool(covered)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_words_do_not_depend_on_the_text_around_them(left: str, right: str) -> None:
    joined = tokenize(f"{left} . {right}", casefold=True)
    assert joined == tokenize(left, casefold=True) + tokenize(right, casefold=True)
