"""Full text of one corpus: an FTS5 index in a file of its own in the data folder, whichever database holds the rows.

It is made with the corpus' packed columns and names documents by number, as they do. A file, since an index inside
Postgres names rows, each of which must be fetched to learn which document it is: a common word of a million documents
took half a second. Case is folded, words are neither stemmed nor stripped of accents, punctuation separates words.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

TABLE = """CREATE VIRTUAL TABLE documents USING fts5(
    title, text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')"""
LISTED = "SELECT group_concat(rowid) FROM documents WHERE documents MATCH ?"
"""One text of all numbers: as rows they would take three times as long."""


class Damaged(Exception):
    """A file that is not, or not wholly, an index."""


class SearchIndex:
    """An index that is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._count = 0

    def add(self, title: str, text: str) -> None:
        """The next document's words."""
        self._connection.execute(
            "INSERT INTO documents(rowid, title, text) VALUES (?, ?, ?)", (self._count, title, text)
        )
        self._count += 1

    def matching(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """The numbers of the documents that hold every one of some words and phrases.

        Raises:
            Damaged: the index cannot be read.
        """
        quoted = " ".join('"' + term.replace('"', '""') + '"' for term in terms)
        try:
            [listed] = self._connection.execute(LISTED, [quoted]).fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "no such" in str(
                error
            ):
                raise Damaged(str(error)) from error
            raise
        return np.fromstring(listed or "", dtype=np.int64, sep=",")


def path_of(folder: Path, corpus_id: int) -> Path:
    """Where a corpus' index lies in the data folder."""
    return folder / "search" / f"{corpus_id}.sqlite"


@contextmanager
def writing(folder: Path, corpus_id: int) -> Iterator[SearchIndex]:
    """A corpus' new index, to which documents are added in the order of their numbers.

    It takes the place of the one that is there when the block ends well; else it goes.
    """
    path = path_of(folder, corpus_id)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(TABLE)
            yield SearchIndex(connection)
            connection.execute("INSERT INTO documents(documents) VALUES ('optimize')")
            connection.commit()
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def reading(folder: Path, corpus_id: int) -> Iterator[SearchIndex]:
    """The index of a corpus, which must be there."""
    address = f"{path_of(folder, corpus_id).resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield SearchIndex(connection)


@contextmanager
def in_memory(documents: Iterable[tuple[str, str]]) -> Iterator[SearchIndex]:
    """An index of titles and texts that is not kept."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        index = SearchIndex(connection)
        for title, text in documents:
            index.add(title, text)
        yield index


def remove(folder: Path, corpus_id: int) -> None:
    """Deletes a corpus' index, and what a killed worker left of one."""
    for path in path_of(folder, corpus_id).parent.glob(f"{corpus_id}.*"):
        path.unlink(missing_ok=True)
