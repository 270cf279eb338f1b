"""One document: its ranks for all probes, and the documents before and after it in the ranking it was opened from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.near_duplicates import GroupedRanking
from skipgram_audit.store.ranking import DocumentPlace
from skipgram_audit.store.ranking_filter import Filters, RankRange
from skipgram_audit_web.common.views import RankInView, View, direction, document_rank, rank_among, ranks_of, side_of


@dataclass(frozen=True)
class Step:
    """A document beside another one, and its rank as the walk counts."""

    document_id: int
    rank: RankInView


@dataclass(frozen=True)
class AdjacentDocuments:
    """The documents before and after one.

    Attributes:
        view: whose documents they are: the wanted one, unless this document is in another; None for all documents.
        rank: of this document in its view, of rows where near-duplicates are grouped; None where there is none.
    """

    view: View | None
    rank: RankInView | None
    previous: Step | None
    following: Step | None


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
        return AdjacentDocuments(wanted, None, None, None)
    if filters.group_duplicates:
        return _grouped(session, probe, document_id, place, wanted, filters)
    audit = probe.audit
    own = document_rank(audit, probe, place.rank)
    view = None if wanted is None else own.view
    before, after = (
        Step(one.document_id, document_rank(audit, probe, one.rank)) if one else None
        for one in ranking.neighbours(session, probe, ranks_of(audit, probe, view), place.rank, filters)
    )
    return AdjacentDocuments(view, own, before, after)


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
    own = rank_among(ranges, here) or document_rank(probe.audit, probe, place.rank)
    whole = RankRange(1, sum(len(ranks) for ranks in ranges.values()))
    ranks = whole if wanted is None else ranges[own.view]
    beside = grouped.places_beside(document_id, place.rank)
    before, after = (
        _grouped_step(session, probe, grouped, ranges, one) if one in ranks else None
        for one in (reversed(beside) if ranks.backwards else beside)
    )
    return AdjacentDocuments(wanted and own.view, own, before, after)


def _grouped_step(
    session: Session, probe: AuditProbe, grouped: GroupedRanking, ranges: Mapping[View, RankRange], place: int
) -> Step | None:
    there, rank = ranking.neighbour(session, probe.id, grouped.rank_at(place)), rank_among(ranges, place)
    return Step(there.document_id, rank) if there and rank else None


@dataclass(frozen=True)
class DocumentRank:
    """A document's influence, positive where it amplifies, and its rank for one probe."""

    probe: AuditProbe
    amplification: float
    spread: float
    place: RankInView


def document_ranks(session: Session, audit: AuditRow, document_id: int) -> list[DocumentRank]:
    """The document's places for all measured probes, in the audit's order."""
    found = ranking.document_places(session, [probe.id for probe in audit.probes], document_id)
    placed = [(probe, found[probe.id]) for probe in audit.probes if probe.id in found]
    return [
        DocumentRank(probe, place.influence * direction(probe), place.spread, document_rank(audit, probe, place.rank))
        for probe, place in placed
    ]
