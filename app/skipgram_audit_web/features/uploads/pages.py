"""The pages of an upload: choosing a file, its preview, and the start of its import."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from skipgram_audit.model.languages import LANGUAGES
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora, jobs, uploads
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, UploadPurpose
from skipgram_audit_web.features.corpora import service as corpus_service
from skipgram_audit_web.features.uploads import service
from skipgram_audit_web.features.uploads.forms import (
    NameAndLanguage,
    import_choices,
    read_import_form,
    read_name_and_language,
    stem,
)
from skipgram_audit_web.features.uploads.service import receive_upload
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, SentForm, render, see_other

router = APIRouter(prefix="/corpora", include_in_schema=False)


@router.get("/new")
def new_corpus(request: Request, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """The choice of a file; with JavaScript it is sent in pieces and can be resumed."""
    with database.session() as session:
        unfinished = service.unfinished(session, settings, UploadPurpose.CORPUS)
    return render(
        request,
        "uploads/new.html",
        unfinished=unfinished,
        maximum_bytes=settings.maximum_upload_bytes,
    )


@router.post("/new")
async def receive_corpus(
    request: Request, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    """Takes a file from a plain form. What is sent when the connection breaks is not kept: a form cannot be resumed."""
    upload_id = await receive_upload(request, database, settings, queue, UploadPurpose.CORPUS)
    return see_other(f"/corpora/uploads/{upload_id}")


@router.get("/uploads/{upload_id}")
def show_upload(request: Request, upload_id: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """The preview: the first documents as they would be read, and all that can be chosen."""
    return _render_preview(request, database, settings, upload_id, read_name_and_language(request.query_params))


@router.post("/uploads/{upload_id}/preview")
def look_again(upload_id: str, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm) -> Response:
    """Looks at the file with the options of the form."""
    form = read_import_form(sent)
    service.preview_again(database, queue, upload_id, form.options, by_form=True)
    return see_other(f"/corpora/uploads/{upload_id}?{form.query()}")


@router.post("/uploads/{upload_id}/import")
def start_import(upload_id: str, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm) -> Response:
    """Starts the import."""
    form = read_import_form(sent)
    corpus_id = corpus_service.start_import(database, queue, upload_id, form.name, form.language, form.options)
    return see_other(f"/corpora/{corpus_id}")


@router.post("/uploads/{upload_id}/delete")
def delete_upload(upload_id: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    service.remove(database, settings, upload_id)
    return see_other("/corpora")


def _render_preview(
    request: Request, database: Database, settings: Settings, upload_id: str, chosen: NameAndLanguage
) -> Response:
    with database.session() as session:
        upload = uploads.get(session, upload_id)
        job = jobs.latest(session, JobKind.PREVIEW, upload.id)
        importing = uploads.is_in_use(session, upload.id)
        imported = corpora.of_upload(session, upload.id)
    seen = upload.preview or {}
    found = seen.get("found")
    options = found["options"] if found else seen.get("chosen") or ReaderOptions(format="txt").model_dump(mode="json")
    return render(
        request,
        "uploads/show.html",
        upload=upload,
        received_bytes=service.arrived_bytes(settings, upload.id),
        job=job,
        importing=importing,
        imported=imported,
        found=found,
        error=seen.get("error"),
        options=options,
        choices=import_choices(found["fields"] if found else [], options),
        name=chosen.name or stem(upload.filename),
        language=chosen.language,
        languages=LANGUAGES,
    )
