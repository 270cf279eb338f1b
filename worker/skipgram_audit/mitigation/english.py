"""English her, hers, his and him, each with one counterpart or two.

    him -> her        hers -> his        his -> her (before its noun) or hers        her -> his (before its noun) or him

Which of two it is depends on the grammar of the sentence. Two ways to decide:

The *rule* looks at the word that follows. The word is a determiner ("her book") unless nothing follows in the sentence,
or punctuation does, or a word that hardly begins a noun phrase after a determiner: a preposition, an article, a
conjunction, a pronoun, an auxiliary, or an adverb of a short list. Words in -ly, and a few more adverbs, may do either
("her newly found brother", "followed her closely"): there the word after them decides. "his or her" and "her and his"
are as the second of the two. The rule errs mostly where an adjective, a verb or a name follows an object ("made her
happy", "heard her tell", "told her Tom").

The *tagger* is HanTa (Wartena 2019, https://github.com/wartena/HanTa), a hidden Markov model over words and their
endings: "her" is a determiner where it is tagged DPS and no punctuation follows. It tags every "his" DPS, so "his" is
decided by the rule.

How often they err is measured in docs/benchmarks/rewriting.md.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from skipgram_audit.model.errors import InvalidInput

UNAMBIGUOUS = {"him": "her", "hers": "his"}
_DETERMINER, _ALONE = {"her": "his", "his": "her"}, {"her": "him", "his": "hers"}

_JOINED = frozenset(("and", "or"))
_POSSESSIVES = frozenset(("his", "her", "their", "my", "your", "our", "its"))

_CLOSED = """
    a an the this that these those some any each every no all both such another
    i me you he him she it we us they them myself yourself himself herself itself ourselves themselves
    my your our their its hers his her mine yours ours theirs who whom whose which what when where why how whether
    about above across after against along among around as at before behind below beneath beside between beyond by
    despite down during except for from in inside into like near of off on onto out outside over since than
    through throughout till to toward towards under until up upon with within without
    and or but nor so yet because although though if unless while
    am is are was were be been has have had do does did would shall should can could may might must not
    again ahead alone also always anymore anyway apart aside away else even ever everywhere forever forward further
    here how however immediately instead just never nor often perhaps quite rather really simply sometimes straight
    there therefore together today tomorrow tonight too twice usually well yesterday
    """
NO_NOUN_PHRASE = frozenset(_CLOSED.split())
"""Words that hardly begin what a determiner belongs to."""


EITHER = frozenset(("already", "later", "now", "once", "only", "soon", "still", "then"))
"""Adverbs that may begin what a determiner belongs to, as words in -ly may."""

_AFTER_BACK = frozenset(("to", "from", "into", "in", "home", "and", "up", "down"))
"""What follows "her back" where back is an adverb: brought her back to life."""

_NOUNS_IN_LY = frozenset(
    ("ally", "assembly", "belly", "bully", "family", "fly", "jelly", "lily", "monopoly", "reply", "rally", "supply")
)


def counterpart(word: str, determiner: bool) -> str:
    """What her, hers, his or him becomes."""
    return UNAMBIGUOUS.get(word) or (_DETERMINER if determiner else _ALONE)[word]


def is_ambiguous(word: str) -> bool:
    """Whether the grammar decides."""
    return word in _DETERMINER


def is_determiner(forms: Sequence[str], gaps: Sequence[str], number: int) -> bool:
    """The rule: whether the word of this number stands before its noun.

    Args:
        forms: the words of a sentence, in lower case.
        gaps: what lies behind each.
    """
    following = number + 1
    if following == len(forms) or not goes_on(gaps[number]):
        return False
    word = forms[following]
    after = following + 1
    if word == "back":
        return after == len(forms) or forms[after] not in _AFTER_BACK
    if word in EITHER or (word.endswith("ly") and word not in _NOUNS_IN_LY):
        return after < len(forms) and goes_on(gaps[following]) and forms[after] not in NO_NOUN_PHRASE
    if word in _JOINED and after < len(forms) and forms[after] in _POSSESSIVES:
        return is_determiner(forms, gaps, after)
    return word not in NO_NOUN_PHRASE


def goes_on(gap: str) -> bool:
    """Whether no punctuation lies in a gap between two words but an opening mark of quotation, or a hyphen."""
    return not gap.strip(" \t\r\n-‑") or re.fullmatch(r"\s+[\"'`“‘«_*(]+", gap) is not None


class Tagger:
    """HanTa's model of English.

    Raises:
        InvalidInput: it is not installed.
    """

    def __init__(self) -> None:
        self._tagger = _hanta()

    def is_determiner(self, words: Sequence[str], number: int) -> bool:
        """Whether "her" stands before its noun, if no punctuation follows it.

        Args:
            words: the words of a sentence as written, with the punctuation between them as words of their own.
            number: of the "her" among them.
        """
        return bool(self._tagger.tag_sent(list(words))[number][2] == "DPS")


def tagger_is_there() -> bool:
    """Whether HanTa is installed."""
    import importlib.util

    return importlib.util.find_spec("HanTa") is not None


@cache
def _hanta() -> Any:
    if not tagger_is_there():
        raise InvalidInput(
            "The part-of-speech tagger HanTa is not installed.",
            "Install it (pip install 'skipgram-audit[tagger]'), or decide by the word that follows: grammar rule.",
        )
    from HanTa.HanoverTagger import HanoverTagger

    return HanoverTagger("morphmodel_en.pgz")
