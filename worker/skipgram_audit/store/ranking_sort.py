"""A ranking in another order than that of ranks: by length, title, id, spread, stability, or a metadata field.

What is sorted by are packed columns, so an order is an array of ranks, made once for each state of corpus and ranking.
A cursor names the rank of a row, whose place in the order is looked up: pages are walked by key, not by offset.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store.columns import Array
from skipgram_audit.store.document_columns import NONE, corpus_columns, ranking_columns
from skipgram_audit.store.models import AuditProbe, DocumentInfluence
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking_filter import FilteredRanking, Filters, RankingTable, RankRange, require_field

FIELD = "field:"
"""Before the name of a metadata field."""


class SortKey(StrEnum):
    """What rows are sorted by; a metadata field is ``field:`` and its name."""

    INFLUENCE = "influence"
    SPREAD = "spread"
    STABILITY = "stability"
    WORDS = "words"
    SENTENCES = "sentences"
    TITLE = "title"
    ID = "id"


_DOCUMENT_COLUMNS = {
    SortKey.WORDS: "words",
    SortKey.SENTENCES: "lengths",
    SortKey.TITLE: "titles",
    SortKey.ID: "identifiers",
}
_RANKING_COLUMNS = {
    SortKey.SPREAD: ("spreads", "sentence_spreads"),
    SortKey.STABILITY: ("stability", "sentence_stability"),
}
_LARGEST_FIRST = (SortKey.INFLUENCE, SortKey.SPREAD, SortKey.STABILITY, SortKey.WORDS, SortKey.SENTENCES)


@dataclass(frozen=True)
class Sort:
    """An order of rows.

    Attributes:
        key: one of SortKey, or ``field:`` and the name of a metadata field.
        descending: the largest first; by influence, the strongest first. Rows without a value are last either way, and
            rows of equal values have the strongest first.
    """

    key: str = SortKey.INFLUENCE
    descending: bool = True

    def __bool__(self) -> bool:
        """Whether the order is another one than that of the ranking."""
        return self != Sort()

    def __str__(self) -> str:
        """As an address writes it."""
        return f"{'-' if self.descending else ''}{self.key}"

    @property
    def field(self) -> str:
        """The metadata field, if any."""
        return self.key.removeprefix(FIELD) if self.key.startswith(FIELD) else ""

    @classmethod
    def parse(cls, text: str) -> "Sort":
        """Inverse of str; nothing is the strongest first.

        Raises:
            InvalidInput: there is no such key.
        """
        if not text:
            return cls()
        key = text.removeprefix("-")
        if key not in list(SortKey) and not key.startswith(FIELD):
            raise InvalidInput(
                f"Rows cannot be sorted by {key[:80]!r}.",
                f"Sort by one of {', '.join(SortKey)}, or by field: and the name of a metadata field. A minus before "
                "it puts the largest first.",
            )
        return cls(key, text.startswith("-"))

    def by(self, key: str) -> "Sort":
        """The order when somebody asks for a column: turned round if it is by that already."""
        return Sort(key, not self.descending if key == self.key else key in _LARGEST_FIRST)

    def parameters(self) -> dict[str, str]:
        """As an address writes them; nothing for the order of the ranking."""
        return {"sort": str(self)} if self else {}


def sorted_ranks(
    session: Session, probe: AuditProbe, ranked: RankingTable, filters: Filters, ranks: RankRange, sort: Sort
) -> npt.NDArray[np.int64]:
    """The ranks of a range that pass the filters, in an order; kept as long as neither documents nor ranking change.

    Raises:
        InvalidInput: the corpus has no such metadata field.
    """
    corpus = corpus_columns(session, probe.audit.corpus)

    def make() -> Array:
        found = FilteredRanking(session, probe, ranked, filters).ranks(ranks)
        found = found[::-1] if ranks.backwards else found
        return found[sorted_order(session, probe, ranked, found, sort)]

    key = ("sorted", corpus.version, ranked.__tablename__, filters, ranks, sort)
    made: npt.NDArray[np.int64] = ranking_columns(session, probe).derived(key, make)
    return made


def sorted_order(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranks: npt.NDArray[np.int64], sort: Sort
) -> npt.NDArray[np.int64]:
    """Indices that put rows, given by their ranks with the strongest first, in an order."""
    if sort.key == SortKey.INFLUENCE:
        order = np.arange(len(ranks))
        return order if sort.descending else order[::-1]
    keys = _keys(session, probe, ranked, ranks, sort)
    absent = keys == NONE if sort.field else np.zeros(len(keys), np.bool_)
    # A stable sort of the rest, so that the strongest of equal ones come first.
    order = np.lexsort((-keys if sort.descending else keys, absent))
    return order


def _keys(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranks: npt.NDArray[np.int64], sort: Sort
) -> npt.NDArray[np.float64]:
    ranking = ranking_columns(session, probe)
    is_documents = ranked is DocumentInfluence
    if sort.key in _RANKING_COLUMNS:
        of_documents, of_sentences = _RANKING_COLUMNS[SortKey(sort.key)]
        return ranking[of_documents if is_documents else of_sentences][ranks - 1].astype(np.float64)
    corpus = probe.audit.corpus
    name = f"order {require_field(corpus, sort.field)}" if sort.field else _DOCUMENT_COLUMNS[SortKey(sort.key)]
    owners = ranking["documents" if is_documents else "sentences"][ranks - 1]
    return corpus_columns(session, corpus)[name][owners].astype(np.float64)


def page_of_order(
    order: npt.NDArray[np.int64], cursor: Cursor | None, size: int
) -> tuple[list[int], str | None, str | None]:
    """The keys of a page of an order in which each occurs once, and the cursors of the pages after and before it."""
    start, stop = 0, size
    if cursor is not None:
        places = np.flatnonzero(order == cursor.key)
        if not len(places):
            return [], None, None
        place = int(places[0])
        start, stop = (max(place - size, 0), place) if cursor.before else (place + 1, place + 1 + size)
    found = [int(key) for key in order[start:stop]]
    if not found:
        return [], None, None
    following = str(Cursor(found[-1])) if start + len(found) < len(order) else None
    preceding = str(Cursor(found[0], before=True)) if start else None
    return found, following, preceding
