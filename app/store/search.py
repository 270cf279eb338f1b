"""Full-text search in titles and texts of documents: FTS5 on SQLite, a tsvector on Postgres.

Neither index is part of the models, since each exists on one database only; migration 0003 makes them. On SQLite
triggers keep the index beside the documents, on Postgres it is a generated column. Both fold case, neither stems words
or takes accents away, and punctuation separates words.

What a user types is words, all of which must occur, and "quoted phrases". It never reaches a database as query syntax:
FTS5 gets quoted strings, Postgres plain text.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, Text, and_, cast, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from app.store.database import Database
from app.store.models import Document

SEARCHED_CHARACTERS = 200_000
"""On Postgres, of a document with its title: a tsvector must stay under a megabyte, whatever the words are."""

SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”„‘’‚«»—–…·"
"""Taken for spaces on Postgres, whose parser would see tags, paths, addresses and signed numbers in them."""

INDEX_SETTINGS = (("work_mem", "'64MB'"), ("enable_seqscan", "off"), ("jit", "off"))

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TO_SPACES = str.maketrans(dict.fromkeys(SEPARATORS, " "))


def terms(query: str) -> list[str]:
    """The words and phrases of a query, those without any letter or digit left out."""
    found = [phrase or word for phrase, word in _TERM.findall(query.replace("\0", ""))]
    return [term for term in found if any(character.isalnum() for character in term)]


def searched_characters(database: Database) -> int | None:
    """How much of a document is searched; None when all of it is."""
    return None if database.is_sqlite else SEARCHED_CHARACTERS


def matching_documents(
    session: Session, corpus_id: int, ids: npt.NDArray[np.int64], query: str
) -> npt.NDArray[np.int64]:
    """The ids of the documents that hold every term of a query, or whose external id is the query.

    Args:
        ids: those of the corpus's documents, ascending. On SQLite ids of other corpora between them may be found, too.
    """
    by_id = select(Document.id).where(
        Document.corpus_id == corpus_id, Document.external_id == query.replace("\0", "").strip()
    )
    found = terms(query)
    statements: list[Select[Any]] = [by_id]
    if found and len(ids):
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        statements.append(fts5_matches(ids, found) if is_sqlite else _tsvector(corpus_id, found))
    with _by_index(session):
        return np.concatenate([_listed(session, statement) for statement in statements])


@contextmanager
def _by_index(session: Session) -> Iterator[None]:
    """Has Postgres use its index, and remember each match by itself.

    It takes reading the whole table for as cheap when a word is common, which unpacks the tsvector of every document,
    and so does a list of matches that its usual memory cannot hold.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for name, value in () if is_sqlite else INDEX_SETTINGS:
        session.execute(text(f"SET LOCAL {name} = {value}"))
    yield
    for name, _ in () if is_sqlite else INDEX_SETTINGS:
        session.execute(text(f"SET LOCAL {name} TO DEFAULT"))


def _listed(session: Session, statement: Select[Any]) -> npt.NDArray[np.int64]:
    """The ids of a query, which the database writes into one text: rows would take three times as long."""
    ids = statement.subquery()
    listed = session.scalar(select(func.aggregate_strings(cast(ids.c[0], Text), ",")))
    return np.fromstring(listed or "", dtype=np.int64, sep=",")


def fts5_matches(ids: npt.NDArray[np.int64], found: list[str]) -> Select[tuple[int]]:
    """SQLite's query for the documents, between the first and the last id, that hold all terms."""
    index: Any = table("document_search", column("rowid"), column("document_search"))
    quoted = " ".join('"' + term.replace('"', '""') + '"' for term in found)
    return select(index.c.rowid).where(
        index.c.document_search.op("MATCH")(quoted), index.c.rowid.between(int(ids[0]), int(ids[-1]))
    )


def _tsvector(corpus_id: int, found: list[str]) -> Select[tuple[int]]:
    documents: Any = table("documents", column("id"), column("corpus_id"), column("search")).alias("searched")
    queries = [func.phraseto_tsquery(literal_column("'simple'"), term.translate(_TO_SPACES)) for term in found]
    return select(documents.c.id).where(
        documents.c.corpus_id == corpus_id, and_(*(documents.c.search.op("@@")(query) for query in queries))
    )


def in_models(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
    """Whether something found in a database is described by the models: alembic's ``include_name``."""
    if kind == "table":
        return not (name or "").startswith("document_search")
    return name not in ("search", "ix_documents_search")
