"""Groups of near-duplicate documents: found by the worker once a corpus, kept as a column of it, and ranked.

A group is known by the id of its first document. In a grouped ranking each group is one row, with the sum of its
influences. Rows are in the order of their sums, from the strongest push upwards; a row's *place* counts from 1. A
group is shown by the member that pushes most to the side of the sum. With filters, groups are those of the documents
that pass.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.near_duplicates import DuplicateCounts
from skipgram_audit.store import columns
from skipgram_audit.store.columns import Columns, CorpusColumn, corpus_identity
from skipgram_audit.store.document_columns import CORPUS_KINDS, NONE, corpus_columns, numbers_of, ranking_columns
from skipgram_audit.store.models import AuditProbe, CorpusRow, DocumentInfluence
from skipgram_audit.store.paging import PAGE_SIZE, Cursor, Page
from skipgram_audit.store.ranking import (
    NO_FILTERS,
    NO_SORT,
    RankedDocument,
    Side,
    documents_at,
    page_of_ranks,
    side_range,
)
from skipgram_audit.store.ranking_filter import FilteredRanking, Filters, RankRange
from skipgram_audit.store.ranking_sort import Sort, page_of_order, sorted_order

COLUMN = "duplicates"


def facts_of(session: Session, corpus: CorpusRow) -> DuplicateCounts | None:
    """None when near-duplicates were not looked for, or in other documents than those that are there."""
    return DuplicateCounts(**corpus.near_duplicates) if corpus.near_duplicates and are_known(session, corpus) else None


def write(
    session: Session,
    corpus_id: int,
    document_ids: npt.NDArray[np.int64],
    first: npt.NDArray[Any],
    facts: DuplicateCounts,
) -> None:
    """Stores groups and facts over those that are there; the corpus's other columns must be stored.

    Args:
        document_ids: in the order of ``first``, which is reading order.
        first: the index of the first document of each one's group, -1 for those in none.
    """
    corpus = session.get_one(CorpusRow, corpus_id)
    numbers = np.argsort(np.argsort(document_ids, kind="stable"), kind="stable")
    made = np.full(len(first), NONE, np.int32)
    made[numbers] = np.where(first == NONE, NONE, numbers[first])
    columns.put(session, CorpusColumn, corpus_id, CORPUS_KINDS, corpus_identity(corpus), {COLUMN: made})
    corpus.near_duplicates = asdict(facts)


def groups_column(session: Session, corpus: CorpusRow) -> tuple[Columns, npt.NDArray[np.int32]]:
    """The corpus's columns, and the number of the first document of each document's group.

    Raises:
        Conflict: near-duplicates were not looked for.
    """
    found = corpus_columns(session, corpus)
    if COLUMN not in found:
        raise Conflict(
            f"Near-duplicates were not looked for when the corpus {corpus.name!r} was imported.",
            f"Have them looked for: on the corpus's page, or by POST to /api/v1/corpora/{corpus.id}/near-duplicates.",
        )
    return found, found[COLUMN]


def are_known(session: Session, corpus: CorpusRow) -> bool:
    """Whether near-duplicates were looked for in these documents."""
    return COLUMN in corpus_columns(session, corpus)


def code_of(session: Session, corpus: CorpusRow, group_id: int) -> int:
    """The number of the first document of a group, which is what its members have in the column.

    Raises:
        NotFound: no group has this id.
        Conflict: near-duplicates were not looked for.
    """
    found, groups = groups_column(session, corpus)
    for number in numbers_of(found, np.array([group_id], np.int64)).tolist():
        if groups[number] == number:
            return int(number)
    raise NotFound(
        f"The corpus {corpus.name!r} has no group of near-duplicates {group_id}.", "Open groups from their list."
    )


_ROWS = np.dtype([("code", "<i4"), ("rank", "<i4"), ("influence", "<f8"), ("documents", "<i4"), ("stable", "<i4")])
"""code: as documents are numbered, that of the group or of the document; rank: of the member that is shown; stable: how
many members have an influence of the same sign in every seed."""


@dataclass(frozen=True)
class DuplicateGroup:
    """A group of near-duplicates in a ranking.

    Attributes:
        id: of its first document.
        documents: how many of it the ranking holds.
        influence: their sum.
        stable: how many of them have the same sign in every seed.
        shown: the rank of the member that represents it.
    """

    id: int
    documents: int
    influence: float
    stable: int
    shown: int


class GroupedRanking:
    """The documents of a ranking that pass some filters, near-duplicates grouped.

    Raises:
        Conflict: near-duplicates were not looked for in this corpus.
        InvalidInput: the corpus has no such metadata field.
    """

    def __init__(self, session: Session, probe: AuditProbe, filters: Filters = NO_FILTERS) -> None:
        self._session, self._probe = session, probe
        self._corpus, self._groups = groups_column(session, probe.audit.corpus)
        self._ranking = ranking_columns(session, probe)
        self._filters = filters
        self._rows = self._ranking.derived(("folded", self._corpus.version, filters), self._make_rows)

    def range(self, side: Side) -> RankRange:
        """The places of the rows on one side of zero."""
        influences = self._rows["influence"]
        return side_range(len(influences), int((influences > 0).sum()), int((influences == 0).sum()), side)

    def page(
        self, places: RankRange, cursor: Cursor | None = None, size: int = PAGE_SIZE, sort: Sort = NO_SORT
    ) -> Page[RankedDocument]:
        """The documents that represent the rows of a page; cursors hold places. Another order is that of these
        documents."""
        if sort:
            order, following, preceding = page_of_order(self._sorted(places, sort), cursor, size)
        else:
            unfiltered = FilteredRanking(self._session, self._probe, DocumentInfluence, NO_FILTERS)
            order, following, preceding = page_of_ranks(unfiltered, places, cursor, size)
        ranks = self._rows["rank"][np.array(order, np.int64) - 1].tolist()
        return Page(documents_at(self._session, self._probe, ranks), following, preceding)

    def _sorted(self, places: RankRange, sort: Sort) -> npt.NDArray[np.int64]:
        """The places of a range in an order."""

        def make() -> npt.NDArray[np.int64]:
            found = np.arange(places.first, places.last + 1)
            found = found[::-1] if places.backwards else found
            ranks = self._rows["rank"][found - 1]
            return found[sorted_order(self._session, self._probe, DocumentInfluence, ranks, sort)]

        key = ("folded and sorted", self._corpus.version, self._filters, places, sort)
        return self._ranking.derived(key, make)

    def place_of(self, document_id: int) -> int | None:
        """The place of a document's row; None when neither it nor one of its group passes the filters."""
        found = self._indices(np.array([self._code(document_id)]))
        return int(found[0]) + 1 if len(found) else None

    def places_beside(self, document_id: int, rank: int) -> tuple[int, int]:
        """The places before and after a document's row, or around where it would be."""
        place = self.place_of(document_id)
        if place is not None:
            return place - 1, place + 1
        before = int(np.searchsorted(-self._rows["influence"], -self._ranking["influences"][rank - 1], side="right"))
        return before, before + 1

    def rank_at(self, place: int) -> int:
        """The rank of the document that represents a row."""
        return int(self._rows["rank"][place - 1])

    def groups_among(self, document_ids: Sequence[int]) -> dict[int, DuplicateGroup]:
        """The groups of some documents, by document; those in none are left out."""
        numbers = numbers_of(self._corpus, np.array(document_ids, np.int64))
        codes = self._groups[numbers]
        rows = dict(self._grouped(np.unique(codes[codes != NONE])))
        ids = self._corpus["ids"][numbers].tolist()
        return {one: rows[code] for one, code in zip(ids, codes.tolist(), strict=True) if code in rows}

    def group(self, group_id: int) -> DuplicateGroup:
        """Raises:
        NotFound: no group has this id.
        """
        code = code_of(self._session, self._probe.audit.corpus, group_id)
        return dict(self._grouped(np.array([code])))[code]

    def groups(self, by_size: bool, first: int, count: int) -> list[DuplicateGroup]:
        """Some of the groups, by the size of their summed influence or by how many documents they have."""
        rows = self._rows[self._rows["documents"] > 1]
        key = rows["documents"] if by_size else np.abs(rows["influence"])
        chosen = rows[np.lexsort((rows["rank"], -key))][first : first + count]
        return [self._group(row) for row in chosen]

    def members(self, group_id: int) -> list[int]:
        """The ranks of a group's documents, ascending."""
        code = code_of(self._session, self._probe.audit.corpus, group_id)
        ranks: list[int] = self._ranks[self._groups[self._owners()] == code].tolist()
        return ranks

    def member_ids(self, group_id: int) -> list[int]:
        """The ids of a group's documents."""
        code = code_of(self._session, self._probe.audit.corpus, group_id)
        ids: list[int] = self._corpus["ids"][self._groups == code].tolist()
        return ids

    def document_ids(self, places: RankRange) -> npt.NDArray[np.int64]:
        """All documents of the rows at some places, ascending."""
        codes = self._rows["code"][max(places.first - 1, 0) : max(places.last, 0)]
        owners = self._owners()
        chosen: npt.NDArray[np.int64] = self._corpus["ids"][np.sort(owners[np.isin(self._coded(owners), codes)])]
        return chosen

    def documents(self, places: RankRange) -> int:
        """How many documents the rows at some places hold."""
        return int(self._rows["documents"][max(places.first - 1, 0) : max(places.last, 0)].sum())

    def largest(self) -> float:
        """The largest absolute sum: the scale of bars."""
        ends = self._rows["influence"][[0, -1]] if len(self._rows) else np.zeros(1)
        return float(np.abs(ends).max())

    def _grouped(self, codes: npt.NDArray[Any]) -> list[tuple[int, DuplicateGroup]]:
        return [(int(row["code"]), self._group(row)) for row in self._rows[self._indices(codes)]]

    def _indices(self, codes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Where in the rows these codes are; those of no row are left out."""
        key = ("folded by code", self._corpus.version, self._filters)
        found = self._ranking.derived(key, self._index_of_code)[codes]
        there: npt.NDArray[np.int64] = found[found != NONE].astype(np.int64)
        return there

    def _index_of_code(self) -> npt.NDArray[np.int32]:
        """Where in the rows each code is; NONE for those of no row."""
        index = np.full(len(self._groups), NONE, np.int32)
        index[self._rows["code"]] = np.arange(len(self._rows))
        return index

    def _group(self, row: Any) -> DuplicateGroup:
        return DuplicateGroup(
            int(self._corpus["ids"][row["code"]]),
            int(row["documents"]),
            float(row["influence"]),
            int(row["stable"]),
            int(row["rank"]),
        )

    def _code(self, document_id: int) -> int:
        number = int(numbers_of(self._corpus, np.array([document_id], np.int64))[0])
        return number if self._groups[number] == NONE else int(self._groups[number])

    @cached_property
    def _ranks(self) -> npt.NDArray[np.int64]:
        """Those that pass the filters, ascending."""
        filtered = FilteredRanking(self._session, self._probe, DocumentInfluence, self._filters)
        return filtered.ranks(RankRange(1, self._probe.audit.corpus.document_count))

    def _owners(self) -> npt.NDArray[np.int32]:
        """The number of the document at each rank that passes."""
        owners: npt.NDArray[np.int32] = self._ranking["documents"][self._ranks - 1]
        return owners

    def _coded(self, owners: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return np.where(self._groups[owners] == NONE, owners, self._groups[owners])

    def _make_rows(self) -> npt.NDArray[np.void]:
        ranks, codes = self._ranks, self._coded(self._owners())
        count = len(self._groups)  # Codes are numbers of documents, so sums need no sorting.
        highest, lowest = np.zeros(count, np.int64), np.zeros(count, np.int64)
        lowest[codes] = ranks  # The last one written stays: ranks ascend.
        highest[codes[::-1]] = ranks[::-1]
        own = codes[highest[codes] == ranks]  # Each code once, in the order of its highest rank.
        influences = np.bincount(codes, self._ranking["influences"][ranks - 1], count)[own]
        # Single documents are in order already, which a stable sort takes for what it is.
        order = np.argsort(-influences, kind="stable")
        own, influences = own[order], influences[order]
        rows = np.zeros(len(own), _ROWS)
        rows["code"], rows["influence"] = own, influences
        rows["documents"] = np.bincount(codes, minlength=count)[own]
        rows["stable"] = np.bincount(codes, self._ranking["stability"][ranks - 1] >= 1.0, count)[own]
        rows["rank"] = np.where(influences < 0, lowest[own], highest[own])
        return rows
