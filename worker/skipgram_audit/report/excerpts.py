"""Short texts in lists, with the words marked that a reader looks for: those of a probe, and those of a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from skipgram_audit.model.tokens import token_spans, word_form

PROBE, HIT, BOTH = "probe", "hit", "both"


@dataclass(frozen=True)
class Mark:
    """text[start:end] is a word to be marked, and why."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class MarkedPiece:
    """A stretch of text; ``kind`` is empty where nothing is marked."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class WordMarker:
    """Finds the words to be marked.

    Attributes:
        probe_words: forms of the probe's words, as the audit counts them.
        phrases: what was searched for: case-folded forms of words that stand one after the other.
        casefold: whether the audit takes He and he as one word.
        language: of the corpus.
    """

    probe_words: frozenset[str]
    phrases: Sequence[tuple[str, ...]]
    casefold: bool
    language: str

    def marks(self, text: str) -> list[Mark]:
        """The words of a text to be marked, in order."""
        spans = list(token_spans(text))
        words = [text[start:end] for start, end in spans]
        own = [word_form(word, self.casefold, self.language) in self.probe_words for word in words]
        hits = self._hits([word_form(word, True, self.language) for word in words]) if self.phrases else set()
        return [
            Mark(*span, BOTH if of_probe and number in hits else PROBE if of_probe else HIT)
            for number, (span, of_probe) in enumerate(zip(spans, own, strict=True))
            if of_probe or number in hits
        ]

    def _hits(self, forms: list[str]) -> set[int]:
        found: set[int] = set()
        for phrase in self.phrases:
            size = len(phrase)
            for first in range(len(forms) - size + 1):
                if tuple(forms[first : first + size]) == phrase:
                    found.update(range(first, first + size))
        return found


def excerpt(text: str, marks: Sequence[Mark], most: int, before: int) -> list[MarkedPiece]:
    """A text cut at its marks; of a long one, the part around the first mark that a search hit, or the first one.

    Args:
        most: characters shown.
        before: of them, those before that mark.
    """
    begin = 0
    if len(text) > most:
        aim = next((mark for mark in marks if mark.kind != PROBE), marks[0] if marks else None)
        begin = max(0, min((aim.start if aim else 0) - before, len(text) - most))
    stop = min(len(text), begin + most)
    shown = [mark for mark in marks if begin <= mark.start and mark.end <= stop]
    pieces = [MarkedPiece("…" if begin else ""), *_pieces(text, shown, begin, stop)]
    pieces.append(MarkedPiece("…" if stop < len(text) else ""))
    return [piece for piece in pieces if piece.text]


def _pieces(text: str, marks: Sequence[Mark], begin: int, stop: int) -> Iterable[MarkedPiece]:
    edges = [(begin, begin, ""), *((mark.start, mark.end, mark.kind) for mark in marks), (stop, stop, "")]
    for (_, left, _), (start, end, kind) in pairwise(edges):
        yield MarkedPiece(text[left:start])
        yield MarkedPiece(text[start:end], kind)
