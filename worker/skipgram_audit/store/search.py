"""Search in the documents of a corpus, by the words that are counted.

A query is words and phrases as skipgram_audit.model.search_query reads them, or ``id:`` and a document's full id. An id
is also found without that, unless it is a single word that occurs in some text: the number of documents with a word is
then the one that is counted. What a user types never reaches the index as query syntax.

The index of a corpus is an FTS5 index in a file of its own in the data folder, whichever database holds the rows. It
holds the forms of the corpus' words (skipgram_audit.model.tokens), case-folded, as they are counted, one after the
other; FTS5 only cuts them apart at the blanks. So a search finds what is counted. Documents are named by number, as
the corpus' packed columns name them. A file, since an index inside Postgres names rows, each of which must be fetched
to learn which document it is: a common word of a million documents took half a second.

The worker makes it. It says what it was made from, and one of other contents is not believed.
"""

import hashlib
import json
import logging
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import AuditError, InvalidInput
from skipgram_audit.model.search_query import Clause, Phrase, parse_query
from skipgram_audit.model.tokens import is_one_word
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.database import folder_of
from skipgram_audit.store.document_columns import numbers_of
from skipgram_audit.store.models import CorpusRow, Document

logger = logging.getLogger(__name__)

_ID = "id:"


class SearchNotReady(AuditError):
    """The index of a corpus has to be made first; whoever answers the request sees to that."""

    code, status = "search_not_ready", 503

    def __init__(self, corpus_id: int) -> None:
        super().__init__("The search in this corpus is being prepared.", "Ask again in a moment.", corpus_id=corpus_id)
        self.corpus_id = corpus_id


def matching_documents(session: Session, corpus: CorpusRow, found: Columns, query: str) -> npt.NDArray[np.bool_]:
    """Which documents of a corpus, by number, a query finds.

    Args:
        found: the corpus' columns.

    Raises:
        InvalidInput: the query cannot be read, and is no document's id.
        SearchNotReady: the corpus' index is missing, damaged, or of other contents.
    """
    query = query.replace("\0", "").strip()
    passing = np.zeros(len(found["ids"]), np.bool_)
    if not len(passing):
        return passing
    if query.startswith(_ID):
        passing[_numbers_by_id(session, corpus, found, query.removeprefix(_ID).strip())] = True
        return passing
    try:
        wanted = parse_query(query, corpus.language)
    except InvalidInput:
        passing[_numbers_by_id(session, corpus, found, query)] = True
        if not passing.any():
            raise
        return passing
    if wanted:
        passing[_documents_with(session, corpus, wanted)] = True
    if not (passing.any() and is_one_word(query)):
        passing[_numbers_by_id(session, corpus, found, query)] = True
    return passing


def _numbers_by_id(session: Session, corpus: CorpusRow, found: Columns, identifier: str) -> npt.NDArray[np.int64]:
    by_id = select(Document.id).where(Document.corpus_id == corpus.id, Document.external_id == identifier)
    return numbers_of(found, np.array(session.scalars(by_id).all(), np.int64))


def _documents_with(session: Session, corpus: CorpusRow, wanted: list[Clause]) -> npt.NDArray[np.int64]:
    """The numbers of the documents in which every clause holds."""
    try:
        with open_index(folder_of(session), corpus) as index:
            return index.matching(wanted)
    except UnusableIndex as error:
        logger.warning("The search index of corpus %s is made again: %s.", corpus.id, error)
        raise SearchNotReady(corpus.id) from error


INDEX_FORMAT = 2
"""Changed whenever an index of the same texts would hold something else."""

INDEX_TABLE = "CREATE VIRTUAL TABLE documents USING fts5(title, text, content='', columnsize=0, tokenize='ascii')"
"""The tokenizer takes every character beyond ASCII for part of a word, and leaves it as it is."""

MATCHING_NUMBERS = "SELECT group_concat(rowid) FROM documents WHERE documents MATCH ?"
"""One text of all numbers: as rows they would take three times as long."""

LONGEST_WORD = 200
"""FTS5 cuts words off after some thousand bytes; longer ones than this are distinguished by a digest."""


class UnusableIndex(Exception):
    """There is no index, or one that is damaged or was made from something else."""


