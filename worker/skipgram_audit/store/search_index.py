"""Full text of one corpus: an FTS5 index in a file of its own in the data folder, whichever database holds the rows.

It holds the forms of the corpus' words (skipgram_audit.model.tokens), case-folded, as they are counted, one after the
other; FTS5 only cuts them apart at the blanks. So a search finds what is counted. Documents are named by number, as
the corpus' packed columns name them. A file, since an index inside Postgres names rows, each of which must be fetched
to learn which document it is: a common word of a million documents took half a second.

The worker makes it. It says what it was made from, and one of other contents is not believed.
"""

import hashlib
import json
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.store.models import Corpus

FORMAT = 2
"""Changed whenever an index of the same texts would hold something else."""

TABLE = "CREATE VIRTUAL TABLE documents USING fts5(title, text, content='', columnsize=0, tokenize='ascii')"
"""The tokenizer takes every character beyond ASCII for part of a word, and leaves it as it is."""

LISTED = "SELECT group_concat(rowid) FROM documents WHERE documents MATCH ?"
"""One text of all numbers: as rows they would take three times as long."""

LONGEST_WORD = 200
"""FTS5 cuts words off after some thousand bytes; longer ones than this are told apart by a digest."""


class Unusable(Exception):
    """There is no index, or one that is damaged or was made from something else."""


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other, by their forms, in the text or in the title of a document."""

    words: tuple[str, ...]
    column: str = "text"


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

    def matching(self, phrases: Sequence[Phrase]) -> npt.NDArray[np.int64]:
        """The numbers of the documents that hold every one of some phrases.

        Raises:
            Unusable: the index cannot be read.
        """
        query = " AND ".join(f'{phrase.column} : "{_joined(phrase.words)}"' for phrase in phrases)
        with _damage_told():
            [listed] = self._connection.execute(LISTED, [query]).fetchone()
        return np.fromstring(listed or "", dtype=np.int64, sep=",")


def contents_of(corpus: Corpus, content_sha256: str | None = None) -> str:
    """A digest of all that decides what the index of a corpus holds.

    Args:
        content_sha256: of ids, texts and sentences, where the corpus' row does not have it yet.
    """
    parts = [
        FORMAT, corpus.language, content_sha256 or corpus.content_sha256, corpus.source_sha256, corpus.reader_options,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def path_of(folder: Path, corpus_id: int) -> Path:
    """Where a corpus' index lies in the data folder."""
    return folder / "search" / f"{corpus_id}.sqlite"


@contextmanager
def writing(folder: Path, corpus_id: int) -> Iterator[NewIndex]:
    """A corpus' new index, to which documents are added in the order of their numbers.

    It takes the place of the one that is there when the block has finished it; else it goes.
    """
    path = path_of(folder, corpus_id)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(TABLE)
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
def reading(folder: Path, corpus: Corpus) -> Iterator[SearchIndex]:
    """The index of a corpus.

    Raises:
        Unusable: it is missing, damaged, or was made from something else.
    """
    path = path_of(folder, corpus.id)
    if not path.exists():
        raise Unusable("it is missing")
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        with _damage_told():
            found = connection.execute("SELECT contents FROM made_from").fetchall()
        if found != [(contents_of(corpus),)]:
            raise Unusable("it was made from something else")
        yield SearchIndex(connection)


def remove(folder: Path, corpus_id: int) -> None:
    """Deletes a corpus' index, and what a killed worker left of one."""
    for path in path_of(folder, corpus_id).parent.glob(f"{corpus_id}.*"):
        path.unlink(missing_ok=True)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        damaged = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        if damaged or "no such" in str(error):
            raise Unusable(f"it is damaged: {error}") from error
        raise


def _joined(words: Iterable[str]) -> str:
    return " ".join(word if len(word) <= LONGEST_WORD else _shortened(word) for word in words)


def _shortened(word: str) -> str:
    return word[:LONGEST_WORD] + hashlib.sha256(word.encode()).hexdigest()
