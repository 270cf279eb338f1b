"""Sentences of a text, as bounds into it.

The segmenter is sentencex, which knows the terminators and abbreviations of many languages. Around it: paragraphs
are cut apart first, long ones are read in pieces, and a mark of quotation that is never closed does not swallow the
rest of its paragraph.
"""

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sentencex import get_sentence_boundaries

from skipgram_audit.model.tokens import is_inside_word

_LINE_BREAK = r"(?>\r\n|\r|\n|\x85|\u2028)"
_PARAGRAPH_BREAK = re.compile(rf"{_LINE_BREAK}[^\S\r\n\x85\u2028\u2029]*{_LINE_BREAK}\s*|\u2029")

PIECE = 50_000
"""Code points that are given to the segmenter at once; its time grows with the square of the length."""

LONG_SENTENCE = 1_000
"""A sentence longer than this, with quotation marks in it, is split again as if the marks were not there."""

_QUOTATION_MARKS = str.maketrans(dict.fromkeys("\"'«»‘’‚‛“”„‟‹›「」『』《》", " "))


def sentence_bounds(text: str, language: str) -> npt.NDArray[np.uint32]:
    """Bounds (start, end) of the sentences of a text in code points, uint32 [sentences, 2].

    Sentences are in order and do not overlap; white space around them is left out, and so are empty ones. Every word
    of the text lies in exactly one sentence. A blank line, or Unicode's paragraph separator, always ends a sentence.

    Args:
        text: any text; ``text[start:end]`` is a sentence.
        language: an ISO 639 code; unknown ones get the segmenter's general rules.
    """
    bounds = [
        trimmed
        for paragraph in _paragraphs(text)
        for sentence in _whole_words(text, _sentences(text, *paragraph, language))
        if (trimmed := _trim(text, *sentence)) is not None
    ]
    return np.array(bounds, dtype=np.uint32).reshape(-1, 2)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _PARAGRAPH_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _sentences(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Sentences of text[start:end] that cover it without a gap, in pieces of bounded length.

    The last sentence of a piece may be cut by the piece's end, so the next piece begins with it.
    """
    size = PIECE
    while start < end:
        stop = min(end, start + size)
        found = list(_segment(text, start, stop, language))
        if stop < end and len(found) == 1:
            size *= 2
            continue
        yield from found if stop == end else found[:-1]
        start = stop if stop == end else found[-1][0]
        size = PIECE


def _segment(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    for left, right in _boundaries(text[start:end], language):
        if right - left <= LONG_SENTENCE:
            yield start + left, start + right
            continue
        plain = text[start + left : start + right].translate(_QUOTATION_MARKS)
        for inner_left, inner_right in _boundaries(plain, language):
            yield start + left + inner_left, start + left + inner_right


def _boundaries(piece: str, language: str) -> list[tuple[int, int]]:
    return [(sentence["start_index"], sentence["end_index"]) for sentence in get_sentence_boundaries(language, piece)]


def _whole_words(text: str, sentences: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Joins neighbours whose border would cut a word in two, as a terminator that is a letter of another script can."""
    pending: tuple[int, int] | None = None
    for start, end in sentences:
        if pending is None:
            pending = (start, end)
        elif is_inside_word(text, start):
            pending = (pending[0], end)
        else:
            yield pending
            pending = (start, end)
    if pending is not None:
        yield pending


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
