"""The import of a model: its file is read once, checked, and kept as plain arrays; the upload is let go."""

from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.isolation import read_model
from skipgram_audit.jobs.limits import reader_limits
from skipgram_audit.jobs.runtime import job
from skipgram_audit.store import imported_models, uploads
from skipgram_audit.store.models import JobKind


@job(JobKind.MODEL)
def import_model(context: JobContext, subject: str) -> None:
    """Reads the model whose id is the subject from its upload."""
    context.step("read", lambda: _read(context, int(subject)))
    context.step("finish", lambda: _finish(context, int(subject)))


def _read(context: JobContext, model_id: int) -> None:
    context.phase(1, 1, "Reading the model")
    with context.database.session() as session:
        row = imported_models.get(session, model_id)
    settings = context.settings
    settings.models_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, target = settings.upload_path(row.upload_id or ""), settings.model_path(row.storage_name)
    facts = read_model(path, target, reader_limits(settings), context.progress)
    with context.database.session() as session:
        imported_models.set_facts(session, model_id, facts)


def _finish(context: JobContext, model_id: int) -> None:
    """The file first: should the worker be killed between the two, this step runs again and finds the row."""
    with context.database.session() as session:
        upload_id = imported_models.get(session, model_id).upload_id
    if upload_id is not None:
        context.settings.upload_path(upload_id).unlink(missing_ok=True)
        with context.database.session() as session:
            uploads.remove(session, upload_id)
