"""How many texts of a ranking pass its filters."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.store.filters import Filters, RankingTable
from app.store.models import AuditProbe
from app.store.ranking import RankRange

Key = TypeVar("Key")


def count_matches(
    session: Session, probe: AuditProbe, ranked: RankingTable, ranges: Mapping[Key, RankRange], filters: Filters
) -> dict[Key, int]:
    """The count of each range of ranks, in one walk; without filters nothing needs to be counted."""
    if not filters:
        return {key: len(ranks) for key, ranks in ranges.items()}
    inside = [case((ranked.rank.between(ranks.first, ranks.last), 1), else_=0) for ranks in ranges.values()]
    statement = select(*(func.coalesce(func.sum(item), 0) for item in inside)).where(
        ranked.audit_probe_id == probe.id, *filters.conditions(session, probe.audit.corpus, ranked)
    )
    return dict(zip(ranges, session.execute(statement).one(), strict=True))
