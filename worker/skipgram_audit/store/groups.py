"""Influence summed over the documents that share a metadata value, from the columns of the store."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.model.influence_groups import GroupOrder, InfluenceGroup, groups_documents, summed_groups
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.store.document_columns import NONE, corpus_columns, ranking_columns, values_of
from skipgram_audit.store.models import AuditProbe
from skipgram_audit.store.ranking_filter import require_field

SHOWN_GROUPS = 200


@dataclass(frozen=True)
class Groups:
    """The first groups in order; ``total`` counts all of them."""

    items: list[InfluenceGroup]
    total: int


def influence_groups(
    session: Session,
    probe: AuditProbe,
    field: str,
    order: GroupOrder = GroupOrder.INFLUENCE,
    limit: int | None = SHOWN_GROUPS,
) -> Groups:
    """Groups by the values of a metadata field; all of them without a limit.

    Raises:
        InvalidInput: the corpus has no such field.
    """
    corpus = probe.audit.corpus
    columns, ranking = corpus_columns(session, corpus), ranking_columns(session, probe)
    codes = columns[f"codes {require_field(corpus, field)}"][ranking["documents"]]
    present, numbers = np.unique(codes, return_inverse=True)

    def values(chosen: list[int]) -> list[str | None]:
        named = present[chosen].tolist()
        found = values_of(session, columns, field, [code for code in named if code != NONE])
        return [found.get(code) for code in named]

    seeds, has_error = len(probe.by_seed), probe.standard_error is not None
    influences, spreads = ranking["influences"], ranking["spreads"]
    items = summed_groups(numbers, influences, spreads, seeds, has_error, values, order, limit)
    return Groups(items, len(present))


def strongest_group(session: Session, probe: AuditProbe) -> dict[str, Any]:
    """The group of largest summed influence that amplifies a measured probe, with its ``field``; {} without one."""
    corpus, direction = probe.audit.corpus, KINDS[probe.kind].direction(probe.score)
    found: list[tuple[str, InfluenceGroup]] = []
    for field in corpus.metadata_fields:
        groups = influence_groups(session, probe, field)
        if groups_documents(groups.total, corpus.document_count):
            found += [(field, one) for one in groups.items if one.value is not None and one.influence * direction > 0]
    if not found:
        return {}
    field, strongest = max(found, key=lambda item: abs(item[1].influence))
    return {"field": field, **asdict(strongest)}
