"""Queries on documents: written in batches, read one by one, by the page, or streamed in bounded memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, defer

from skipgram_audit.model.engine_errors import UnknownDocument
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.sentence_names import parse_sentence_name, sentence_places
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.store import columns, corpora, documents
from skipgram_audit.store.columns import CorpusColumn
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Document
from skipgram_audit.store.packing import pack_bounds, unpack_bounds
from skipgram_audit.store.paging import PAGE_SIZE, Cursor, Page, paginate
from skipgram_audit.store.search import index_contents, new_index, remove_index

STREAMED_TOKENS = 100_000
"""Documents are streamed so many tokens at a time, about half a megabyte of text."""

STREAMED_DOCUMENTS = 500
DELETED_AT_ONCE = 1_000
SNIPPET_LENGTH = 240


@dataclass(frozen=True)
class NewDocument:
    """A document to be stored; the position is its place in reading order, from 0."""

    position: int
    external_id: str
    title: str
    text: str
    fields: dict[str, str]
    place: str
    token_count: int
    bounds: npt.NDArray[np.uint32]


@dataclass(frozen=True)
class StoredText:
    """A document as the engine needs it: bounds are those of its sentences, uint32 [sentences, 2]."""

    id: int
    position: int
    external_id: str
    title: str
    text: str
    bounds: npt.NDArray[np.uint32]
    fields: dict[str, str]


@dataclass(frozen=True)
class DocumentSummary:
    """A document's row in a list, with its first words and its metadata."""

    id: int
    position: int
    external_id: str
    title: str
    snippet: str
    token_count: int
    sentence_count: int
    place: str
    fields: dict[str, str]


def insert_batch(session: Session, corpus_id: int, documents: Sequence[NewDocument]) -> None:
    """Stores documents of a corpus in one statement."""
    rows = [
        {
            **{name: value for name, value in vars(document).items() if name != "bounds"},
            "corpus_id": corpus_id,
            "sentence_count": len(document.bounds),
            "sentence_bounds": pack_bounds(document.bounds),
        }
        for document in documents
    ]
    if rows:
        session.execute(insert(Document), rows)


def remove_all(database: Database, corpus_id: int) -> None:
    """Deletes all documents of a corpus, columns and search index, in short transactions so that nobody waits long."""
    with database.session() as session:
        columns.remove(session, CorpusColumn, corpus_id)
    remove_index(database.folder, corpus_id)
    some = select(Document.id).where(Document.corpus_id == corpus_id).limit(DELETED_AT_ONCE)
    while True:
        with database.session() as session:
            ids = list(session.scalars(some))
            if not ids:
                return
            session.execute(delete(Document).where(Document.id.in_(ids)))


def get(session: Session, corpus_id: int, document_id: int) -> Document:
    """One document with its text.

    Raises:
        NotFound: the corpus has no such document.
    """
    document = session.get(Document, document_id)
    if document is None or document.corpus_id != corpus_id:
        raise NotFound(f"The corpus has no document {document_id}.", "See the list of its documents.")
    return document


def positions_of_ids(session: Session, corpus_id: int, identifiers: Sequence[str]) -> list[int]:
    """The places of documents, ascending, each once; ids are those of the user.

    Raises:
        UnknownDocument: an id that no document has.
    """
    found: dict[str, int] = {}
    for first in range(0, len(identifiers), DELETED_AT_ONCE):
        some = identifiers[first : first + DELETED_AT_ONCE]
        statement = select(Document.external_id, Document.position).where(
            Document.corpus_id == corpus_id, Document.external_id.in_(some)
        )
        found |= {row.external_id: row.position for row in session.execute(statement)}
    unknown = [one for one in identifiers if one not in found]
    if unknown:
        raise UnknownDocument.among(unknown, len(identifiers))
    return sorted(set(found.values()))


