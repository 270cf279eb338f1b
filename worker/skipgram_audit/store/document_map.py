"""The map of an audit's documents: places on a square, what they sum to, and what a part of it is about.

Places run from 0 to SIDE, right and down. Drawn by the worker when asked for; see skipgram_audit.auditing.document_map.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store import columns
from skipgram_audit.store.columns import AuditColumn, Columns, audit_identity
from skipgram_audit.store.document_columns import corpus_columns, numbers_of, ranking_columns
from skipgram_audit.store.models import AuditProbe, AuditRow

SIDE = 1_000
CELLS = 50
"""Of the picture, along a side."""

REGIONS = 5
"""Of the table beside it, along a side."""

AROUND = 25
"""From a document to the edges of the part that is around it."""

SHOWN_WORDS = 24
REGION_WORDS = 6
COUNTED_AT_ONCE = 20_000
"""Documents whose words are counted together: their copies stay in the processor's cache."""
KINDS = {"places": "<f4", "typical": "<i4", "vocabulary": "u1"}
"""places: two numbers a document, NaN for those that are not on the map. typical: the same number of words each, by
their places in the vocabulary, -1 where there are fewer. vocabulary: the words, UTF-8, a line each."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MapFacts:
    """How a map was made.

    Attributes:
        seed: whose vectors it shows, and of what was drawn at random.
        placed: documents on the map.
        unplaced: those without any word of the vocabulary.
        fitted: of those placed, the ones whose places were fitted; others lie at the median of their nearest ones.
        seconds: that it took.
    """

    seed: int
    placed: int
    unplaced: int
    fitted: int
    seconds: float


@dataclass(frozen=True)
class Rectangle:
    """A part of the map; its borders belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    def parameters(self) -> dict[str, str]:
        """As an address writes it."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class TypicalWord:
    """A word among the most typical ones of ``here`` documents of a part, and of ``everywhere`` on the whole map."""

    word: str
    here: int
    everywhere: int


@dataclass(frozen=True)
class MapPart:
    """The documents of a part of the map.

    Attributes:
        documents: how many they are; ``raising`` and ``lowering`` have an influence above and below zero.
        influence: their sum.
        ranks: of the documents, the strongest influence first, whatever its sign.
    """

    documents: int
    raising: int
    lowering: int
    influence: float
    ranks: npt.NDArray[np.int64]
    words: list[TypicalWord]


@dataclass(frozen=True)
class Grid:
    """Documents and summed influence of each cell, row by row; int64 and float64 [CELLS, CELLS]."""

    documents: npt.NDArray[np.int64]
    influence: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """One of the squares that the table has a row for.

    Attributes:
        middle: the median place of its documents, right and down.
    """

    rectangle: Rectangle
    documents: int
    influence: float
    words: list[str]
    middle: tuple[float, float]


def facts_of(audit: AuditRow) -> MapFacts | None:
    """None until the map was drawn of the vectors and documents that are there."""
    stored = dict(audit.document_map)
    return MapFacts(**stored) if stored.pop("made_from", "") == audit_identity(audit) else None


def write(
    session: Session,
    audit: AuditRow,
    places: npt.NDArray[np.float32],
    typical: npt.NDArray[np.int32],
    words: tuple[str, ...],
    facts: MapFacts,
) -> None:
    """Stores a map over the one that is there; documents by number (see corpus_columns), [documents, 2] and
    [documents, words of each]. Of the vocabulary only what is typical for a document is kept."""
    used, renumbered = np.unique(typical, return_inverse=True)
    absent = int(used[0] < 0) if len(used) else 0
    vocabulary = "\n".join(words[number] for number in used[absent:].tolist()).encode()
    made: dict[str, npt.NDArray[Any]] = {
        "places": places,
        "typical": renumbered.reshape(typical.shape) - absent,
        "vocabulary": np.frombuffer(vocabulary, np.uint8),
    }
    made_from = audit_identity(audit)
    columns.write(session, AuditColumn, audit.id, KINDS, made_from, made)
    audit.document_map = {"made_from": made_from, **asdict(facts)}


class DocumentMap:
    """The map of an audit, for one of its measured probes.

    Raises:
        Conflict: it was not drawn yet.
    """

    def __init__(self, session: Session, probe: AuditProbe) -> None:
        audit = probe.audit
        self._columns = Columns(session, AuditColumn, audit.id, KINDS, audit_identity(audit))
        if "places" not in self._columns:
            raise Conflict(
                f"The map of the audit {audit.name!r} was not drawn yet.",
                f"Have it drawn: on its page, or by POST to /api/v1/audits/{audit.id}/map.",
            )
        self._places = self._columns["places"].reshape(-1, 2)
        self._ranking = ranking_columns(session, probe)
        self._corpus = corpus_columns(session, audit.corpus)

    def part(self, rectangle: Rectangle) -> MapPart:
        """What lies in a rectangle."""
        inside = self._inside(rectangle)
        ranks = np.flatnonzero(inside[self._ranking["documents"]]) + 1
        influences = self._ranking["influences"][ranks - 1]
        return MapPart(
            documents=len(ranks),
            raising=int((influences > 0).sum()),
            lowering=int((influences < 0).sum()),
            influence=float(influences.sum()),
            ranks=ranks[np.argsort(-np.abs(influences), kind="stable")],
            words=self._typical(inside),
        )

    def document_ids(self, rectangle: Rectangle) -> list[int]:
        """The ids of the documents in a rectangle, ascending."""
        ids: list[int] = self._corpus["ids"][self._inside(rectangle)].tolist()
        return ids

    def grid(self) -> Grid:
        """What each cell of the picture holds."""
        cells = self._columns.derived("cells", lambda: _cell_numbers(self._places, CELLS))
        influence = self._ranking.derived(("cells", self._columns.version), lambda: self._sums(cells, CELLS))
        documents = self._columns.derived("documents", lambda: np.bincount(cells[cells >= 0], minlength=CELLS**2))
        return Grid(documents.reshape(CELLS, CELLS), influence.reshape(CELLS, CELLS))

    def regions(self) -> list[Region]:
        """The squares that hold documents, the strongest sum first, whatever its sign."""
        numbers = self._columns.derived("regions", lambda: _cell_numbers(self._places, REGIONS))
        sums = self._ranking.derived(("regions", self._columns.version), lambda: self._sums(numbers, REGIONS))
        counts = np.bincount(numbers[numbers >= 0], minlength=REGIONS**2)
        words = self._columns.derived("region words", lambda: self._region_words(numbers))
        middles = self._columns.derived("region middles", lambda: self._region_middles(numbers))
        found = [
            Region(
                _square(one),
                int(counts[one]),
                float(sums[one]),
                [self._word(word) for word in words[one].tolist() if word >= 0],
                (float(middles[one, 0]), float(middles[one, 1])),
            )
            for one in np.flatnonzero(counts).tolist()
        ]
        return sorted(found, key=lambda region: -abs(region.influence))

    def place_of(self, document_id: int) -> tuple[float, float] | None:
        """Where a document lies, right and down; None when it is not on the map."""
        [number] = numbers_of(self._corpus, np.array([document_id], np.int64))
        right, down = self._places[number].tolist()
        return None if np.isnan(right) else (right, down)

    def around(self, document_id: int) -> Rectangle | None:
        """The part of the map around a document; None when it is not on the map."""
        place = self.place_of(document_id)
        if place is None:
            return None
        left, top = (max(0, math.floor(middle) - AROUND) for middle in place)
        right, bottom = (min(SIDE, math.ceil(middle) + AROUND) for middle in place)
        return Rectangle(left, top, right, bottom)

    def _inside(self, part: Rectangle) -> Bools:
        """bool [documents], by number."""
        right, down = self._places.T
        inside: Bools = (right >= part.left) & (right <= part.right) & (down >= part.top) & (down <= part.bottom)
        return inside

    def _sums(self, cells: npt.NDArray[np.int32], side: int) -> npt.NDArray[np.float64]:
        owners = cells[self._ranking["documents"]]
        placed = owners >= 0
        return np.bincount(owners[placed], self._ranking["influences"][placed], side**2).astype(np.float64)

    def _typical(self, inside: Bools) -> list[TypicalWord]:
        here = self._holding(inside)
        everywhere = self._everywhere()
        chosen = keywords(here, everywhere, int(inside.sum()), self._placed(), SHOWN_WORDS)
        return [TypicalWord(self._word(one), int(here[one]), int(everywhere[one])) for one in chosen.tolist()]

    def _region_words(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """int32 [regions, REGION_WORDS], -1 where there are fewer."""
        found = np.full((REGIONS**2, REGION_WORDS), -1, np.int32)
        for region in range(REGIONS**2):
            inside = numbers == region
            here = self._holding(inside)
            chosen = keywords(here, self._everywhere(), int(inside.sum()), self._placed(), REGION_WORDS)
            found[region, : len(chosen)] = chosen
        return found

    def _region_middles(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """float64 [regions, 2], the median place of each one's documents; NaN where there are none."""
        found = np.full((REGIONS**2, 2), np.nan)
        for region in np.unique(numbers[numbers >= 0]).tolist():
            found[region] = np.median(self._places[numbers == region], axis=0)
        return found

    def _holding(self, inside: Bools) -> npt.NDArray[np.int64]:
        """How many of some documents have each word among their typical ones."""
        typical = self._columns["typical"].reshape(len(inside), -1)
        counts = np.zeros(len(self._starts()), np.int64)  # Item 0 counts the places, -1, that hold no word.
        chosen = np.flatnonzero(inside)
        for first in range(0, len(chosen), COUNTED_AT_ONCE):
            words = typical[chosen[first : first + COUNTED_AT_ONCE]]
            counts += np.bincount(words.ravel() + 1, minlength=len(counts))
        return counts[1:]

    def _everywhere(self) -> npt.NDArray[np.int64]:
        return self._columns.derived("everywhere", lambda: self._holding(np.isfinite(self._places[:, 0])))

    def _placed(self) -> int:
        return int(np.isfinite(self._places[:, 0]).sum())

    def _starts(self) -> npt.NDArray[np.int64]:
        """Where each word of the vocabulary begins, and one more."""

        def make() -> npt.NDArray[Any]:
            letters = self._columns["vocabulary"]
            return np.concatenate([[0], np.flatnonzero(letters == ord("\n")) + 1, [len(letters) + 1]])

        return self._columns.derived("starts", make)

    def _word(self, number: int) -> str:
        first, last = self._starts()[number : number + 2].tolist()
        return self._columns["vocabulary"][first : last - 1].tobytes().decode()


