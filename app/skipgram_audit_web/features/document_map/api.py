"""The JSON API of an audit's map of documents."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store import ranking
from skipgram_audit.store.document_map import SIDE, DocumentMap, Rectangle, facts_of
from skipgram_audit_web.addresses import LARGEST_INTEGER, Id
from skipgram_audit_web.common.query_parameters import ProbeName
from skipgram_audit_web.features.audits.service import measured_probe
from skipgram_audit_web.features.corpora.schemas import JobStarted
from skipgram_audit_web.features.document_map import service
from skipgram_audit_web.features.document_map.service import ChosenRectangle
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, FromRow

router = APIRouter(prefix="/api/v1/audits/{audit_id}/map", tags=["map"], responses=ERROR_RESPONSES)


class MapFactsModel(FromRow):
    """How the map was made."""

    seed: int = Field(description="Whose vectors it shows.")
    placed: int
    unplaced: int = Field(description="Documents without any word of the vocabulary; they are not on the map.")
    fitted: int = Field(description="Of those placed; others lie at the median of their nearest ones.")
    seconds: float


class TypicalWordModel(FromRow):
    """A word that stands out in a part of the map."""

    word: str
    here: int = Field(description="Documents of the part that have it among their most typical words.")
    everywhere: int = Field(description="The same of the whole map.")


class PlacedDocumentModel(BaseModel):
    """A document with its place, right and down from 0 to 1000."""

    document_id: int
    external_id: str
    title: str
    rank: int
    influence: float
    right: float
    down: float


class MapPartModel(BaseModel):
    """What lies in a rectangle of the map, or on all of it."""

    probe: str
    facts: MapFactsModel
    left: int
    top: int
    right: int
    bottom: int
    documents: int
    influence: float = Field(description="Their sum; not what the score would do without them all.")
    words: list[TypicalWordModel]
    items: list[PlacedDocumentModel] = Field(description="The strongest influence first, whatever its sign.")


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
        found = DocumentMap(session, chosen)
        part = found.part(chosen_part)
        rows = ranking.documents_at(session, chosen, part.ranks[first : first + limit].tolist())
        return MapPartModel(
            probe=chosen.name,
            facts=MapFactsModel.model_validate(facts_of(audit)),
            left=chosen_part.left,
            top=chosen_part.top,
            right=chosen_part.right,
            bottom=chosen_part.bottom,
            documents=part.documents,
            influence=part.influence,
            words=[TypicalWordModel.model_validate(word) for word in part.words],
            items=[_placed(row, found) for row in rows],
        )


def _placed(row: ranking.RankedDocument, found: DocumentMap) -> PlacedDocumentModel:
    place = found.place_of(row.document_id)
    if place is None:
        raise Conflict(f"The document {row.external_id!r} is not on the map.", "Reload; the map may be drawn anew.")
    return PlacedDocumentModel(
        document_id=row.document_id,
        external_id=row.external_id,
        title=row.title,
        rank=row.rank,
        influence=row.influence,
        right=place[0],
        down=place[1],
    )


@router.post("", status_code=202)
def draw_map(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> JobStarted:
    """Has the map drawn; follow the job under /api/v1/jobs."""
    return JobStarted(job_id=service.draw(database, queue, audit_id))
