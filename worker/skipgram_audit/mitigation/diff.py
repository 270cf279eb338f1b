"""What a rewriting changes in a text, word by word, for people: only the sentences with a change, in pieces."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from skipgram_audit.mitigation.rewriting import Bounds, Change
from skipgram_audit.model.outcome import STATED


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence: as it stays, or a change.

    Attributes:
        text: as it is in the original.
        after: what takes its place; None where it stays.
        start: where the change begins in the text, which names it.
        why: of a change.
        undone: whether the change is proposed, but not made.
    """

    __pydantic_config__ = STATED

    text: str
    after: str | None = None
    start: int = 0
    why: str = ""
    undone: bool = False


@dataclass(frozen=True)
class ChangedSentence:
    """A sentence with its changes; its number counts from 1."""

    number: int
    pieces: tuple[Piece, ...]


def changed_sentences(
    text: str, bounds: Bounds, changes: Sequence[Change], undone: Collection[int] = ()
) -> Iterator[ChangedSentence]:
    """The sentences of a text in which something changes, in order.

    Args:
        changes: all that are proposed, in the order of the text.
        undone: where those begin that are not made.
    """
    number = 0
    while number < len(changes):
        sentence = changes[number].sentence
        first, last = bounds[sentence].tolist()
        pieces, position = [], first
        while number < len(changes) and changes[number].sentence == sentence:
            change = changes[number]
            if change.start > position:
                pieces.append(Piece(text[position : change.start]))
            shown = text[change.start : min(change.end, last)]
            pieces.append(Piece(shown, change.after, change.start, change.why, change.start in undone))
            position, number = change.end, number + 1
        if position < last:
            pieces.append(Piece(text[position:last]))
        yield ChangedSentence(sentence + 1, tuple(pieces))
