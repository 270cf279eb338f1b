"""The page of an audit's map of documents: the picture, its table, and the documents of a rectangle."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from skipgram_audit.auditing.folder import MAP
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store import jobs, marks, ranking
from skipgram_audit.store.document_map import SIDE, DocumentMap, facts_of
from skipgram_audit.store.models import JobKind
from skipgram_audit_web.addresses import Id, own_address
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.marked_texts import strongest_excerpts
from skipgram_audit_web.common.views import direction, document_rank, of_probe
from skipgram_audit_web.features.document_map import service
from skipgram_audit_web.features.document_map.figure import map_figure, region_labels
from skipgram_audit_web.features.document_map.service import ChosenRectangle
from skipgram_audit_web.features.marks.service import marking_context
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, render, see_other

router = APIRouter(prefix="/audits/{audit_id}/map", include_in_schema=False)

ROWS_A_PAGE = 50


@router.get("")
def show_map(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    rectangle: ChosenRectangle,
    probe: str | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """The map, or what to do to have it drawn; with a rectangle, what lies in it."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        facts = facts_of(audit)
        if facts is None:
            job = jobs.latest(session, JobKind.MAP, audit_id)
            return render(request, "document_map/waiting.html", audit=audit, probe=chosen, job=job)
        found = DocumentMap(session, chosen)
        part = found.part(rectangle) if rectangle else None
        ranks = part.ranks[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE].tolist() if part else []
        rows = ranking.documents_at(session, chosen, ranks)
        ids = [row.document_id for row in rows]
        regions = found.regions()
        return render(
            request,
            "document_map/show.html",
            **of_probe(audit, chosen),
            facts=facts,
            figure=map_figure(found.grid(), direction(chosen)),
            side=SIDE,
            regions=regions,
            labels=region_labels(regions),
            largest_region=max((abs(region.influence) for region in regions), default=0.0),
            rectangle=rectangle,
            part=part,
            rows=rows,
            excerpts=strongest_excerpts(session, chosen, rows),
            places=[document_rank(audit, chosen, row.rank) for row in rows],
            page=page,
            pages=-(-part.documents // ROWS_A_PAGE) if part else 0,
            file=MAP if (settings.audit_folder(audit.storage_name) / MAP).is_file() else "",
            largest=ranking.largest_influence(session, chosen, audit.corpus.document_count),
            **marking_context(request, session, audit_id, ids),
        )


@router.post("")
def draw_map(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    """Has the map drawn."""
    service.draw(database, queue, audit_id)
    return see_other(f"/audits/{audit_id}/map")


@router.post("/mark")
def mark_part(
    audit_id: Id,
    database: CurrentDatabase,
    rectangle: ChosenRectangle,
    probe: str | None = None,
    back: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Marks all documents of a rectangle."""
    if rectangle is None:
        raise InvalidInput("No part of the map was named.", "Give the edges left, top, right and bottom.")
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        marks.mark(session, audit, DocumentMap(session, chosen).document_ids(rectangle))
    return see_other(own_address(audit_id, back))
