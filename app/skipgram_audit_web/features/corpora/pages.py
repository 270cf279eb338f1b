"""The pages of corpora: the list, one corpus, its documents."""

import re
from itertools import chain
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from skipgram_audit.model.languages import LANGUAGES
from skipgram_audit.model.reader_options import FORMATS
from skipgram_audit.model.rewriting import Derivation
from skipgram_audit.report.rewrite_sentences import derivation_sentence
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.store import corpora, document_notes, documents, jobs, uploads
from skipgram_audit.store.corpora import LONGEST_LISTED_WORD
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit.store.near_duplicates import facts_of
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.paging import Cursor
from skipgram_audit_web.addresses import LARGEST_INTEGER, DocumentId, Id
from skipgram_audit_web.common.naming import NamingForm, NoteForm
from skipgram_audit_web.features.corpora import service
from skipgram_audit_web.features.uploads.service import arrived_bytes
from skipgram_audit_web.web import (
    CurrentDatabase,
    CurrentQueue,
    CurrentSettings,
    SentForm,
    file_answer,
    render,
    see_other,
)

router = APIRouter(prefix="/corpora", include_in_schema=False)

FIRST_DOCUMENTS = 8
FREQUENT_WORDS = 60
SENTENCES_SHOWN = 500


@router.get("")
def list_corpora(
    request: Request, database: CurrentDatabase, settings: CurrentSettings, cursor: str | None = None
) -> Response:
    """All corpora, the newest first, and uploads that wait to be imported."""
    with database.session() as session:
        page = corpora.page(session, Cursor.parse(cursor))
        waiting = [] if cursor else uploads.pending(session)
        running = {
            corpus.id: service.latest_job(session, corpus) for corpus in page.items if corpus.status in jobs.ACTIVE
        }
    arrived = {upload.id: arrived_bytes(settings, upload.id) for upload in waiting}
    return render(
        request,
        "corpora/list.html",
        page=page,
        uploads=waiting,
        arrived=arrived,
        running=running,
    )


@router.get("/{corpus_id}")
def show_corpus(request: Request, corpus_id: Id, database: CurrentDatabase) -> Response:
    """Progress while it is read, then what was read and what was skipped."""
    return _render_corpus(request, database, corpus_id)


