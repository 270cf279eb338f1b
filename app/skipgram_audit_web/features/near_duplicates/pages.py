"""The pages of an audit's near-duplicates: its groups by summed influence, and the documents of one."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from skipgram_audit.store import marks, ranking
from skipgram_audit.store.near_duplicates import GroupedRanking, facts_of
from skipgram_audit_web.addresses import DocumentId, Id, own_address
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.marked_texts import strongest_excerpts
from skipgram_audit_web.common.views import direction, of_probe
from skipgram_audit_web.features.marks.service import marking_context
from skipgram_audit_web.features.near_duplicates import service
from skipgram_audit_web.features.near_duplicates.service import DuplicateOrder
from skipgram_audit_web.web import CurrentDatabase, render, see_other

router = APIRouter(prefix="/audits/{audit_id}/near-duplicates", include_in_schema=False)

ROWS_A_PAGE = 50
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("")
def list_groups(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    probe: str | None = None,
    order: DuplicateOrder = DuplicateOrder.INFLUENCE,
    page: PageNumber = 1,
) -> Response:
    """The groups of the corpus; of one that was imported before they were looked for, what to do."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        facts = facts_of(session, audit.corpus)
        grouped = GroupedRanking(session, chosen) if facts else None
        by_size = order is DuplicateOrder.DOCUMENTS
        groups = grouped.groups(by_size, (page - 1) * ROWS_A_PAGE, ROWS_A_PAGE) if grouped else []
        rows = ranking.documents_at(session, chosen, [group.shown for group in groups])
        return render(
            request,
            "near_duplicates/list.html",
            **of_probe(audit, chosen),
            order=order,
            orders=list(DuplicateOrder),
            facts=facts,
            rows=list(zip(groups, rows, strict=True)),
            excerpts=strongest_excerpts(session, chosen, rows),
            page=page,
            pages=-(-facts.groups // ROWS_A_PAGE) if facts else 0,
            largest=max((abs(group.influence) for group in groups), default=0.0),
        )


@router.get("/{group_id}")
def show_group(
    request: Request,
    audit_id: Id,
    group_id: DocumentId,
    database: CurrentDatabase,
    probe: str | None = None,
    page: PageNumber = 1,
) -> Response:
    """The documents of a group, by rank, and its sum for each probe."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        sums = [
            (one, GroupedRanking(session, one).group(group_id), direction(one)) for one in audit.probes if one.measured
        ]
        group = next(found for one, found, _ in sums if one.id == chosen.id)
        members = service.group_members(session, chosen, group, (page - 1) * ROWS_A_PAGE, ROWS_A_PAGE)
        return render(
            request,
            "near_duplicates/show.html",
            **of_probe(audit, chosen),
            sums=sums,
            group=group,
            members=members,
            excerpts=strongest_excerpts(session, chosen, [member.row for member in members]),
            page=page,
            pages=-(-group.documents // ROWS_A_PAGE),
            largest=max((abs(member.row.influence) for member in members), default=0.0),
            **marking_context(request, session, audit_id, [member.row.document_id for member in members]),
        )


@router.post("/{group_id}/mark")
def mark_group(
    audit_id: Id,
    group_id: DocumentId,
    database: CurrentDatabase,
    probe: str | None = None,
    back: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Marks all documents of a group."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        marks.mark(session, audit, GroupedRanking(session, chosen).member_ids(group_id))
    return see_other(own_address(audit_id, back))
