"""A ranking as people look at it: by whether a text amplifies or mitigates the score, not by influence's sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.ranking import Side, document_range, sentence_range
from skipgram_audit.store.ranking_filter import RankRange


class View(StrEnum):
    """Which part of a ranking.

    Amplifying texts push the score away from the value that means no bias, zero for most kinds of probes: those of
    positive influence when the score is above it, those of negative influence when it is below. Mitigating texts pull
    it back.
    """

    AMPLIFYING = "amplifying"
    MITIGATING = "mitigating"
    NEUTRAL = "neutral"


def direction(probe: AuditProbe) -> int:
    """+1 when positive influence amplifies, -1 when negative influence does."""
    return KINDS[probe.kind].direction(probe.score)


def of_probe(audit: AuditRow, probe: AuditProbe) -> dict[str, Any]:
    """What every page of a measured probe of an audit shows it by."""
    return {"audit": audit, "probe": probe, "direction": direction(probe)}


def side_of(probe: AuditProbe, view: View) -> Side:
    """The side of zero that a view shows."""
    if view is View.NEUTRAL:
        return Side.ZERO
    return Side.POSITIVE if (view is View.AMPLIFYING) == (direction(probe) > 0) else Side.NEGATIVE


OverallRank = Annotated[
    int,
    Field(description="Among all texts of the ranking, from 1, which raises the score most, to what lowers it most."),
]
ViewRank = Annotated[int, Field(description="Among those that amplify, or those that mitigate, as pages number them.")]


@dataclass(frozen=True)
class RankInView:
    """A text's rank as pages number it: in the list of what amplifies, mitigates or does neither, of ``count``."""

    view: View
    rank: int
    count: int


def document_rank(audit: AuditRow, probe: AuditProbe, rank: int) -> RankInView:
    """The rank in its view of the document that has this rank among all."""
    found = rank_among({view: ranks_of(audit, probe, view) for view in View}, rank)
    assert found is not None, "views hold all ranks"
    return found


def sentence_ranges(audit: AuditRow, probe: AuditProbe) -> dict[View, RankRange]:
    """The ranks of the sentences that amplify and of those that mitigate; the others have none."""
    return {
        view: sentence_range(probe, audit.corpus, side_of(probe, view)) for view in (View.AMPLIFYING, View.MITIGATING)
    }


def rank_among(ranges: Mapping[View, RankRange], rank: int | None) -> RankInView | None:
    """The rank in the view that holds a rank among all; None where none does."""
    if rank is None:
        return None
    there = (RankInView(view, ranks.position(rank), len(ranks)) for view, ranks in ranges.items() if rank in ranks)
    return next(there, None)


def ranks_of(audit: AuditRow, probe: AuditProbe, view: View | None) -> RankRange:
    """The ranks of a view; of the whole ranking without one."""
    if view is None:
        return RankRange(1, audit.corpus.document_count)
    return document_range(probe, audit.corpus, side_of(probe, view))