def places_of_sentences(session: Session, corpus_id: int, names: Sequence[str]) -> list[tuple[int, int]]:
    """The document's position and the sentence's index of each; see skipgram_audit.model.sentence_names.

    Raises:
        InvalidInput: a name of no sentence.
        UnknownDocument: an id that no document has.
    """
    wanted = list({parse_sentence_name(one)[0] for one in names})
    identifiers: list[str] = []
    positions: list[int] = []
    counts: list[int] = []
    for first in range(0, len(wanted), DELETED_AT_ONCE):
        statement = select(Document.external_id, Document.position, Document.sentence_count).where(
            Document.corpus_id == corpus_id, Document.external_id.in_(wanted[first : first + DELETED_AT_ONCE])
        )
        for row in session.execute(statement):
            identifiers.append(row.external_id)
            positions.append(row.position)
            counts.append(row.sentence_count)
    return sentence_places(names, identifiers, positions, counts)


def text_of(session: Session, document_id: int) -> str:
    """The text of one document."""
    return session.scalars(select(Document.text).where(Document.id == document_id)).one()


def beginnings(session: Session, document_ids: Sequence[int], length: int) -> dict[int, str]:
    """Document id -> its first characters; whole texts stay in the database."""
    found = select(Document.id, func.substr(Document.text, 1, length).label("text")).where(
        Document.id.in_(document_ids)
    )
    return {row.id: row.text for row in session.execute(found)}


def page(
    session: Session, corpus_id: int, cursor: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[DocumentSummary]:
    """Documents in reading order, with their first words; whole texts stay in the database."""
    statement = (
        select(Document)
        .where(Document.corpus_id == corpus_id)
        .options(defer(Document.text), defer(Document.sentence_bounds))
    )
    found = paginate(session, statement, Document.position, cursor, size)
    snippets = beginnings(session, [document.id for document in found.items], SNIPPET_LENGTH)
    items = [
        DocumentSummary(
            document.id,
            document.position,
            document.external_id,
            document.title,
            snippets[document.id],
            document.token_count,
            document.sentence_count,
            document.place,
            document.fields,
        )
        for document in found.items
    ]
    return Page(items, found.next, found.previous)


def token_total(session: Session, corpus_id: int) -> int:
    """Tokens of all documents that are stored."""
    return session.scalar(select(func.sum(Document.token_count)).where(Document.corpus_id == corpus_id)) or 0


def stream_texts(database: Database, corpus_id: int) -> Iterator[StoredText]:
    """All texts of a corpus in reading order, in memory that does not grow with the corpus.

    Each batch has its own short session: no transaction stays open while the caller computes.
    """
    position = -1
    while True:
        with database.session() as session:
            last = _end_of_batch(session, corpus_id, position)
            if last is None:
                return
            statement = (
                select(
                    Document.id,
                    Document.position,
                    Document.external_id,
                    Document.title,
                    Document.text,
                    Document.sentence_bounds,
                    Document.fields,
                )
                .where(Document.corpus_id == corpus_id, Document.position > position, Document.position <= last)
                .order_by(Document.position)
            )
            rows = session.execute(statement).all()
        for row in rows:
            bounds = unpack_bounds(row.sentence_bounds)
            yield StoredText(row.id, row.position, row.external_id, row.title, row.text, bounds, row.fields)
        position = last


def _end_of_batch(session: Session, corpus_id: int, position: int) -> int | None:
    """The position of the last document of a batch of bounded size; None at the end of the corpus."""
    statement = (
        select(Document.position, Document.token_count)
        .where(Document.corpus_id == corpus_id, Document.position > position)
        .order_by(Document.position)
        .limit(STREAMED_DOCUMENTS)
    )
    last, tokens = None, 0
    for row in session.execute(statement):
        tokens += row.token_count
        if last is not None and tokens > STREAMED_TOKENS:
            break
        last = int(row.position)
    return last


def write_search_index(
    database: Database, corpus_id: int, progress: Callable[[float], None] = lambda _fraction: None
) -> None:
    """Makes the search index of a corpus that has been read, over the one that is there; an import makes the first.

    Args:
        progress: called with 0..1 after every document.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
    with new_index(database.folder, corpus_id) as index:
        for number, document in enumerate(documents.stream_texts(database, corpus_id), start=1):
            index.add(
                tokenize(document.title, casefold=True, language=corpus.language),
                tokenize(document.text, casefold=True, language=corpus.language),
            )
            progress(min(1.0, number / max(1, corpus.document_count)))
        index.finish(index_contents(corpus))
