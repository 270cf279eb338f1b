"""What can be done with an upload: begin it, take its bytes, look at it, drop it."""

import re
import shutil
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from skipgram_audit.computing.files import file_sha256
from skipgram_audit.model.errors import Conflict, InvalidInput, TooLarge
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.settings import Settings
from skipgram_audit.store import imported_models, uploads
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, Upload, UploadPurpose
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.uploads.multipart import receive_file
from skipgram_audit_web.features.uploads.receiving import DiskFull, Receiver, received_bytes

MAXIMUM_FILENAME_LENGTH = 255
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def plain_filename(name: str) -> str:
    """The last part of a file's name, for showing; it is never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    return _NOT_IN_A_NAME.sub("", last).strip()[:MAXIMUM_FILENAME_LENGTH] or "corpus"


def arrived_bytes(settings: Settings, upload_id: str) -> int:
    """How much of an upload has arrived."""
    return received_bytes(settings.upload_path(upload_id))


def unfinished(session: Session, settings: Settings, purpose: UploadPurpose) -> list[tuple[Upload, int]]:
    """Uploads for a purpose that can be resumed, and how many bytes of each have arrived."""
    return [
        (upload, arrived_bytes(settings, upload.id))
        for upload in uploads.pending(session, purpose)
        if upload.sha256 is None
    ]


def require_room(settings: Settings, total_bytes: int) -> None:
    """Refuses a file before its first byte.

    Raises:
        InvalidInput: it is empty.
        TooLarge: it is over the cap.
        DiskFull: there is no room for it.
    """
    if total_bytes <= 0:
        raise InvalidInput("The file is empty.", "Choose a file with text in it.")
    if total_bytes > settings.maximum_upload_bytes:
        raise TooLarge(
            f"The file has {total_bytes:,} bytes; at most {settings.maximum_upload_bytes:,} can be uploaded.",
            "Compress it (.gz or .zst), split it, or raise SKIPGRAM_AUDIT_MAXIMUM_UPLOAD_BYTES.",
            maximum_bytes=settings.maximum_upload_bytes,
        )
    free = shutil.disk_usage(settings.data_folder).free
    if total_bytes > free:
        raise DiskFull(
            f"The file has {total_bytes:,} bytes, but only {free:,} are free where the data folder is.",
            "Free some space, or move the data folder.",
            free_bytes=free,
        )


def begin(
    database: Database,
    settings: Settings,
    filename: str,
    total_bytes: int,
    purpose: UploadPurpose = UploadPurpose.CORPUS,
) -> Upload:
    """A new upload of which nothing has arrived; see require_room for what is refused."""
    require_room(settings, total_bytes)
    with database.session() as session:
        return uploads.create(session, uuid.uuid4().hex, plain_filename(filename), total_bytes, purpose)


def adopt(database: Database, settings: Settings, filename: str, content: Path) -> str:
    """An upload, complete, from a file that is on this machine already; returns its id. Its bytes are copied."""
    require_room(settings, content.stat().st_size)
    upload_id = uuid.uuid4().hex
    settings.uploads_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.upload_path(upload_id)
    shutil.copyfile(content, path)
    with database.session() as session:
        upload = uploads.create(session, upload_id, plain_filename(filename), path.stat().st_size)
        upload.received_bytes, upload.sha256 = upload.total_bytes, file_sha256(path)
    return upload_id


def receiver(database: Database, settings: Settings, upload_id: str, offset: int | None) -> Receiver:
    """A place for an upload's next bytes.

    Raises:
        NotFound: no such upload.
        Conflict: it is complete, or being sent, or the offset is not what has arrived.
    """
    with database.session() as session:
        upload = uploads.get(session, upload_id)
    if upload.sha256 is not None:
        raise Conflict(f"The upload of {upload.filename!r} is complete.", "Go on with its preview.")
    return Receiver(settings.upload_path(upload.id), offset, upload.total_bytes)


def note_received(database: Database, settings: Settings, queue: JobQueue, upload_id: str) -> Upload:
    """Writes down how much has arrived; when that is all, hashes the file and asks for its preview, or the import of a
    model. Of two requests that see the last byte, one asks."""
    with database.session() as session:
        upload = uploads.get(session, upload_id)
    path = settings.upload_path(upload.id)
    arrived = received_bytes(path)
    digest = file_sha256(path) if arrived == upload.total_bytes and upload.sha256 is None else None
    with database.session() as session:
        if digest is None:
            uploads.set_received(session, upload_id, arrived)
        elif uploads.complete(session, upload_id, digest):
            upload = uploads.get(session, upload_id)
            if upload.purpose == UploadPurpose.MODEL:
                model = imported_models.create(session, upload, upload.filename)
                queue.enqueue(session, JobKind.MODEL, model.id)
            else:
                uploads.ask_for_preview(upload, None)
                queue.enqueue(session, JobKind.PREVIEW, upload_id)
        return uploads.get(session, upload_id)


def close_form(database: Database, settings: Settings, queue: JobQueue, upload_id: str) -> Upload:
    """Ends an upload whose size was not known before: what has arrived is all.

    Raises:
        InvalidInput: nothing has.
    """
    with database.session() as session:
        upload = uploads.get(session, upload_id)
        upload.total_bytes = arrived_bytes(settings, upload.id)
        if upload.total_bytes == 0:
            raise InvalidInput("The file is empty.", "Choose a file with text in it.")
    return note_received(database, settings, queue, upload_id)


def preview_again(
    database: Database, queue: JobQueue, upload_id: str, options: ReaderOptions | None, by_form: bool = False
) -> str:
    """Asks for a preview with other options, or None for what the file suggests; returns the job's id.

    Args:
        by_form: the options come from the form of the preview before.

    Raises:
        Conflict: bytes are missing.
    """
    with database.session() as session:
        upload = uploads.get(session, upload_id)
        if upload.sha256 is None:
            raise Conflict(f"The upload of {upload.filename!r} is not complete.", "Upload the rest of the file first.")
        uploads.ask_for_preview(upload, options.model_dump(mode="json") if options else None, by_form)
        return queue.enqueue(session, JobKind.PREVIEW, upload_id)


def remove(database: Database, settings: Settings, upload_id: str) -> None:
    """Deletes an upload and its bytes.

    Raises:
        Conflict: an import is reading it.
    """
    with database.session() as session:
        upload = uploads.get(session, upload_id)
        if uploads.is_in_use(session, upload.id):
            raise Conflict(f"{upload.filename!r} is being imported.", "Cancel the import first.")
        uploads.remove(session, upload.id)
    settings.upload_path(upload.id).unlink(missing_ok=True)


FORM_OVERHEAD = 64 * 1024
"""A form's body may be this much larger than its file."""


async def receive_upload(
    request: Request, database: Database, settings: Settings, queue: JobQueue, purpose: UploadPurpose
) -> str:
    """The file of a plain form as an upload that has arrived whole; returns its id."""
    announced = int(request.headers.get("content-length") or settings.maximum_upload_bytes)
    require_room(settings, max(announced - FORM_OVERHEAD, 1))
    limit = min(announced, settings.maximum_upload_bytes)
    started: list[str] = []
    try:
        with ExitStack() as stack:

            def start(filename: str) -> Callable[[bytes], None]:
                upload_id = begin(database, settings, filename, limit, purpose).id
                started.append(upload_id)
                return stack.enter_context(receiver(database, settings, upload_id, 0)).write

            await receive_file(request, start)
        await run_in_threadpool(close_form, database, settings, queue, started[0])
    except BaseException:
        for upload_id in started:
            remove(database, settings, upload_id)
        raise
    return started[0]
