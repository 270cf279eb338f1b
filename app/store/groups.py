"""Influence summed over the documents that share a metadata value: which source, author or year drives a score."""

import math
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.filters import require_field
from app.store.metadata import metadata_value
from app.store.models import AuditProbe, Document, DocumentInfluence

SHOWN_GROUPS = 200


class GroupOrder(StrEnum):
    """What groups are sorted by, the largest first; influences by their size, whatever their sign."""

    INFLUENCE = "influence"
    MEAN = "mean"
    DOCUMENTS = "documents"


@dataclass(frozen=True)
class InfluenceGroup:
    """The documents of one value.

    Attributes:
        value: None for the documents without a value.
        influence: sum over its documents; summed influences say what is there, not what removing the group would do.
        mean: influence a document.
        standard_error: sqrt(max(0, sum over its documents of influence^2 - spread^2 / seeds)), as for the whole corpus.
        share: of the absolute influence of all documents.
        document_share: of all documents.
    """

    value: str | None
    documents: int
    influence: float
    mean: float
    standard_error: float
    share: float
    document_share: float


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
    limit: int = SHOWN_GROUPS,
) -> Groups:
    """Groups by the values of a metadata field.

    Raises:
        InvalidInput: the corpus has no such field.
    """
    require_field(probe.audit.corpus, field)
    rows = (
        select(metadata_value(session, field).label("value"), DocumentInfluence.influence, DocumentInfluence.spread)
        .join(Document, Document.id == DocumentInfluence.document_id)
        .where(DocumentInfluence.audit_probe_id == probe.id)
        .subquery()
    )
    groups = (
        select(
            rows.c.value,
            func.count().label("documents"),
            func.sum(rows.c.influence).label("influence"),
            func.sum(rows.c.influence * rows.c.influence).label("squares"),
            func.sum(rows.c.spread * rows.c.spread).label("noise"),
            func.sum(func.abs(rows.c.influence)).label("absolute"),
        )
        .group_by(rows.c.value)
        .subquery()
    )
    columns = groups.c
    key = {
        GroupOrder.INFLUENCE: func.abs(columns.influence),
        GroupOrder.MEAN: func.abs(columns.influence / columns.documents),
        GroupOrder.DOCUMENTS: columns.documents,
    }[order]
    statement = (
        select(
            *columns,
            func.count().over().label("groups"),
            func.sum(columns.absolute).over().label("all_absolute"),
            func.sum(columns.documents).over().label("all_documents"),
        )
        .order_by(key.desc(), columns.value)
        .limit(limit)
    )
    found = session.execute(statement).all()
    seeds = max(1, len(probe.by_seed))
    items = [
        InfluenceGroup(
            value=row.value,
            documents=row.documents,
            influence=row.influence,
            mean=row.influence / row.documents,
            standard_error=math.sqrt(max(0.0, row.squares - row.noise / seeds)),
            share=row.absolute / row.all_absolute if row.all_absolute else 0.0,
            document_share=row.documents / float(row.all_documents),
        )
        for row in found
    ]
    return Groups(items, found[0].groups if found else 0)
