"""The JSON API of corpora: import, what was read and what was skipped, documents, words, deletion."""

from typing import Annotated

from fastapi import APIRouter, Query

from skipgram_audit.model.name_and_note import NameAndNote, NewNote
from skipgram_audit.store import corpora, document_notes, documents
from skipgram_audit.store.document_columns import frequent_values
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.paging import PAGE_SIZE, Cursor
from skipgram_audit.store.ranking_filter import require_field
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.query_parameters import FieldName
from skipgram_audit_web.features.corpora import service
from skipgram_audit_web.features.corpora.schemas import (
    CorpusDetail,
    CorpusModel,
    CorpusPage,
    CorpusWordModel,
    DocumentModel,
    DocumentPage,
    FieldValueModel,
    FieldValues,
    NewCorpus,
    SkippedRowModel,
)
from skipgram_audit_web.features.jobs.schemas import JobStarted
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings, fields_from

router = APIRouter(prefix="/api/v1/corpora", tags=["corpora"], responses=ERROR_RESPONSES)

MAXIMUM_PAGE_SIZE = 500


@router.post("", status_code=201)
def create(sent: NewCorpus, database: CurrentDatabase, queue: CurrentQueue) -> CorpusDetail:
    """Imports an upload as a corpus; follow ``job_id`` under /api/v1/jobs."""
    corpus_id = service.start_import(database, queue, sent.upload_id, sent.name, sent.language, sent.options)
    return show(corpus_id, database)


@router.get("")
def list_corpora(database: CurrentDatabase, cursor: str | None = None) -> CorpusPage:
    """Corpora, the newest first."""
    with database.session() as session:
        page = corpora.page(session, Cursor.parse(cursor))
        items = [CorpusModel.model_validate(corpus) for corpus in page.items]
    return CorpusPage(items=items, next=page.next, previous=page.previous)


@router.get("/{corpus_id}")
def show(corpus_id: Id, database: CurrentDatabase) -> CorpusDetail:
    """One corpus."""
    with database.session() as session:
        row = corpora.get(session, corpus_id)
        corpus = CorpusModel.model_validate(row)
        job = service.latest_job(session, row)
    return CorpusDetail(**corpus.model_dump(), job_id=job.id if job else None)


@router.patch("/{corpus_id}")
def describe(corpus_id: Id, changes: NameAndNote, database: CurrentDatabase) -> CorpusDetail:
    """Renames a corpus, or changes its note."""
    service.describe(database, corpus_id, changes)
    return show(corpus_id, database)


@router.post("/{corpus_id}/cancel", status_code=202)
def cancel(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> JobStarted:
    """Stops an import; its documents go, its upload stays."""
    return JobStarted(job_id=service.cancel_import(database, queue, corpus_id))


@router.post("/{corpus_id}/near-duplicates", status_code=202)
def find_near_duplicates(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> JobStarted:
    """Looks for near-duplicates in a corpus that an older version imported; newer imports have done it."""
    return JobStarted(job_id=service.find_near_duplicates(database, queue, corpus_id))


@router.delete("/{corpus_id}", status_code=204)
def remove(
    corpus_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    with_audits: Annotated[bool, Query(description="Delete its audits, too.")] = False,
) -> None:
    """Deletes a corpus with its documents.

    One with audits is refused by 409, which names them in `details.audits`. With `with_audits` they are deleted, too,
    with their checks, what-ifs, rewritings and mitigations.
    """
    service.remove(database, settings, corpus_id, with_audits)


@router.get("/{corpus_id}/documents")
def list_documents(
    corpus_id: Id,
    database: CurrentDatabase,
    cursor: str | None = None,
    size: Annotated[int, Query(ge=1, le=MAXIMUM_PAGE_SIZE)] = PAGE_SIZE,
) -> DocumentPage:
    """Documents in reading order, with their first words."""
    with database.session() as session:
        corpora.get(session, corpus_id)
        page = documents.page(session, corpus_id, Cursor.parse(cursor), size)
    return DocumentPage(items=list(page.items), next=page.next, previous=page.previous)


@router.get("/{corpus_id}/documents/{document_id}")
def show_document(corpus_id: Id, document_id: DocumentId, database: CurrentDatabase) -> DocumentModel:
    """One document with its text and its sentences."""
    with database.session() as session:
        document = documents.get(session, corpus_id, document_id)
        note = document_notes.note_of(session, document_id)
    return DocumentModel(
        **fields_from(DocumentModel, document),
        note=note,
        sentences=unpack_bounds(document.sentence_bounds).tolist(),
    )


@router.patch("/{corpus_id}/documents/{document_id}")
def change_note(corpus_id: Id, document_id: DocumentId, changes: NewNote, database: CurrentDatabase) -> DocumentModel:
    """Changes the note on a document; all audits of the corpus show it."""
    with database.session() as session:
        documents.get(session, corpus_id, document_id)
        document_notes.set_note(session, document_id, changes.note)
    return show_document(corpus_id, document_id, database)


@router.get("/{corpus_id}/skipped")
def list_skipped(corpus_id: Id, database: CurrentDatabase) -> list[SkippedRowModel]:
    """Place and reason of rows that were skipped, the first of each reason; the counts are in the corpus, all rows at
    /corpora/{corpus_id}/skipped.csv."""
    with database.session() as session:
        corpora.get(session, corpus_id)
        return [SkippedRowModel.model_validate(row) for row in corpora.skipped(session, corpus_id)]


@router.get("/{corpus_id}/values")
def list_values(
    corpus_id: Id,
    database: CurrentDatabase,
    field: FieldName = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> FieldValues:
    """The most frequent values of a metadata field."""
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        field = field or next(iter(corpus.metadata_fields), "")
        require_field(corpus, field)
        values, total = frequent_values(session, corpus, field, limit)
    items = [FieldValueModel(value=value, documents=count) for value, count in values]
    return FieldValues(field=field, total=total, items=items)


@router.get("/{corpus_id}/words")
def list_words(
    corpus_id: Id, database: CurrentDatabase, limit: Annotated[int, Query(ge=1, le=10_000)] = 100
) -> list[CorpusWordModel]:
    """The most frequent words, case-folded."""
    with database.session() as session:
        corpora.get(session, corpus_id)
        words = corpora.frequent_words(session, corpus_id, limit)
    return [CorpusWordModel(word=word, count=count) for word, count in words]
