"""What can be done with an imported model: read it again, stop that, rename it, delete it."""

import shutil

from skipgram_audit.model.errors import Conflict
from skipgram_audit.settings import Settings
from skipgram_audit.store import imported_models, jobs, uploads
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.queue import JobQueue


def cancel(database: Database, queue: JobQueue, model_id: int) -> None:
    """Stops the reading of a model.

    Raises:
        Conflict: it is not being read.
    """
    with database.session() as session:
        imported_models.get(session, model_id)
        job = jobs.latest(session, JobKind.MODEL, model_id)
    if job is None:
        raise Conflict("This model is not being read.")
    queue.cancel(job.id)


def read_again(database: Database, queue: JobQueue, model_id: int) -> None:
    """Reads a model again whose reading was cancelled or failed.

    Raises:
        Conflict: it is being read or has been, or its file was deleted.
    """
    with database.session() as session:
        model = imported_models.get(session, model_id)
        jobs.wait_again(session, model, f"The model {model.name!r}", "Upload it again.")
        if model.upload_id is None:
            raise Conflict(f"The file of the model {model.name!r} was deleted.", "Upload it again.")
        queue.enqueue(session, JobKind.MODEL, model_id)


def remove(database: Database, settings: Settings, model_id: int) -> None:
    """Deletes a model, the audits of its vectors and their files, and the upload it could not be read from.

    Raises:
        NotFound: there is no such model.
        Conflict: it is being read or audited.
    """
    with database.session() as session:
        model = imported_models.get(session, model_id)
        upload_id = model.upload_id
        audits = imported_models.remove(session, model_id)
        if upload_id is not None:
            uploads.remove(session, upload_id)
    if upload_id is not None:
        settings.upload_path(upload_id).unlink(missing_ok=True)
    settings.model_path(model.storage_name).unlink(missing_ok=True)
    for storage_name in audits:
        shutil.rmtree(settings.audit_folder(storage_name), ignore_errors=True)
