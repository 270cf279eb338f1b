"""Words of a text, as Unicode sees letters: which characters make a word, and under which form the word is counted.

Everything that names a word uses this module: corpora, probes, searches, models trained elsewhere. So a word
is found wherever it is counted.

Which characters make a word:

* A word is a run of letters, combining marks and digits that begins with a letter or a digit. Everything else
  separates: white space, punctuation, symbols, the underscore, the hyphen.
* Apostrophes separate: ``he's`` is ``he`` and ``s``, ``don't`` is ``don`` and ``t``. So a pronoun counts as a
  pronoun whether or not a verb leans on it, at the price of one-letter words that minimum counts and windows absorb.
* Characters that nobody sees (Unicode's Default_Ignorable_Code_Point: soft hyphens, zero-width spaces and joiners, byte
  order marks, direction marks, variation selectors) neither end a word nor belong to it, as in Unicode's word
  boundaries (UAX 29). One exception: a zero-width space separates words in the scripts of South East Asia that
  write it between words.
* Scripts that are written without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer, Burmese) have one word a
  character, with the marks on it: telling their words apart needs a dictionary, and a wrong one would be a silent
  choice of ours.

A word's *form* is what is counted and looked up: its text without the characters that nobody sees, case-folded if asked
for, and composed (NFC) after that. Forms are fixed: the form of a form is itself, and a form is one word.

* Joiners stay where the script needs them, by the rule for identifiers (UAX 31, A1, A2 and B): a non-joiner between two
  letters that it keeps from connecting (Persian), and either joiner after or before a virama (Indic scripts). A joiner
  before a virama is ours: Bengali tells two clusters apart by it. Other joiners, and those at a word's edge, go; but a
  joiner after a last virama makes another letter (Malayalam's chillu) and stays.
* Case follows the language of the corpus: in Turkish and Azerbaijani ``I`` is the capital of ``ı``, and ``İ`` of ``i``;
  there and in Lithuanian a dot that is written over ``i`` is the one that it has anyway.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Any

import regex

DEFAULT_LANGUAGE = "en"

LANGUAGE_CODE = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*"
"""The form of an ISO 639 code, with or without a region."""

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\uff70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_ZERO_WIDTH_SPACED = (
    r"\p{Tai_Tham}\p{New_Tai_Lue}\p{Tai_Le}\p{Tai_Viet}\p{Ahom}\p{Javanese}\p{Balinese}\p{Cham}"
    r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
)
_FILLERS = r"\u115f\u1160"
"""Invisible, but letters: syllables of old Hangul are not written without them."""

_HIDDEN = rf"\p{{Default_Ignorable_Code_Point}}--[{_FILLERS}]"
_ZERO_WIDTH_SPACE = rf"\u200b(?<![{_ZERO_WIDTH_SPACED}]\u200b)(?![{_ZERO_WIDTH_SPACED}])"
_IGNORED = rf"(?:[{_HIDDEN}--\u200b]|{_ZERO_WIDTH_SPACE})"
_BEGINS = rf"[\p{{L}}\p{{N}}]--[{_HIDDEN}]"
_CONTINUES = rf"[\p{{L}}\p{{M}}\p{{N}}]--[{_HIDDEN}]"
_CONTINUES_SPACED = rf"[{_CONTINUES}]--[[{_UNSPACED}]--\p{{M}}]"
_MARK = rf"[\p{{M}}--[{_HIDDEN}]]"
_VIRAMA = rf"[\p{{Canonical_Combining_Class=9}}--[{_UNSPACED}]]"
_LAST_JOINER = rf"(?:\u200d(?<={_VIRAMA}{_MARK}*\u200d))?+"


def _compiled(pattern: str) -> Any:
    return regex.compile(pattern, regex.V1)


_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_WORD = _compiled(rf"[{_BEGINS}][{_CONTINUES}]*+(?:{_IGNORED}++[{_CONTINUES}]++)*+{_LAST_JOINER}")
_WORD_OF_MIXED_SCRIPTS = _compiled(
    rf"[[{_BEGINS}]&&[{_UNSPACED}]](?:{_IGNORED}*+{_MARK}++)*+"
    rf"|[[{_BEGINS}]--[{_UNSPACED}]][{_CONTINUES_SPACED}]*+(?:{_IGNORED}++[{_CONTINUES_SPACED}]++)*+{_LAST_JOINER}"
)
_VISIBLE_WORD = _compiled(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*+")
_VISIBLE_WORD_OF_MIXED_SCRIPTS = _compiled(
    rf"[[\p{{L}}\p{{N}}]&&[{_UNSPACED}]]\p{{M}}*+"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNSPACED}]][[\p{{L}}\p{{N}}\p{{M}}]--[[{_UNSPACED}]--\p{{M}}]]*+"
)
"""The same two for texts without a hidden character, which most are: twice as fast."""

_MAYBE_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MAYBE_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\ua4cf\ua9e0-\uaa7f\uf900-\ufaff\uff66-\uff9f"
    "\U00016fe0-\U0001b16f\U0001f200-\U0001f2ff\U00020000-\U0003ffff]"
)
"""Blocks that hold the unspaced scripts: a cheap look before the slower pattern."""

_UNSPACED_CHARACTER = _compiled(f"[{_UNSPACED}]")
_BEGINNING = _compiled(f"[{_BEGINS}]")
_INSIDE = _compiled(
    rf"(?<=[{_CONTINUES}]{_IGNORED}*)(?={_IGNORED}*[{_CONTINUES}])|(?<={_VIRAMA}{_MARK}*{_IGNORED}*)(?={_IGNORED}*\u200d)"
)

_NEVER_COUNTED = _compiled(rf"[{_HIDDEN}--[\u200b-\u200d]]|{_ZERO_WIDTH_SPACE}")
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]*")
_CONNECTS_ONWARDS = r"[\p{Joining_Type=Left_Joining}\p{Joining_Type=Dual_Joining}]\p{Joining_Type=Transparent}*"
_CONNECTS_BACK = r"\p{Joining_Type=Transparent}*[\p{Joining_Type=Right_Joining}\p{Joining_Type=Dual_Joining}]"
_AFTER_VIRAMA = rf"(?<=\p{{L}}{_MARK}*{_VIRAMA}{_MARK}*)"
_JOINER = _compiled(
    rf"(?<={_CONNECTS_ONWARDS})(?P<kept>\u200c)(?={_CONNECTS_BACK})"
    rf"|{_AFTER_VIRAMA}(?P<kept>\u200c)(?={_MARK}*\p{{L}})"
    rf"|{_AFTER_VIRAMA}(?P<kept>\u200d)(?!\p{{Indic_Syllabic_Category=Vowel_Dependent}})"
    rf"|(?<=\p{{L}}{_MARK}*)(?P<kept>[\u200c\u200d])(?={_VIRAMA}{_MARK}*\p{{L}})"
    r"|[\u200c\u200d]"
)

_BELOW = r"(?:(?![\p{Canonical_Combining_Class=0}\p{Canonical_Combining_Class=230}])\p{M})*"
_DOTTED_CAPITAL = _compiled(rf"I({_BELOW})\u0307")

_FORMS_KEPT = 2**17
_LONGEST_KEPT = 64


class _CaseRules(Enum):
    """Languages whose case differs from Unicode's general folding (SpecialCasing.txt)."""

    GENERAL = ()
    DOTLESS = ("tr", "tur", "az", "aze")
    DOTTED = ("lt", "lit")


