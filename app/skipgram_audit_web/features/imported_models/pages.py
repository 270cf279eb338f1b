"""The pages of imported models: the list, the upload, one model."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.store import imported_models, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, UploadPurpose
from skipgram_audit.store.paging import Cursor
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.imported_models import service
from skipgram_audit_web.features.uploads import service as upload_service
from skipgram_audit_web.features.uploads.service import receive_upload
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, render, see_other

router = APIRouter(prefix="/models", include_in_schema=False)


@router.get("")
def list_models(
    request: Request, database: CurrentDatabase, settings: CurrentSettings, cursor: str | None = None
) -> Response:
    """All models with their facts, the newest first, and uploads that have not arrived whole."""
    with database.session() as session:
        page = imported_models.page(session, Cursor.parse(cursor))
        waiting = [] if cursor else upload_service.unfinished(session, settings, UploadPurpose.MODEL)
    facts = {model.id: ModelFacts.model_validate(model.facts) for model in page.items if model.facts}
    return render(request, "imported_models/list.html", page=page, facts=facts, uploads=waiting)


@router.get("/new")
def new_model(request: Request, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """The choice of a file."""
    with database.session() as session:
        unfinished = upload_service.unfinished(session, settings, UploadPurpose.MODEL)
    return render(
        request,
        "imported_models/new.html",
        unfinished=unfinished,
        maximum_bytes=settings.maximum_upload_bytes,
    )


@router.post("/new")
async def receive_model(
    request: Request, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    """Takes a file from a plain form."""
    upload_id = await receive_upload(request, database, settings, queue, UploadPurpose.MODEL)
    return see_other(await run_in_threadpool(_address_of_upload, database, upload_id))


@router.get("/uploads/{upload_id}")
def show_upload(upload_id: str, database: CurrentDatabase) -> Response:
    """Where a browser goes when a model's file has arrived: to the model."""
    return see_other(_address_of_upload(database, upload_id))


@router.post("/uploads/{upload_id}/delete")
def delete_upload(upload_id: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    upload_service.remove(database, settings, upload_id)
    return see_other("/models")


@router.get("/{model_id}")
def show_model(request: Request, model_id: Id, database: CurrentDatabase) -> Response:
    """Progress while it is read, then what is known of it and the audits of its vectors."""
    with database.session() as session:
        model = imported_models.get(session, model_id)
        return render(
            request,
            "imported_models/show.html",
            model=model,
            facts=ModelFacts.model_validate(model.facts) if model.facts else None,
            job=jobs.latest(session, JobKind.MODEL, model_id),
            audits=imported_models.audits_of(session, model_id),
        )


@router.post("/{model_id}/cancel")
def cancel_import(model_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.cancel(database, queue, model_id)
    return see_other(f"/models/{model_id}")


@router.post("/{model_id}/restart")
def read_again(model_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.read_again(database, queue, model_id)
    return see_other(f"/models/{model_id}")


@router.post("/{model_id}/delete")
def delete_model(model_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    service.remove(database, settings, model_id)
    return see_other("/models")


def _address_of_upload(database: Database, upload_id: str) -> str:
    """The page of the model that came as an upload.

    Raises:
        NotFound: there is none.
    """
    with database.session() as session:
        model = imported_models.of_upload(session, upload_id)
        if model is None:
            raise NotFound("No model came as this upload, or it has been deleted.", "See the list of models.")
        return f"/models/{model.id}"
