"""What can be done with a corpus: import it from an upload, rename it, delete it."""

import shutil
from collections.abc import Sequence
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.name_and_note import NameAndNote
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.report.formatting import plural
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora, jobs, naming, uploads
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, Job, JobKind
from skipgram_audit.store.near_duplicates import facts_of
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.search import remove_index

SHOWN_AUDITS = 5
"""Of a corpus, in an error."""


def start_import(
    database: Database, queue: JobQueue, upload_id: str, name: str, language: str, options: ReaderOptions
) -> int:
    """A new corpus and the job that reads it. Corpora that could not be read from the same upload go.

    Raises:
        NotFound: no such upload.
        Conflict: its bytes are not complete, or it is being imported already.
    """
    with database.session() as session:
        upload = uploads.take(session, upload_id)
        for unsuccessful in corpora.unsuccessful_of_upload(session, upload_id):
            corpora.remove(session, unsuccessful)
        corpus_id = corpora.create(session, upload, name, language, options.model_dump(mode="json")).id
        queue.enqueue(session, JobKind.IMPORT, corpus_id)
    return corpus_id


def choose_again(database: Database, queue: JobQueue, corpus_id: int) -> CorpusRow:
    """Has the file of a corpus looked at as it was read, so that other choices can be made; returns the corpus.

    Raises:
        NotFound: there is no such corpus.
        Conflict: its file was not kept.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        if corpus.upload_id is None:
            raise Conflict(f"The file of the corpus {corpus.name!r} was not kept.", "Upload it again as a new corpus.")
        uploads.ask_for_preview(uploads.get(session, corpus.upload_id), dict(corpus.reader_options))
        queue.enqueue(session, JobKind.PREVIEW, corpus.upload_id)
        return corpus


def remove_file(database: Database, settings: Settings, corpus_id: int) -> None:
    """Deletes the uploaded file of a corpus; its documents stay.

    Raises:
        NotFound: there is no such corpus.
        Conflict: the file was not kept, or is being imported.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        upload_id = corpus.upload_id
        if upload_id is None:
            raise Conflict(f"The file of the corpus {corpus.name!r} was not kept.")
        if uploads.is_in_use(session, upload_id):
            raise Conflict(f"{corpus.filename!r} is being imported.", "Wait until it has been read.")
        uploads.remove(session, upload_id)
    settings.upload_path(upload_id).unlink(missing_ok=True)


def cancel_import(database: Database, queue: JobQueue, corpus_id: int) -> str:
    """Stops the reading of a corpus; returns the job's id.

    Raises:
        Conflict: the corpus is not being read.
    """
    with database.session() as session:
        job = latest_job(session, corpora.get(session, corpus_id))
    if job is None:
        raise Conflict("This corpus is not being imported.")
    queue.cancel(job.id)
    return job.id


def find_near_duplicates(database: Database, queue: JobQueue, corpus_id: int) -> str:
    """Has near-duplicates looked for in a corpus that an older version imported; returns the job's id.

    A job that is on its way to it is taken for a new one.

    Raises:
        NotFound: there is no such corpus.
        Conflict: it has not been read to its end, or they are known.
    """
    with database.session() as session:
        corpus = corpora.require_read(corpora.get(session, corpus_id))
        if facts_of(session, corpus) is not None:
            raise Conflict(f"The near-duplicates of the corpus {corpus.name!r} are known.")
        return queue.enqueue(session, JobKind.NEAR_DUPLICATES, corpus_id)


def describe(database: Database, corpus_id: int, changes: NameAndNote) -> None:
    """Renames a corpus, or changes its note."""
    with database.session() as session:
        naming.describe(corpora.get(session, corpus_id), changes)


def remove(database: Database, settings: Settings, corpus_id: int, with_audits: bool) -> None:
    """Deletes a corpus with its documents, its audits and their files, and the upload if no other corpus was read
    from it. The file stays among the uploads when the import failed or was cancelled, as the corpus's page says.

    Raises:
        NotFound: there is no such corpus.
        Conflict: it is being read or audited, or has audits that are not to be deleted.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        audits = session.scalars(select(AuditRow).where(AuditRow.corpus_id == corpus_id).order_by(AuditRow.id)).all()
        if audits and not with_audits:
            _refuse(corpus, audits)
        folders = [settings.audit_folder(one.storage_name) for one in audits]
        upload_id = corpora.unneeded_upload(session, corpus)
        corpora.remove(session, corpus_id)
        if upload_id is not None:
            uploads.remove(session, upload_id)
    if upload_id is not None:
        settings.upload_path(upload_id).unlink(missing_ok=True)
    remove_index(settings.data_folder, corpus_id)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(corpus: CorpusRow, audits: Sequence[AuditRow]) -> NoReturn:
    shown = ", ".join(repr(one.name) for one in audits[:SHOWN_AUDITS]) + (", ..." if len(audits) > SHOWN_AUDITS else "")
    raise Conflict(
        f"The corpus {corpus.name!r} has {plural(len(audits), 'audit')}, which would be deleted with it: {shown}.",
        "Delete the audits first, or ask for with_audits=true.",
        audits=[{"id": one.id, "name": one.name} for one in audits],
    )


def latest_job(session: Session, corpus: CorpusRow) -> Job | None:
    """The job that makes a corpus, of its upload or of its parent."""
    return jobs.latest(session, JobKind.DERIVE if corpus.derivation else JobKind.IMPORT, corpus.id)
