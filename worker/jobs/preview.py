"""The preview of an upload: its beginning as it would be read, written to ``uploads.preview``."""

from app.errors import AuditError
from app.store import uploads
from app.store.models import JobKind
from worker.engine.corpus.readers import ReaderOptions
from worker.jobs.context import JobContext
from worker.jobs.failures import engine_errors_told
from worker.jobs.isolation import read_preview
from worker.jobs.limits import reader_limits
from worker.jobs.runtime import job


@job(JobKind.PREVIEW)
def preview_upload(context: JobContext, subject: str) -> None:
    """Looks at the upload whose id is the subject."""
    context.step("look", lambda: _look(context, subject))


def _look(context: JobContext, upload_id: str) -> None:
    context.phase(1, 1, "Looking at the file")
    with context.database.session() as session:
        upload = uploads.get(session, upload_id)
        chosen = (upload.preview or {}).get("chosen")
    options = ReaderOptions.from_dict(chosen) if chosen else None
    try:
        with engine_errors_told():
            path, limits = context.settings.upload_path(upload_id), reader_limits(context.settings)
            found = read_preview(path, upload.filename, options, limits, context.progress)
    except AuditError as error:
        with context.database.session() as session:
            uploads.set_preview_error(session, upload_id, error.message, error.remedy)
        raise
    with context.database.session() as session:
        uploads.set_preview(session, upload_id, found)
