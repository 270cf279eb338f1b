"""What a search says: words, phrases, beginnings of words, and alternatives.

A query is terms with blanks between them. All of them must occur.

* ``war`` is a word, ``"the war"`` words that follow each other, compared as the corpus counts them, case-folded.
* ``war*`` is every word that begins so, ``"the war*"`` a phrase whose last word begins so.
* ``war OR battle`` is one term: either must occur. OR is written in capitals and joins the terms beside it, so
  ``war OR battle women`` asks for women, and for war or battle. Small, or in quotation marks, it is a word.
* ``title:`` before a word or a phrase looks for it in titles.

A quotation mark that is not closed goes on to the end. Terms without any word, such as ``!``, are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.tokens import token_spans, tokenize

OR = "OR"
STAR = "*"

_TERM = re.compile(r'(title:)?(?:"([^"]*)(?:"(?:\*(?=\s|$))?|$)|([^\s"]+))')
_EXAMPLE = "Write war OR battle, with a word on each side; put “OR” in quotation marks to search for the word."


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other, by their forms, in the text or in the title of a document.

    Attributes:
        prefix: whether the last word may go on.
    """

    words: tuple[str, ...]
    column: str = "text"
    prefix: bool = False

    def fits(self, forms: list[str], first: int) -> bool:
        """Whether the phrase stands at a place among the forms of a text's words."""
        found, last = tuple(forms[first : first + len(self.words)]), self.words[-1]
        if not self.prefix:
            return found == self.words
        return len(found) == len(self.words) and found[:-1] == self.words[:-1] and found[-1].startswith(last)


Clause = tuple[Phrase, ...]
"""Phrases of which one must occur."""


def parse_query(query: str, language: str) -> list[Clause]:
    """The clauses of a query, each of which must hold; terms without any word are left out.

    Args:
        language: of the corpus; it decides about case.

    Raises:
        InvalidInput: OR without a word on both sides, or a star anywhere but at the end of a word.
    """
    clauses: list[list[Phrase]] = []
    joined = False
    has_left = False
    for term in _terms(query):
        if term.text == OR:
            if not has_left or joined:
                raise InvalidInput("OR stands between two words.", _EXAMPLE)
            joined = True
            continue
        phrase = term.phrase(language)
        if joined and phrase is None:
            raise InvalidInput(f"{term.text[:80]!r} beside OR has no word in it.", _EXAMPLE)
        if joined and phrase:
            clauses[-1].append(phrase)
        elif phrase:
            clauses.append([phrase])
        joined, has_left = False, phrase is not None
    if joined:
        raise InvalidInput("OR stands between two words.", _EXAMPLE)
    return [tuple(clause) for clause in clauses]


def wanted_phrases(query: str, language: str) -> list[Phrase]:
    """What a search looks for in texts, for marking it there; nothing where the query could not be read."""
    try:
        clauses = parse_query(query, language)
    except InvalidInput:
        return []
    return [phrase for clause in clauses for phrase in clause if phrase.column == "text"]


@dataclass(frozen=True)
class _Term:
    """A term as written.

    Attributes:
        text: without ``title:``; a quoted one with its marks.
        inside: what was quoted, or the text itself.
    """

    text: str
    inside: str
    title: bool
    quoted: bool

    def phrase(self, language: str) -> Phrase | None:
        """Raises InvalidInput for a star that is not at the end of a word."""
        starred = self.text.endswith(STAR) or self.inside.endswith(STAR)
        plain = self.inside.removesuffix(STAR)
        ends = [end for _, end in token_spans(plain)]
        if (starred and (not ends or ends[-1] != len(plain))) or (STAR in plain and not self.quoted):
            raise InvalidInput(
                f"The star in {self.text[:80]!r} is not at the end of a word.",
                "Write war* for words that begin with war; a star elsewhere has no meaning.",
            )
        words = tuple(tokenize(plain, casefold=True, language=language))
        return Phrase(words, "title" if self.title else "text", starred) if words else None


def _terms(query: str) -> Iterator[_Term]:
    for found in _TERM.finditer(query):
        title, quoted, word = found.groups()
        text = found[0].removeprefix(title or "")
        yield _Term(text, quoted if word is None else word, bool(title), word is None)
