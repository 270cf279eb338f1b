"""The JSON API of uploads.

POST creates an upload, PATCH appends bytes at Upload-Offset, HEAD says how much has arrived; any number of requests,
over any number of connections and restarts of the server, make one file. When its last byte has arrived the worker
looks at it, and GET shows what it saw.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from skipgram_audit.model.errors import AuditError
from skipgram_audit.store import jobs, uploads
from skipgram_audit.store.models import JobKind, UploadPurpose
from skipgram_audit_web.addresses import LARGEST_BIG_INTEGER
from skipgram_audit_web.features.jobs.schemas import JobStarted
from skipgram_audit_web.features.uploads import service
from skipgram_audit_web.features.uploads.receiving import CHUNK_BYTES, Receiver, received_bytes, tail_sha256
from skipgram_audit_web.features.uploads.schemas import (
    NewUpload,
    PreviewRequest,
    UnfinishedUpload,
    UploadDetail,
    UploadModel,
)
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"], responses=ERROR_RESPONSES)


@router.post("", status_code=201)
def create(sent: NewUpload, database: CurrentDatabase, settings: CurrentSettings) -> UploadModel:
    """Announces a file. Refused at once when it is empty, over the cap, or larger than the disk has room for."""
    return UploadModel.model_validate(service.begin(database, settings, sent.filename, sent.total_bytes, sent.purpose))


@router.get("")
def list_uploads(database: CurrentDatabase, purpose: UploadPurpose = UploadPurpose.CORPUS) -> list[UploadModel]:
    """Uploads for a purpose that have not been imported, the newest first."""
    with database.session() as session:
        return [UploadModel.model_validate(upload) for upload in uploads.pending(session, purpose)]


@router.get("/unfinished")
def list_unfinished(
    database: CurrentDatabase,
    settings: CurrentSettings,
    filename: Annotated[str, Query(max_length=1000)],
    total_bytes: Annotated[int, Query(ge=0, le=LARGEST_BIG_INTEGER)],
    purpose: UploadPurpose = UploadPurpose.CORPUS,
) -> list[UnfinishedUpload]:
    """Uploads of a file of this name and size that have not arrived whole: one of them may be gone on with."""
    with database.session() as session:
        found = uploads.unfinished(session, service.plain_filename(filename), total_bytes, purpose)
    described = []
    for upload in found:
        path = settings.upload_path(upload.id)
        facts = UploadModel.model_validate(upload).model_dump() | {"received_bytes": received_bytes(path)}
        described.append(UnfinishedUpload(**facts, tail_sha256=tail_sha256(path)))
    return described


@router.head("/{upload_id}", response_class=Response)
def offset(upload_id: str, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """How much has arrived, in Upload-Offset, of Upload-Length."""
    with database.session() as session:
        upload = uploads.get(session, upload_id)
    arrived = service.arrived_bytes(settings, upload.id)
    return Response(
        headers={
            "upload-offset": str(arrived),
            "upload-length": str(upload.total_bytes),
            "cache-control": "no-store",
        }
    )


@router.patch(
    "/{upload_id}",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def append(
    request: Request,
    upload_id: str,
    upload_offset: Annotated[
        int, Header(ge=0, le=LARGEST_BIG_INTEGER, description="Where these bytes begin: as much as has arrived.")
    ],
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
) -> UploadModel:
    """Appends bytes. What arrives before a connection breaks is kept."""
    receiver = await run_in_threadpool(service.receiver, database, settings, upload_id, upload_offset)
    with receiver:
        await _receive(request, receiver)
    upload = await run_in_threadpool(service.note_received, database, settings, queue, upload_id)
    return UploadModel.model_validate(upload)


async def _receive(request: Request, receiver: Receiver) -> None:
    """The request's body to the receiver, in large pieces; what was sent stays when the sender disconnects."""
    pending = bytearray()
    try:
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= CHUNK_BYTES:
                await run_in_threadpool(receiver.write, bytes(pending))
                pending.clear()
    except ClientDisconnect as error:
        await run_in_threadpool(receiver.write, bytes(pending))
        raise AuditError("The connection broke.", "Go on from what has arrived.") from error
    await run_in_threadpool(receiver.write, bytes(pending))


@router.get("/{upload_id}")
def show(upload_id: str, database: CurrentDatabase) -> UploadDetail:
    """An upload, and what the worker saw of it."""
    with database.session() as session:
        upload = uploads.get(session, upload_id)
        job = jobs.latest(session, JobKind.PREVIEW, upload.id)
    seen = upload.preview or {}
    return UploadDetail(
        **UploadModel.model_validate(upload).model_dump(),
        found=seen.get("found"),
        error=seen.get("error"),
        job_id=job.id if job else None,
    )


@router.post("/{upload_id}/preview", status_code=202)
def look_again(upload_id: str, sent: PreviewRequest, database: CurrentDatabase, queue: CurrentQueue) -> JobStarted:
    """Asks the worker to look at the file with other options."""
    return JobStarted(job_id=service.preview_again(database, queue, upload_id, sent.options))


@router.delete("/{upload_id}", status_code=204)
def remove(upload_id: str, database: CurrentDatabase, settings: CurrentSettings) -> None:
    """Deletes an upload and its bytes."""
    service.remove(database, settings, upload_id)
