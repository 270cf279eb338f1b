"""Where one document stands in the rankings of an audit, told by views: 12th of 409 amplifying documents."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.store import document_ranks
from skipgram_audit.store.models import Audit, AuditProbe
from skipgram_audit.store.ranking import document_range
from skipgram_audit.store.ranking_filter import RankRange
from skipgram_audit_web.common.views import View, side_of


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


def standings(session: Session, audit: Audit, document_id: int) -> list[Standing]:
    """The document's places for all measured probes, in the audit's order."""
    found = document_ranks.document_influences(session, [probe.id for probe in audit.probes], document_id)
    return [_standing(audit, probe, *found[probe.id]) for probe in audit.probes if probe.id in found]


def _standing(audit: Audit, probe: AuditProbe, rank: int, influence: float) -> Standing:
    view = view_of(audit, probe, rank)
    ranks = ranks_of(audit, probe, view)
    return Standing(probe, influence, rank, view, ranks.position(rank), len(ranks))


def view_of(audit: Audit, probe: AuditProbe, rank: int) -> View:
    """The view that holds a rank."""
    return next(view for view in View if rank in ranks_of(audit, probe, view))


def ranks_of(audit: Audit, probe: AuditProbe, view: View | None) -> RankRange:
    """The ranks of a view; of the whole ranking without one."""
    if view is None:
        return RankRange(1, audit.corpus.document_count)
    return document_range(probe, audit.corpus, side_of(probe, view))
