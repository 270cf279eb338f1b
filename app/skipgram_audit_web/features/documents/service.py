"""One document: its ranks for all probes, and the documents before and after it in the ranking it was opened from."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.near_duplicates import GroupedRanking
from skipgram_audit.store.ranking import AdjacentDocument, DocumentPlace
from skipgram_audit.store.ranking_filter import Filters, RankRange
from skipgram_audit_web.common.views import View, ranks_of, side_of, view_of


@dataclass(frozen=True)
class AdjacentDocuments:
    """The documents before and after one.

    Attributes:
        view: whose documents they are: the wanted one, unless this document is in another; None for all documents.
    """

    view: View | None
    previous: AdjacentDocument | None
    following: AdjacentDocument | None


def adjacent_documents(
    session: Session,
    probe: AuditProbe,
    document_id: int,
    place: DocumentPlace | None,
    wanted: View | None,
    filters: Filters,
) -> AdjacentDocuments:
    """The documents before and after one, of those that pass the filters; near-duplicates are one step when grouped."""
    if place is None:
        return AdjacentDocuments(wanted, None, None)
    if filters.group_duplicates:
        return _grouped(session, probe, document_id, place, wanted, filters)
    view = None if wanted is None else view_of(probe.audit, probe, place.rank)
    ranks = ranks_of(probe.audit, probe, view)
    return AdjacentDocuments(view, *ranking.neighbours(session, probe, ranks, place.rank, filters))


def _grouped(
    session: Session,
    probe: AuditProbe,
    document_id: int,
    place: DocumentPlace,
    wanted: View | None,
    filters: Filters,
) -> AdjacentDocuments:
    grouped = GroupedRanking(session, probe, filters)
    ranges = {view: grouped.range(side_of(probe, view)) for view in View}
    here = grouped.place_of(document_id)
    view = wanted and next((one for one in View if here in ranges[one]), view_of(probe.audit, probe, place.rank))
    all_ranks = RankRange(1, sum(len(ranks) for ranks in ranges.values()))
    ranks = all_ranks if view is None else ranges[view]
    beside = grouped.places_beside(document_id, place.rank)
    before, after = (
        ranking.neighbour(session, probe.id, grouped.rank_at(one) if one in ranks else None)
        for one in (reversed(beside) if ranks.backwards else beside)
    )
    return AdjacentDocuments(view, before, after)


@dataclass(frozen=True)
class DocumentRank:
    """A document's place in the ranking of one probe.

    Attributes:
        rank: among all documents, from the strongest push upwards.
        view: the part of the ranking that holds it.
        position: its place in that view, as the ranking's page numbers it, of ``count``.
    """

    probe: AuditProbe
    influence: float
    rank: int
    view: View
    position: int
    count: int


def document_ranks(session: Session, audit: AuditRow, document_id: int) -> list[DocumentRank]:
    """The document's places for all measured probes, in the audit's order."""
    found = ranking.document_influences(session, [probe.id for probe in audit.probes], document_id)
    return [_document_rank(audit, probe, *found[probe.id]) for probe in audit.probes if probe.id in found]


def _document_rank(audit: AuditRow, probe: AuditProbe, rank: int, influence: float) -> DocumentRank:
    view = view_of(audit, probe, rank)
    ranks = ranks_of(audit, probe, view)
    return DocumentRank(probe, influence, rank, view, ranks.position(rank), len(ranks))