def _cell_numbers(places: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.int32]:
    """int32 [documents], row by row, of a square cut ``side`` times; -1 for documents that are not on the map."""
    placed = np.isfinite(places[:, 0])
    cells = np.full(len(places), -1, np.int32)
    right, down = np.minimum(places[placed] * (side / SIDE), side - 1).astype(np.int32).T
    cells[placed] = down * side + right
    return cells


def _square(number: int) -> Rectangle:
    """The rectangle of a region of the table."""
    step = SIDE // REGIONS
    top, left = divmod(number, REGIONS)
    return Rectangle(left * step, top * step, (left + 1) * step, (top + 1) * step)


LEAST_DOCUMENTS = 2
"""A word is a keyword when so many documents of the part hold it; in a part of one document, when that one does."""


def keywords(
    here: npt.NDArray[np.int64], everywhere: npt.NDArray[np.int64], documents: int, total: int, most: int
) -> npt.NDArray[np.int64]:
    """The words that are more frequent in a part than on the whole map, by the log-likelihood ratio (Dunning 1993).

    Args:
        here, everywhere: how many documents of the part, and of the map, hold each word.
        documents, total: how many documents there are.
    """
    candidates = np.flatnonzero((here >= min(LEAST_DOCUMENTS, documents)) & (here > 0))
    inside = here[candidates].astype(np.float64)
    outside, without = everywhere[candidates] - inside, documents - inside
    rest = total - documents - outside
    expected = (inside + outside) / max(1, total)
    ratio = _times_log(inside, expected * documents) + _times_log(outside, expected * (total - documents))
    ratio += _times_log(without, (1 - expected) * documents) + _times_log(rest, (1 - expected) * (total - documents))
    more = inside >= expected * documents
    order = np.lexsort((candidates, -inside, -ratio))
    chosen: npt.NDArray[np.int64] = candidates[order[more[order]]][:most]
    return chosen


def _times_log(seen: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """seen * ln(seen / expected), 0 where nothing was seen."""
    result: npt.NDArray[np.float64] = np.zeros_like(seen)
    some = seen > 0
    result[some] = seen[some] * np.log(seen[some] / expected[some])
    return result