_OWN_DOT = {
    _CaseRules.DOTLESS: _compiled(rf"(i)({_BELOW})\u0307+"),
    _CaseRules.DOTTED: _compiled(rf"([ij])({_BELOW})\u0307+"),
}
"""A letter whose dot is written once more."""


def token_spans(text: str) -> Iterator[tuple[int, int]]:
    """The words of a text in order, as (start, end) in code points; ``text[start:end]`` is the word as written."""
    return (match.span() for match in _pattern(text).finditer(text))


def tokenize(text: str, casefold: bool, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The forms of a text's words, one for each span of token_spans, in the same order.

    Args:
        casefold: take He and he as one word.
        language: an ISO 639 code, with or without a region; it decides about case.
    """
    rules = _case_rules(language)
    if text.isascii() and not (casefold and rules is _CaseRules.DOTLESS):
        return _ASCII_WORD.findall(text.lower() if casefold else text)
    return list(map(_forms(casefold, rules).__getitem__, _pattern(text).findall(text)))


def word_form(word: str, casefold: bool, language: str = DEFAULT_LANGUAGE) -> str:
    """The form under which one word is counted and looked up; see tokenize."""
    return _forms(casefold, _case_rules(language))[word]


def word_forms(words: Iterable[str], casefold: bool, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The forms of many words, in their order; see tokenize."""
    return list(map(_forms(casefold, _case_rules(language)).__getitem__, words))


def is_one_word(text: str) -> bool:
    """Whether a text is a word, whole: only then can its form be found in a corpus."""
    return tokenize(text, casefold=False) == [word_form(text, casefold=False)]


def has_word(text: str) -> bool:
    """Whether there is any word in a text."""
    return _BEGINNING.search(text) is not None


def is_inside_word(text: str, position: int) -> bool:
    """Whether a cut of the text before this code point could cut a word."""
    return _INSIDE.match(text, position) is not None


class _Forms(dict[str, str]):
    """Words as written -> forms. Texts repeat their words, so most are looked up instead of made."""

    def __init__(self, casefold: bool, rules: _CaseRules) -> None:
        super().__init__()
        self._casefold, self._rules = casefold, rules

    def __missing__(self, word: str) -> str:
        form = _form(word, self._casefold, self._rules)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _FORMS_KEPT:
                self.clear()
            self[word] = form
        return form


@lru_cache
def _forms(casefold: bool, rules: _CaseRules) -> _Forms:
    return _Forms(casefold, rules)


@lru_cache
def _case_rules(language: str) -> _CaseRules:
    primary = re.split("[-_]", language.lower())[0]
    return next((rules for rules in _CaseRules if primary in rules.value), _CaseRules.GENERAL)


def _form(word: str, casefold: bool, rules: _CaseRules) -> str:
    if word.isascii() and rules is not _CaseRules.DOTLESS:
        return word.lower() if casefold else word
    if _MAYBE_HIDDEN.search(word):
        word = _NEVER_COUNTED.sub("", word)
    # Apart, so that marks are in their order and folding sees each letter (Unicode's canonical caseless match, D145).
    apart = unicodedata.normalize("NFD", word)
    if "\u200c" in apart or "\u200d" in apart:
        shortened = _JOINER.sub(lambda match: match["kept"] or "", _JOINERS.sub(r"\1", apart))
        apart = unicodedata.normalize("NFD", shortened)
    # A script without spaces has no case; but the iota under a letter, a mark, would fold to a letter: another word.
    if casefold and not _UNSPACED_CHARACTER.match(apart):
        apart = _folded(apart, rules)
    return unicodedata.normalize("NFC", apart)


def _folded(apart: str, rules: _CaseRules) -> str:
    """A decomposed text, case-folded."""
    if rules is _CaseRules.DOTLESS:
        apart = _DOTTED_CAPITAL.sub(r"i\1", apart).replace("I", "ı")
    folded = apart.casefold()
    return _OWN_DOT[rules].sub(r"\1\2", folded) if rules in _OWN_DOT else folded


def _pattern(text: str) -> Any:
    if text.isascii():
        return _ASCII_WORD
    if _MAYBE_HIDDEN.search(text):
        return _WORD_OF_MIXED_SCRIPTS if _MAYBE_UNSPACED.search(text) else _WORD
    return _VISIBLE_WORD_OF_MIXED_SCRIPTS if _MAYBE_UNSPACED.search(text) else _VISIBLE_WORD
