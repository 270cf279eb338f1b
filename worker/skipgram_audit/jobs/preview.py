"""The preview of an upload: its beginning as it would be read, written to ``uploads.preview``."""

from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.isolation import read_preview
from skipgram_audit.jobs.limits import reader_limits
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.store import uploads
from skipgram_audit.store.models import JobKind


@job_of_one_step(JobKind.PREVIEW, "look")
def preview_upload(context: JobContext, subject: str) -> None:
    """Looks at the upload whose id is the subject."""
    context.phase(1, 1, "Looking at the file")
    with context.database.session() as session:
        upload = uploads.get(session, subject)
        asked = upload.preview or {}
        chosen, offered = asked.get("chosen"), asked.get("offered")
    options = ReaderOptions.unchecked(chosen) if chosen else None
    try:
        path, limits = context.settings.upload_path(subject), reader_limits(context.settings)
        found = read_preview(path, upload.filename, options, limits, context.progress, offered)
    except AuditError as error:
        with context.database.session() as session:
            uploads.set_preview_error(session, subject, error)
        raise
    with context.database.session() as session:
        uploads.set_preview(session, subject, found)
