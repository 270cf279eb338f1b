"""Texts with known ends of sentences, made from texts whose words were separated by the rules of the Penn Treebank."""

from dataclasses import dataclass, field

TERMINATORS = frozenset((".", "?", "!"))
_CLOSING = frozenset(("''", "\u201d", "\u2019", ")", "]", "}"))
_OPENING = frozenset(("``", "\u201c", "\u2018", "(", "[", "{", "$", "#"))
_JOINED_BEFORE = TERMINATORS | _CLOSING | frozenset((",", ";", ":", "%", "...", "n't"))
_CLITICS = ("'s", "'m", "'re", "'ve", "'ll", "'d", "'S", "'M", "'RE", "'VE", "'LL", "'D")


@dataclass
class GoldText:
    """A text and where its sentences end.

    Attributes:
        text: as people write it.
        ends: numbers of visible characters up to and with the last one of each sentence but the last.
        unclear: places of which nothing is known: after dots of omission, and before a small letter.
    """

    text: str = ""
    ends: set[int] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)


def gold_text(separated: str) -> GoldText:
    """The text of separated words.

    An end is after a terminator that stands by itself, and the closing marks behind it.
    """
    made, pieces = GoldText(), []
    visible, quoted, glued, ended, omitted = 0, False, True, False, False
    for token in separated.split():
        opens = token in _OPENING or (token == '"' and not quoted)
        closes = token in _CLOSING or (token == '"' and quoted)
        if token == '"':
            quoted = not quoted
        if ended and not closes and token not in TERMINATORS:
            # A small letter goes on: “What?” he asked. People cut there or do not.
            (made.unclear if token[0].islower() else made.ends).add(visible)
            ended = False
        if omitted and not closes:
            made.unclear.add(visible)
            omitted = False
        joined = glued or closes or token in _JOINED_BEFORE or token in _CLITICS
        written = {"``": "\u201c", "''": "\u201d"}.get(token, token)
        pieces.append(written if joined else f" {written}")
        visible += len(written)
        glued = opens
        ended = ended or token in TERMINATORS
        omitted = omitted or (set(token) == {"."} and len(token) > 1)
    made.text = "".join(pieces)
    return made


@dataclass
class Counts:
    """What became of known ends, and of the sentences that a segmenter made.

    Attributes:
        right: ends that were found; missed: that were not; false: ends that are none.
        sentences: that were made; of several: of them, those that hold two sentences or more.
        pieces: of them, those that are only a part of one.
    """

    right: int = 0
    missed: int = 0
    false: int = 0
    sentences: int = 0
    of_several: int = 0
    pieces: int = 0

    def add(self, gold: GoldText, bounds: list[tuple[int, int]]) -> None:
        """Counts the sentences of one text."""
        visible = [0]
        for character in gold.text:
            visible.append(visible[-1] + (not character.isspace()))
        total = visible[-1]
        spans = [(visible[start], visible[end]) for start, end in bounds if visible[end] > visible[start]]
        made = {end for _, end in spans} - {total} - gold.unclear
        known = gold.ends - {total} - gold.unclear
        self.right += len(made & known)
        self.missed += len(known - made)
        self.false += len(made - known)
        self.sentences += len(spans)
        self.of_several += sum(any(start < end < stop for end in known) for start, stop in spans)
        edges = known | {0, total} | gold.unclear
        self.pieces += sum(start not in edges or stop not in edges for start, stop in spans)
