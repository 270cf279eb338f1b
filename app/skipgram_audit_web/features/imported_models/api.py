"""The JSON API of imported models. One comes in as an upload with ``purpose`` "model"; see /api/v1/uploads."""

from fastapi import APIRouter
from starlette.responses import Response

from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.store import imported_models, jobs
from skipgram_audit.store.models import ImportedModelRow, JobKind
from skipgram_audit.store.paging import Cursor
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.imported_models import service
from skipgram_audit_web.features.imported_models.schemas import ModelBody, ModelDetail, ModelPage
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings, fields_from

router = APIRouter(prefix="/api/v1/models", tags=["models"], responses=ERROR_RESPONSES)


@router.get("")
def list_models(database: CurrentDatabase, cursor: str | None = None) -> ModelPage:
    """Models, the newest first."""
    with database.session() as session:
        page = imported_models.page(session, Cursor.parse(cursor))
        items = [_body(model) for model in page.items]
    return ModelPage(items=items, next=page.next, previous=page.previous)


@router.get("/{model_id}")
def show(model_id: Id, database: CurrentDatabase) -> ModelDetail:
    """One model."""
    with database.session() as session:
        body = _body(imported_models.get(session, model_id))
        job = jobs.latest(session, JobKind.MODEL, model_id)
        audit_ids = [audit.id for audit in imported_models.audits_of(session, model_id)]
    return ModelDetail(**dict(body), job_id=job.id if job else None, audit_ids=audit_ids)


@router.post("/{model_id}/cancel", status_code=202)
def cancel(model_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> ModelDetail:
    """Stops the reading of a model; its upload stays."""
    service.cancel(database, queue, model_id)
    return show(model_id, database)


@router.post("/{model_id}/restart", status_code=202)
def read_again(model_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> ModelDetail:
    """Reads a model again whose reading was cancelled or failed."""
    service.read_again(database, queue, model_id)
    return show(model_id, database)


@router.delete("/{model_id}", status_code=204)
def remove(model_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """Deletes a model with the audits of its vectors."""
    service.remove(database, settings, model_id)
    return Response(status_code=204)


def _body(model: ImportedModelRow) -> ModelBody:
    facts = ModelFacts.model_validate(model.facts) if model.facts else None
    return ModelBody(**fields_from(ModelBody, model) | {"facts": facts})
