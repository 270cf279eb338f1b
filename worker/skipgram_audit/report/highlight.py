"""A document's text cut into sentences, and sentences into the tokens that carry influence and the text between."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.outcome import SentencePlace, TokenInfluence
from skipgram_audit.model.tokens import word_form
from skipgram_audit.report.formatting import influence_digits

SENTENCES_SHOWN = 300
"""Longer documents are shown in parts."""

WORDS_SHOWN = 12

WEIGHTS = (0.1, 0.3, 0.6)
"""Shares of the document's strongest token from which a token is underlined, once, twice and thrice as heavily."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: a token with its influence, or what lies between tokens (``influence`` is None).

    Attributes:
        start: of a token, in code points of the document's text.
    """

    text: str
    influence: float | None = None
    weight: int = 0
    start: int = 0


@dataclass(frozen=True)
class HighlightedSentence:
    """A sentence with the text before it that belongs to no sentence; ``place`` is None when its influence is zero."""

    index: int
    before: str
    text: str
    pieces: list[Piece]
    place: SentencePlace | None

    @property
    def influence(self) -> float:
        return self.place.influence if self.place else 0.0


@dataclass(frozen=True)
class HighlightedText:
    """A part of a document.

    Attributes:
        first, last: the sentences shown are first..last, counted from 0, of ``count``.
        after: text behind the last sentence shown that belongs to no sentence.
        largest: the largest absolute influence of any sentence of the whole document: full colour.
    """

    sentences: list[HighlightedSentence]
    first: int
    last: int
    count: int
    after: str
    largest: float

    @property
    def sentence_digits(self) -> int:
        """Decimals of the sentences' influences."""
        places = [sentence.place for sentence in self.sentences if sentence.place]
        return influence_digits((place.influence for place in places), (place.spread for place in places))

    @property
    def word_digits(self) -> int:
        """Decimals of the tokens' influences."""
        return influence_digits(piece.influence for sentence in self.sentences for piece in sentence.pieces)


def highlight(
    text: str,
    bounds: npt.NDArray[np.uint32],
    places: Mapping[int, SentencePlace],
    tokens: Sequence[TokenInfluence],
    first: int = 0,
) -> HighlightedText:
    """Cuts up a document.

    Args:
        text: the whole text.
        bounds: its sentences, shape [sentences, 2].
        places: sentences of non-zero influence by index.
        tokens: tokens of non-zero influence in text order.
        first: the sentence to begin with.
    """
    first = min(max(first, 0), max(len(bounds) - 1, 0))
    last = min(first + SENTENCES_SHOWN, len(bounds)) - 1
    strongest = max((abs(token.influence) for token in tokens), default=0.0)
    starts = [token.start for token in tokens]
    sentences = []
    position = 0 if first == 0 else int(bounds[first - 1][1])
    for index in range(first, last + 1):
        start, end = (int(bound) for bound in bounds[index])
        begin, stop = np.searchsorted(starts, [start, end]).tolist()
        pieces = _pieces(text, start, end, tokens[begin:stop], strongest)
        sentences.append(HighlightedSentence(index, text[position:start], text[start:end], pieces, places.get(index)))
        position = end
    after = text[position:] if last == len(bounds) - 1 else ""
    largest = max((abs(place.influence) for place in places.values()), default=0.0)
    return HighlightedText(sentences, first, last, len(bounds), after, largest)


@dataclass(frozen=True)
class DocumentWord:
    """A word of a document: its tokens that have influence, and their influence together."""

    word: str
    count: int
    influence: float


def strongest_words(
    text: str, tokens: Sequence[TokenInfluence], casefold: bool, language: str, most: int = WORDS_SHOWN
) -> list[DocumentWord]:
    """The words of a whole document that push a score most, whatever their sign.

    Args:
        casefold: take He and he as one word, as the audit did.
        language: of the corpus.
    """
    counts: Counter[str] = Counter()
    sums: defaultdict[str, float] = defaultdict(float)
    for token in tokens:
        word = word_form(text[token.start : token.end], casefold, language)
        counts[word] += 1
        sums[word] += token.influence
    found = [DocumentWord(word, counts[word], influence) for word, influence in sums.items() if influence]
    return sorted(found, key=lambda one: (-abs(one.influence), one.word))[:most]


def _pieces(text: str, start: int, end: int, tokens: Sequence[TokenInfluence], strongest: float) -> list[Piece]:
    pieces = []
    position = start
    for token in tokens:
        weight = sum(abs(token.influence) >= share * strongest for share in WEIGHTS)
        if weight == 0:
            continue
        if token.start > position:
            pieces.append(Piece(text[position : token.start]))
        pieces.append(Piece(text[token.start : token.end], token.influence, weight, token.start))
        position = token.end
    if position < end:
        pieces.append(Piece(text[position:end]))
    return pieces
