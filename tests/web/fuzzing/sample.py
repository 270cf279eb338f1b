"""A small server with one of everything, for requests that are drawn at random."""

from dataclasses import dataclass

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.settings import Settings
from skipgram_audit.store import marks
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import ImportedModelRow, Job, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.uploads import service as upload_service
from tests.audit_sample import make_audit
from tests.check_sample import make_check
from tests.duplicates_sample import find_duplicates
from tests.stored_files import audit_of
from tests.web.features.words.test_pages import write_tables


@dataclass(frozen=True)
class Filled:
    """What can be asked for by its id; the names are those of the parameters in addresses."""

    parameters: dict[str, object]


def fill(settings: Settings, database: Database, queue: JobQueue) -> Filled:
    """An upload, a corpus with near-duplicates, an audit with words, marks and a check, and a model."""
    made = make_audit(database, copies=2)
    find_duplicates(database, made.corpus_id)
    write_tables(settings, made, pairs=True)
    check_id = make_check(database, made, CheckPlan(plan="halves", sets=4, seeds=[1, 2]))
    upload = upload_service.begin(database, settings, "c.txt", 5)
    settings.uploads_folder.mkdir(exist_ok=True)
    settings.upload_path(upload.id).write_bytes(b"words")
    upload_service.note_received(database, settings, queue, upload.id)
    with database.session() as session:
        marks.mark(session, audit_of(database, made.audit_id), made.document_ids[:2])
        model = ImportedModelRow(name="m", filename="m.txt", source_sha256="", source_bytes=1, status=Status.FAILED)
        job = Job(id="f" * 32, kind=JobKind.PREVIEW, subject="x", status=Status.DONE)
        session.add_all([model, job])
        session.flush()
        model_id = model.id
    return Filled(
        {
            "audit_id": made.audit_id,
            "check_id": check_id,
            "corpus_id": made.corpus_id,
            "document_id": made.document_ids[1],
            "filename": "report.html",
            "group_id": made.document_ids[0],
            "job_id": "f" * 32,
            "model_id": model_id,
            "number": 1,
            "probe_id": 1,
            "start": 0,
            "upload_id": upload.id,
            "word": "home",
        }
    )
