"""From a document to the ones before and after it, as the ranking that it was opened from lists them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.near_duplicates import FoldedRanking
from skipgram_audit.store.ranking import AdjacentDocument, DocumentPlace
from skipgram_audit.store.ranking_filter import Filters, RankRange
from skipgram_audit_web.common.views import View, ranks_of, side_of, view_of


@dataclass(frozen=True)
class Walk:
    """The documents before and after one.

    Attributes:
        view: whose documents they are: the wanted one, unless this document is in another; None for all documents.
    """

    view: View | None
    previous: AdjacentDocument | None
    following: AdjacentDocument | None


def walk_of(
    session: Session,
    probe: AuditProbe,
    document_id: int,
    place: DocumentPlace | None,
    wanted: View | None,
    filters: Filters,
) -> Walk:
    """The way on from a document, through those that pass the filters; near-duplicates are one step when folded."""
    if place is None:
        return Walk(wanted, None, None)
    if filters.group_duplicates:
        return _folded(session, probe, document_id, place, wanted, filters)
    view = None if wanted is None else view_of(probe.audit, probe, place.rank)
    ranks = ranks_of(probe.audit, probe, view)
    return Walk(view, *ranking.neighbours(session, probe, ranks, place.rank, filters))


def _folded(
    session: Session,
    probe: AuditProbe,
    document_id: int,
    place: DocumentPlace,
    wanted: View | None,
    filters: Filters,
) -> Walk:
    folded = FoldedRanking(session, probe, filters)
    ranges = {view: folded.range(side_of(probe, view)) for view in View}
    here = folded.place_of(document_id)
    view = wanted and next((one for one in View if here in ranges[one]), view_of(probe.audit, probe, place.rank))
    whole = RankRange(1, sum(len(ranks) for ranks in ranges.values()))
    ranks = whole if view is None else ranges[view]
    beside = folded.places_beside(document_id, place.rank)
    before, after = (
        ranking.neighbour(session, probe.id, folded.rank_at(one) if one in ranks else None)
        for one in (reversed(beside) if ranks.backwards else beside)
    )
    return Walk(view, before, after)


@dataclass(frozen=True)
class Standing:
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


def standings(session: Session, audit: AuditRow, document_id: int) -> list[Standing]:
    """The document's places for all measured probes, in the audit's order."""
    found = ranking.document_influences(session, [probe.id for probe in audit.probes], document_id)
    return [_standing(audit, probe, *found[probe.id]) for probe in audit.probes if probe.id in found]


def _standing(audit: AuditRow, probe: AuditProbe, rank: int, influence: float) -> Standing:
    view = view_of(audit, probe, rank)
    ranks = ranks_of(audit, probe, view)
    return Standing(probe, influence, rank, view, ranks.position(rank), len(ranks))