class NewIndex:
    """An index that is being made."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._count = 0
        self.contents: str | None = None

    def add(self, title: Iterable[str], text: Iterable[str]) -> None:
        """The next document: the forms of its words."""
        self._connection.execute(
            "INSERT INTO documents(rowid, title, text) VALUES (?, ?, ?)", (self._count, _joined(title), _joined(text))
        )
        self._count += 1

    def finish(self, contents: str) -> None:
        """All documents were added.

        Args:
            contents: what they were; see contents_of.
        """
        self.contents = contents


class SearchIndex:
    """An index that is open for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def matching(self, clauses: Sequence[Clause]) -> npt.NDArray[np.int64]:
        """The numbers of the documents that hold one phrase of every clause.

        Raises:
            Unusable: the index cannot be read.
        """
        query = " AND ".join(f"({' OR '.join(map(_match_expression, clause))})" for clause in clauses)
        with _raising_unusable():
            [listed] = self._connection.execute(MATCHING_NUMBERS, [query]).fetchone()
        return np.fromstring(listed or "", dtype=np.int64, sep=",")


def index_contents(corpus: CorpusRow, content_sha256: str | None = None) -> str:
    """A digest of all that decides what the index of a corpus holds.

    Args:
        content_sha256: of ids, texts and sentences, where the corpus' row does not have it yet.
    """
    parts = [
        INDEX_FORMAT,
        corpus.language,
        content_sha256 or corpus.content_sha256,
        corpus.source_sha256,
        corpus.reader_options,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def index_path(folder: Path, corpus_id: int) -> Path:
    """Where a corpus' index lies in the data folder."""
    return folder / "search" / f"{corpus_id}.sqlite"


@contextmanager
def new_index(folder: Path, corpus_id: int) -> Iterator[NewIndex]:
    """A corpus' new index, to which documents are added in the order of their numbers.

    It takes the place of the one that is there when the block has finished it; else it is deleted.
    """
    path = index_path(folder, corpus_id)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(INDEX_TABLE)
            index = NewIndex(connection)
            yield index
            if index.contents is None:
                return
            connection.execute("CREATE TABLE made_from(contents TEXT)")
            connection.execute("INSERT INTO made_from VALUES (?)", [index.contents])
            connection.execute("INSERT INTO documents(documents) VALUES ('optimize')")
            connection.commit()
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def open_index(folder: Path, corpus: CorpusRow) -> Iterator[SearchIndex]:
    """The index of a corpus.

    Raises:
        Unusable: it is missing, damaged, or was made from something else.
    """
    path = index_path(folder, corpus.id)
    if not path.exists():
        raise UnusableIndex("it is missing")
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        with _raising_unusable():
            found = connection.execute("SELECT contents FROM made_from").fetchall()
        if found != [(index_contents(corpus),)]:
            raise UnusableIndex("it was made from something else")
        yield SearchIndex(connection)


def remove_index(folder: Path, corpus_id: int) -> None:
    """Deletes a corpus' index, and what a killed worker left of one."""
    for path in index_path(folder, corpus_id).parent.glob(f"{corpus_id}.*"):
        path.unlink(missing_ok=True)


@contextmanager
def _raising_unusable() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        damaged = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        if damaged or "no such" in str(error):
            raise UnusableIndex(f"it is damaged: {error}") from error
        raise


def _match_expression(phrase: Phrase) -> str:
    """A phrase in the syntax of FTS5.

    Raises:
        InvalidInput: it is the beginning of a word that is longer than what the index keeps of words.
    """
    if phrase.prefix and len(phrase.words[-1]) > LONGEST_WORD:
        raise InvalidInput(
            f"Beginnings of words can be {LONGEST_WORD} characters long, not {len(phrase.words[-1]):,}.",
            "Shorten what stands before the star, or leave the star out.",
        )
    return f'{phrase.column} : "{_joined(phrase.words)}"{" *" if phrase.prefix else ""}'


def _joined(words: Iterable[str]) -> str:
    return " ".join(word if len(word) <= LONGEST_WORD else _shortened(word) for word in words)


def _shortened(word: str) -> str:
    return word[:LONGEST_WORD] + hashlib.sha256(word.encode()).hexdigest()
