"""A page of ranked documents as people and programs ask for it: a view, filters, and near-duplicates grouped or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, DocumentInfluence
from skipgram_audit.store.near_duplicates import DuplicateGroup, GroupedRanking
from skipgram_audit.store.paging import PAGE_SIZE, Cursor, Page
from skipgram_audit.store.ranking import NO_SORT, RankedDocument
from skipgram_audit.store.ranking_filter import Filters, RankRange, count_matches
from skipgram_audit.store.ranking_sort import Sort
from skipgram_audit_web.common.views import View, side_of
from skipgram_audit_web.features.near_duplicates.service import groups_of


@dataclass(frozen=True)
class DocumentListing:
    """A page of ranked documents and what is shown around it.

    Attributes:
        ranges: of each view: ranks, or places where near-duplicates are grouped.
        matches: how many rows of each view pass the filters.
        documents: how many documents those rows of the view that is shown hold.
        page: a grouped row is the document that represents it.
        numbers: the place of each row of the page in the whole view, by rank.
        rows: the group that a row represents, by document; empty when nothing is grouped.
        groups: the group that a document is in, by document; both are empty when near-duplicates were not looked for.
        largest: the scale of bars.
    """

    ranges: Mapping[View, RankRange]
    matches: Mapping[View, int]
    documents: int
    page: Page[RankedDocument]
    numbers: Mapping[int, int]
    rows: Mapping[int, DuplicateGroup]
    groups: Mapping[int, DuplicateGroup]
    largest: float

    @property
    def influences(self) -> list[float]:
        """As the rows show them."""
        return [self.rows.get(row.document_id, row).influence for row in self.page.items]

    @property
    def spreads(self) -> list[float]:
        return [row.spread for row in self.page.items]


def list_documents(
    session: Session,
    probe: AuditProbe,
    view: View,
    cursor: Cursor | None,
    filters: Filters,
    size: int = PAGE_SIZE,
    sort: Sort = NO_SORT,
) -> DocumentListing:
    """The documents of a view, the strongest first or in another order.

    Raises:
        Conflict: near-duplicates are to be grouped and were not looked for.
        InvalidInput: the corpus has no such metadata field.
    """
    return (_grouped if filters.group_duplicates else _plain)(session, probe, view, cursor, filters, size, sort)


def _plain(
    session: Session, probe: AuditProbe, view: View, cursor: Cursor | None, filters: Filters, size: int, sort: Sort
) -> DocumentListing:
    corpus = probe.audit.corpus
    ranges = {item: ranking.document_range(probe, corpus, side_of(probe, item)) for item in View}
    page = ranking.document_page(session, probe, ranges[view], cursor, filters, size, sort)
    matches = count_matches(session, probe, DocumentInfluence, ranges, filters)
    return DocumentListing(
        ranges=ranges,
        matches=matches,
        documents=matches[view],
        page=page,
        numbers={row.rank: ranges[view].position(row.rank) for row in page.items},
        rows={},
        groups=groups_of(session, probe, [row.document_id for row in page.items]),
        largest=ranking.largest_influence(session, probe, corpus.document_count),
    )


def _grouped(
    session: Session, probe: AuditProbe, view: View, cursor: Cursor | None, filters: Filters, size: int, sort: Sort
) -> DocumentListing:
    grouped = GroupedRanking(session, probe, filters)
    ranges = {item: grouped.range(side_of(probe, item)) for item in View}
    page = grouped.page(ranges[view], cursor, size, sort)
    ids = [row.document_id for row in page.items]
    places = {row.rank: grouped.place_of(row.document_id) or 0 for row in page.items}
    return DocumentListing(
        ranges=ranges,
        matches={item: len(places) for item, places in ranges.items()},
        documents=grouped.documents(ranges[view]),
        page=page,
        numbers={rank: ranges[view].position(place) for rank, place in places.items()},
        rows=grouped.groups_among(ids),
        groups=groups_of(session, probe, ids),
        largest=grouped.largest(),
    )
