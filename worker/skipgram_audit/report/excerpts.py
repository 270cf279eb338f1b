"""Short texts in lists, with the words marked that a reader looks for: those of a probe, and those of a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from skipgram_audit.model.search_query import Phrase
from skipgram_audit.model.tokens import token_spans, tokenize

PROBE, HIT, BOTH = "probe", "hit", "both"

_TAGS = {
    "": "{}",
    PROBE: '<strong class="probe-word">{}</strong>',
    HIT: "<mark>{}</mark>",
    BOTH: '<mark><strong class="probe-word">{}</strong></mark>',
}


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
        phrases: what was searched for.
        casefold: whether the audit takes He and he as one word.
        language: of the corpus.
    """

    probe_words: frozenset[str]
    phrases: Sequence[Phrase]
    casefold: bool
    language: str

    def marks(self, text: str) -> list[Mark]:
        """The words of a text to be marked, in order."""
        forms = tokenize(text, self.casefold, self.language)
        own = {number for number, form in enumerate(forms) if form in self.probe_words}
        hits = self._hits(tokenize(text, True, self.language)) if self.phrases else set()
        if not own and not hits:
            return []
        return [
            Mark(*span, (BOTH if number in hits else PROBE) if number in own else HIT)
            for number, span in enumerate(token_spans(text))
            if number in own or number in hits
        ]

    def _hits(self, forms: list[str]) -> set[int]:
        found: set[int] = set()
        for phrase in self.phrases:
            size = len(phrase.words)
            for first in range(len(forms) - size + 1):
                if phrase.fits(forms, first):
                    found.update(range(first, first + size))
        return found


def excerpt(text: str, marks: Sequence[Mark], most: int, before: int) -> list[MarkedPiece]:
    """A text cut at its marks; of a long one, the part around the first mark that a search hit, or the first one.

    A word that lies at an edge of that part is left out whole, where spaces separate words.

    Args:
        most: characters shown.
        before: of them, those before that mark.
    """
    begin, stop = 0, len(text)
    if len(text) > most:
        aim = next((mark for mark in marks if mark.kind != PROBE), marks[0] if marks else None)
        begin = max(0, min((aim.start if aim else 0) - before, len(text) - most))
        stop = min(len(text), begin + most)
        if begin and not text[begin - 1].isspace():
            space = text.find(" ", begin, aim.start if aim else begin)
            begin = space + 1 if space > 0 else begin
        if stop < len(text) and not text[stop].isspace():
            space = text.rfind(" ", aim.end if aim else begin + 1, stop)
            stop = space if space > 0 else stop
    shown = [mark for mark in marks if begin <= mark.start and mark.end <= stop]
    pieces = [MarkedPiece("…" if begin else ""), *_pieces(text, shown, begin, stop)]
    pieces.append(MarkedPiece("…" if stop < len(text) else ""))
    return [piece for piece in pieces if piece.text]


def beginning(text: str, most: int) -> str:
    """How a text begins, on one line: whole words, and an ellipsis where it goes on."""
    return "".join(piece.text for piece in excerpt(" ".join(text.split()), [], most, 0))


def _pieces(text: str, marks: Sequence[Mark], begin: int, stop: int) -> Iterable[MarkedPiece]:
    edges = [(begin, begin, ""), *((mark.start, mark.end, mark.kind) for mark in marks), (stop, stop, "")]
    for (_, left, _), (start, end, kind) in pairwise(edges):
        yield MarkedPiece(text[left:start])
        yield MarkedPiece(text[start:end], kind)


def marked(pieces: Iterable[MarkedPiece]) -> Markup:
    """The pieces as HTML: a probe's words in bold, hits of a search as marks. A loop in a template takes far longer."""
    return Markup("".join(_TAGS[piece.kind].format(escape(piece.text)) for piece in pieces))
