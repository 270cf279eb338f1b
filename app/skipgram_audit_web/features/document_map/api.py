"""The JSON API of an audit's map of documents."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from skipgram_audit.model.errors import Conflict
from skipgram_audit.report.excerpts import MarkedPiece
from skipgram_audit.store import ranking
from skipgram_audit.store.document_map import SIDE, DocumentMap, Rectangle, facts_of
from skipgram_audit_web.addresses import LARGEST_INTEGER, Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.marked_texts import strongest_excerpts
from skipgram_audit_web.common.query_parameters import ProbeName
from skipgram_audit_web.features.document_map import service
from skipgram_audit_web.features.document_map.schemas import MapPartModel, PlacedDocumentModel
from skipgram_audit_web.features.document_map.service import ChosenRectangle
from skipgram_audit_web.features.jobs.schemas import JobStarted
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, fields_from

router = APIRouter(prefix="/api/v1/audits/{audit_id}/map", tags=["map"], responses=ERROR_RESPONSES)


@router.get("")
def get_map(
    audit_id: Id,
    database: CurrentDatabase,
    rectangle: ChosenRectangle,
    probe: ProbeName = None,
    first: Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="Pass over so many documents.")] = 0,
    limit: Annotated[int, Query(ge=0, le=500)] = 50,
) -> MapPartModel:
    """The documents of a part of the map, all of it without edges."""
    chosen_part = rectangle or Rectangle(0, 0, SIDE, SIDE)
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        found, facts = DocumentMap(session, chosen), facts_of(audit)
        assert facts is not None, "they are stored with the map"
        part = found.part(chosen_part)
        rows = ranking.documents_at(session, chosen, part.ranks[first : first + limit].tolist())
        excerpts = strongest_excerpts(session, chosen, rows)
        return MapPartModel(
            probe=chosen.name,
            facts=facts,
            left=chosen_part.left,
            top=chosen_part.top,
            right=chosen_part.right,
            bottom=chosen_part.bottom,
            documents=part.documents,
            influence=part.influence,
            words=part.words,
            items=[_placed(row, found, excerpts[row.document_id]) for row in rows],
        )


def _placed(row: ranking.RankedDocument, found: DocumentMap, pieces: Sequence[MarkedPiece]) -> PlacedDocumentModel:
    place = found.place_of(row.document_id)
    if place is None:
        raise Conflict(f"The document {row.external_id!r} is not on the map.", "Reload; the map may be drawn anew.")
    return PlacedDocumentModel(
        **fields_from(PlacedDocumentModel, row),
        excerpt="".join(piece.text for piece in pieces),
        right=place[0],
        down=place[1],
    )


@router.post("", status_code=202)
def draw_map(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> JobStarted:
    """Has the map drawn; follow the job under /api/v1/jobs."""
    return JobStarted(job_id=service.draw(database, queue, audit_id))
