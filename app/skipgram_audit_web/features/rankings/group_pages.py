"""Influence by the values of a metadata field: as a page and in the JSON API."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from skipgram_audit.store.filters import Filters
from skipgram_audit.store.groups import SHOWN_GROUPS, GroupOrder, InfluenceGroup, influence_groups
from skipgram_audit.store.models import Audit, AuditProbe
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.query_parameters import LONGEST_VALUE, ProbeName
from skipgram_audit_web.common.views import View, direction
from skipgram_audit_web.features.audits.schemas import GroupList, GroupModel
from skipgram_audit_web.features.audits.service import measured_probe
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, render

pages = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)
api = APIRouter(prefix="/api/v1/audits/{audit_id}", tags=["audits"], responses=ERROR_RESPONSES)

FieldName = Annotated[str, Query(max_length=200, description="A metadata field; the corpus's first when left out.")]


def _link(audit: Audit, probe: AuditProbe, field: str, group: InfluenceGroup) -> dict[str, str] | None:
    """What the address of the ranking of a group's documents holds; None where its value is too long for one."""
    if len(group.value or "") > LONGEST_VALUE:
        return None
    view = View.AMPLIFYING if group.influence * direction(probe) >= 0 else View.MITIGATING
    filters = Filters(field=field, value=group.value or "", absent=group.value is None)
    return {**filters.parameters(), "probe": probe.name, "view": view}


@pages.get("/groups")
def list_groups(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    probe: str | None = None,
    field: FieldName = "",
    order: GroupOrder = GroupOrder.INFLUENCE,
) -> Response:
    """The groups of a metadata field; a corpus without metadata is told how to get some."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        fields = audit.corpus.metadata_fields
        field = field or (fields[0] if fields else "")
        groups = influence_groups(session, chosen, field, order) if fields else None
        items = groups.items if groups else []
        return render(
            request,
            "rankings/groups.html",
            section="audits",
            audit=audit,
            probe=chosen,
            field=field,
            order=order,
            orders=list(GroupOrder),
            groups=groups,
            rows=[(group, _link(audit, chosen, field, group)) for group in items],
            direction=direction(chosen),
            largest=max((abs(group.influence) for group in items), default=0.0),
        )


@api.get("/groups")
def get_groups(
    audit_id: Id,
    database: CurrentDatabase,
    probe: ProbeName = None,
    field: FieldName = "",
    order: GroupOrder = GroupOrder.INFLUENCE,
    limit: Annotated[int, Query(ge=1, le=10_000)] = SHOWN_GROUPS,
) -> GroupList:
    """Influence summed over the documents of each value of a metadata field."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        fields = audit.corpus.metadata_fields
        field = field or (fields[0] if fields else "")
        groups = influence_groups(session, chosen, field, order, limit)
        return GroupList(
            probe=chosen.name,
            field=field,
            total=groups.total,
            items=[GroupModel.model_validate(group) for group in groups.items],
        )
