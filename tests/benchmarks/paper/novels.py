"""Universes of characters: ten novels of five authors, six names each, and the score of a name.

A name stands for one character: it is frequent in its universe, hardly occurs elsewhere, and nearly always has a
capital letter. The names were chosen by hand among those of which this is so.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zstandard

from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.tokens import token_spans

FEWEST, OWN_SHARE, CAPITAL_SHARE = 40, 0.95, 0.95
"""Of a name: occurrences in its universe, and the shares of all its occurrences that are there, or have a capital."""


@dataclass(frozen=True)
class Universe:
    """Novels with the same characters, and names of six of them."""

    author: str
    books: tuple[str, ...]
    names: tuple[str, ...]


UNIVERSES = {
    "Avonlea": Universe(
        "Lucy Maud Montgomery",
        ("Anne of Avonlea", "Anne's House of Dreams"),
        ("gilbert", "leslie", "marilla", "davy", "cornelia", "diana"),
    ),
    "Jeeves": Universe(
        "P.G. Wodehouse",
        ("The Inimitable Jeeves", "My Man Jeeves"),
        ("jeeves", "bingo", "bertie", "eustace", "claude", "steggles"),
    ),
    "The Secret Garden": Universe(
        "Frances Hodgson Burnett",
        ("The Secret Garden",),
        ("colin", "dickon", "martha", "medlock", "craven", "weatherstaff"),
    ),
    "A Little Princess": Universe(
        "Frances Hodgson Burnett",
        ("A Little Princess",),
        ("sara", "minchin", "becky", "ermengarde", "lottie", "lavinia"),
    ),
    "Persuasion": Universe(
        "Jane Austen", ("Persuasion",), ("wentworth", "musgrove", "harville", "henrietta", "benwick", "croft")
    ),
    "Sense and Sensibility": Universe(
        "Jane Austen",
        ("Sense and Sensibility",),
        ("elinor", "marianne", "jennings", "willoughby", "brandon", "ferrars"),
    ),
    "Tarzan": Universe(
        "Edgar Rice Burroughs",
        ("The Beasts of Tarzan",),
        ("tarzan", "rokoff", "sheeta", "mugambi", "akut", "paulvitch"),
    ),
    "Mars": Universe(
        "Edgar Rice Burroughs", ("The Gods of Mars",), ("issus", "xodar", "tars", "dejah", "carthoris", "thuvia")
    ),
}
UNIVERSE_OF = {name: universe for universe, one in UNIVERSES.items() for name in one.names}
NAMES = list(UNIVERSE_OF)
LABELS = np.array([list(UNIVERSES).index(UNIVERSE_OF[name]) for name in NAMES])


def documents(path: Path) -> Iterator[dict[str, str]]:
    """The pieces of the chosen novels, with their universe.

    Raises:
        ValueError: the file lacks one of the novels.
    """
    universe_of = {(one.author, book): name for name, one in UNIVERSES.items() for book in one.books}
    missing = set(universe_of)
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            row = json.loads(line)
            book = (row["author"], row["book"])
            if book in universe_of:
                missing.discard(book)
                yield {"id": row["id"], "text": row["text"], "book": row["book"], "universe": universe_of[book]}
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(sorted(book for _, book in missing))}.")


def count_names(rows: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """How often each name occurs in its universe.

    Raises:
        ValueError: a name is rare there, common elsewhere, or also a word in small letters.
    """
    own, everywhere, capital = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        text = row["text"]
        for start, end in token_spans(text):
            name = text[start:end].lower()
            if name in UNIVERSE_OF:
                everywhere[name] += 1
                own[name] += UNIVERSE_OF[name] == row["universe"]
                capital[name] += text[start].isupper()
    for name in NAMES:
        if own[name] < FEWEST or min(own[name] / OWN_SHARE, capital[name] / CAPITAL_SHARE) < everywhere[name]:
            raise ValueError(
                f"The name {name!r} does not stand for one character: it occurs {everywhere[name]} times, {own[name]} "
                f"times in its universe and {capital[name]} times with a capital letter."
            )
    return {name: own[name] for name in NAMES}


def judged_names(counts: Mapping[str, int]) -> list[str]:
    """The rarest name of each universe."""
    return [min(one.names, key=lambda name: counts[name]) for one in UNIVERSES.values()]


def membership_probe(name: str) -> ProbeDefinition:
    """The score of one character."""
    universe = UNIVERSE_OF[name]
    own = [one for one in UNIVERSES[universe].names if one != name]
    others = [one for one in NAMES if UNIVERSE_OF[one] != universe]
    return ProbeDefinition(
        name=name, kind="membership", targets={name: [name]}, attributes={universe: own, "Other universes": others}
    )
