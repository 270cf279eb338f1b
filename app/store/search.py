"""Full-text search in titles and texts of documents: FTS5 on SQLite, a tsvector on Postgres.

Neither index is part of the models, since each exists on one database only; migration 0003 makes them. On SQLite
triggers keep the index beside the documents, on Postgres it is a generated column. Both fold case, neither stems words
or takes accents away, and punctuation separates words.

What a user types is words, all of which must occur, and "quoted phrases". It never reaches a database as query syntax:
FTS5 gets quoted strings, Postgres plain text.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, column, func, literal_column, select, table, union_all
from sqlalchemy.orm import Session

from app.store.database import Database
from app.store.models import Document

SEARCHED_CHARACTERS = 200_000
"""On Postgres, of a document with its title: a tsvector must stay under a megabyte, whatever the words are."""

SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”„‘’‚«»—–…·"
"""Taken for spaces on Postgres, whose parser would see tags, paths, addresses and signed numbers in them."""

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TO_SPACES = str.maketrans(dict.fromkeys(SEPARATORS, " "))


def terms(query: str) -> list[str]:
    """The words and phrases of a query, those without any letter or digit left out."""
    found = [phrase or word for phrase, word in _TERM.findall(query.replace("\0", ""))]
    return [term for term in found if any(character.isalnum() for character in term)]


def searched_characters(database: Database) -> int | None:
    """How much of a document is searched; None when all of it is."""
    return None if database.is_sqlite else SEARCHED_CHARACTERS


def matching_documents(session: Session, corpus_id: int, query: str) -> CompoundSelect[tuple[int]]:
    """A query for the ids of the documents that hold every term of a query, or whose external id is the query.

    On SQLite it may also give documents of other corpora; it is meant for ``id IN (...)``.
    """
    by_id = select(Document.id).where(
        Document.corpus_id == corpus_id, Document.external_id == query.replace("\0", "").strip()
    )
    found = terms(query)
    if not found:
        return union_all(by_id)
    return union_all(
        _fts5(found) if session.get_bind().dialect.name == "sqlite" else _tsvector(corpus_id, found), by_id
    )


def _fts5(found: list[str]) -> Select[tuple[int]]:
    index: Any = table("document_search", column("rowid"), column("document_search"))
    quoted = " ".join('"' + term.replace('"', '""') + '"' for term in found)
    return select(index.c.rowid).where(index.c.document_search.op("MATCH")(quoted))


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
