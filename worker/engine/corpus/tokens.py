"""Words of a text, as Unicode sees letters.

The rule, in full:

* A word is a run of letters, combining marks and digits that begins with a letter or a digit. Everything else
  separates: white space, punctuation, symbols, the underscore, the hyphen.
* Apostrophes separate: ``he's`` is ``he`` and ``s``, ``don't`` is ``don`` and ``t``. So a pronoun counts as a
  pronoun whether or not a verb leans on it, at the price of one-letter words that minimum counts and windows absorb.
* Soft hyphens and zero-width joiners inside a word belong to it, as in Unicode's word boundaries (UAX 29).
* Scripts that are written without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer, Burmese) have one word a
  character, with the marks on it: telling their words apart needs a dictionary, and a wrong one would be a silent
  choice of ours.

A word's *form* is what is counted and looked up: its text in Unicode's composed form (NFC), without soft hyphens, and
case-folded if asked for, so that the same word spelt in two encodings of one character is one word.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import regex

_SPACED = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u00ad\u200c\u200d]*"
_UNSPACED_CLASS = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\uff70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"

_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_WORD = regex.compile(_SPACED)
_WORD_OF_MIXED_SCRIPTS = regex.compile(
    rf"[{_UNSPACED_CLASS}]\p{{M}}*"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNSPACED_CLASS}]][[\p{{L}}\p{{M}}\p{{N}}\u00ad\u200c\u200d]--[{_UNSPACED_CLASS}]]*",
    regex.V1,
)
_MAYBE_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\ua4cf\ua9e0-\uaa7f\uf900-\ufaff\uff66-\uff9f"
    "\U00016fe0-\U0001b16f\U0001f200-\U0001f2ff\U00020000-\U0003ffff]"
)
"""Blocks that hold the unspaced scripts: a cheap look before the slower pattern."""

_SOFT_HYPHEN = "\u00ad"


def token_spans(text: str) -> Iterator[tuple[int, int]]:
    """The words of a text in order, as (start, end) in code points; ``text[start:end]`` is the word as written."""
    return (match.span() for match in _pattern(text).finditer(text))


def tokenize(text: str, casefold: bool) -> list[str]:
    """The forms of a text's words, one for each span of token_spans, in the same order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower() if casefold else text)
    words: list[str] = _pattern(text).findall(text)
    if _SOFT_HYPHEN in text or not unicodedata.is_normalized("NFC", text):
        return [word_form(word, casefold) for word in words]
    return [word.casefold() for word in words] if casefold else words


def word_form(word: str, casefold: bool) -> str:
    """The form under which one word is counted and looked up."""
    if word.isascii():
        return word.lower() if casefold else word
    composed = unicodedata.normalize("NFC", word.replace(_SOFT_HYPHEN, ""))
    return unicodedata.normalize("NFC", composed.casefold()) if casefold else composed


def has_word(text: str) -> bool:
    """Whether there is any word in a text."""
    return _WORD.search(text) is not None


def is_word_character(character: str) -> bool:
    """Whether a character can stand inside a word: a letter, a digit, a mark, or a joiner between them."""
    return character.isalnum() or character in "\u00ad\u200c\u200d" or unicodedata.category(character).startswith("M")


def _pattern(text: str) -> Any:
    if text.isascii():
        return _ASCII_WORD
    return _WORD_OF_MIXED_SCRIPTS if _MAYBE_UNSPACED.search(text) else _WORD