@router.post("/{corpus_id}/name")
def describe_corpus(request: Request, corpus_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """Renames the corpus and changes its note, or shows its page again with what is wrong."""
    form = NamingForm.sent(sent)
    changes = form.read()
    if changes is None:
        return _render_corpus(request, database, corpus_id, naming=form, status_code=422)
    service.describe(database, corpus_id, changes)
    return see_other(f"/corpora/{corpus_id}")


def _render_corpus(
    request: Request, database: Database, corpus_id: int, naming: NamingForm | None = None, status_code: int = 200
) -> Response:
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        done = corpus.status == Status.DONE
        made = Derivation.model_validate(corpus.derivation) if corpus.derivation else None
        return render(
            request,
            "corpora/show.html",
            status_code=status_code,
            corpus=corpus,
            naming=naming or NamingForm.of(corpus),
            job=service.latest_job(session, corpus),
            duplicates=facts_of(session, corpus),
            duplicates_job=jobs.latest(session, JobKind.NEAR_DUPLICATES, corpus_id) if done else None,
            formats=FORMATS,
            language=LANGUAGES.get(corpus.language, corpus.language),
            documents=documents.page(session, corpus_id, size=FIRST_DOCUMENTS).items if done else [],
            words=corpora.frequent_words(session, corpus_id, FREQUENT_WORDS) if done else [],
            vocabulary_size=corpora.vocabulary_size(session, corpus_id) if done else 0,
            longest_word=LONGEST_LISTED_WORD,
            audit_count=corpora.audit_count(session, corpus_id),
            parent=corpora.parent_of(session, corpus),
            children=corpora.children(session, corpus_id),
            maker=corpora.maker_of(session, corpus),
            made=derivation_sentence(made.plan, made.undone) if made else "",
            skipped=[(row.place, row.reason) for row in corpora.skipped(session, corpus_id)],
        )


@router.get("/{corpus_id}/skipped.csv")
def download_skipped(corpus_id: int, database: CurrentDatabase) -> Response:
    """All skipped rows with place and reason."""
    with database.session() as session:
        corpora.get(session, corpus_id)
    lines = chain([("place", "reason")], corpora.stream_skipped(database, corpus_id))
    return file_answer(map(csv_line, lines), f"skipped-{corpus_id}.csv", "text/csv")


@router.post("/{corpus_id}/again")
def choose_again(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    """The preview of the corpus' file as it was read, to import it with other choices."""
    corpus = service.choose_again(database, queue, corpus_id)
    query = urlencode({"name": corpus.name, "language": corpus.language})
    return see_other(f"/corpora/uploads/{corpus.upload_id}?{query}")


@router.post("/{corpus_id}/file/delete")
def delete_file(corpus_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    service.remove_file(database, settings, corpus_id)
    return see_other(f"/corpora/{corpus_id}")


@router.post("/{corpus_id}/cancel")
def cancel_import(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.cancel_import(database, queue, corpus_id)
    return see_other(f"/corpora/{corpus_id}")


@router.post("/{corpus_id}/near-duplicates")
def find_near_duplicates(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.find_near_duplicates(database, queue, corpus_id)
    return see_other(f"/corpora/{corpus_id}#near-duplicates")


@router.post("/{corpus_id}/delete")
def delete_corpus(corpus_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    service.remove(database, settings, corpus_id, with_audits=True)
    return see_other("/corpora")


@router.get("/{corpus_id}/documents")
def list_documents(request: Request, corpus_id: Id, database: CurrentDatabase, cursor: str | None = None) -> Response:
    """All documents in reading order."""
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        page = documents.page(session, corpus_id, Cursor.parse(cursor))
        notes = document_notes.notes_of(session, [document.id for document in page.items])
    return render(request, "corpora/documents.html", corpus=corpus, page=page, notes=notes)


@router.get("/{corpus_id}/documents/{document_id}")
def show_document(
    request: Request,
    corpus_id: Id,
    document_id: DocumentId,
    database: CurrentDatabase,
    first: Annotated[int, Query(ge=0, le=LARGEST_INTEGER, alias="from")] = 0,
) -> Response:
    """One document: its text, sentence by sentence as it is counted, a bounded number of sentences at a time."""
    return _render_document(request, database, corpus_id, document_id, first)


@router.post("/{corpus_id}/documents/{document_id}/note")
def note_document(
    request: Request, corpus_id: Id, document_id: DocumentId, database: CurrentDatabase, sent: SentForm
) -> Response:
    """Changes the note on a document, or shows its page again with what is wrong. An audit's page of the document is
    come back to where the form was there."""
    form = NoteForm.sent(sent)
    note = form.read()
    if note is None:
        return _render_document(request, database, corpus_id, document_id, form=form, status_code=422)
    with database.session() as session:
        documents.get(session, corpus_id, document_id)
        document_notes.set_note(session, document_id, note)
    back = str(sent.get("back", ""))
    here = f"/corpora/{corpus_id}/documents/{document_id}"
    return see_other(back if re.match(rf"/audits/\d+/documents/{document_id}(\?|$)", back) else here)


def _render_document(
    request: Request,
    database: Database,
    corpus_id: int,
    document_id: int,
    first: int = 0,
    form: NoteForm | None = None,
    status_code: int = 200,
) -> Response:
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        document = documents.get(session, corpus_id, document_id)
        note = document_notes.note_of(session, document_id)
    return render(
        request,
        "corpora/document.html",
        status_code=status_code,
        note=note,
        note_form=form or NoteForm(note),
        corpus=corpus,
        document=document,
        pieces=sentence_pieces(document.text, unpack_bounds(document.sentence_bounds).tolist(), first),
        first=first,
        last=first + SENTENCES_SHOWN,
        step=SENTENCES_SHOWN,
    )


def sentence_pieces(text: str, bounds: list[list[int]], first: int) -> list[tuple[str, int]]:
    """SENTENCES_SHOWN sentences of a text from the one with index ``first``, and what lies between them.

    Returns:
        (piece, number) in text order; the number of a sentence counts from 1, what lies between two has 0.
    """
    pieces: list[tuple[str, int]] = []
    position = bounds[first][0] if 0 < first < len(bounds) else 0
    for number, (start, end) in enumerate(bounds[first : first + SENTENCES_SHOWN], start=first + 1):
        if start > position:
            pieces.append((text[position:start], 0))
        pieces.append((text[start:end], number))
        position = end
    return pieces
