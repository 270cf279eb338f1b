"""Search in the documents of a corpus: words, all of which must occur, "quoted phrases", or a document's id.

What a user types never reaches the index as query syntax: it gets quoted strings.
"""

import logging
import re

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import search_index
from app.store.columns import Columns
from app.store.corpus_columns import numbers_of, titles_and_texts, write_search_index
from app.store.database import folder_of
from app.store.models import Corpus, Document

logger = logging.getLogger(__name__)

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def terms(query: str) -> list[str]:
    """The words and phrases of a query, those without any letter or digit left out."""
    found = [phrase or word for phrase, word in _TERM.findall(query.replace("\0", ""))]
    return [term for term in found if any(character.isalnum() for character in term)]


def matching_documents(session: Session, corpus: Corpus, found: Columns, query: str) -> npt.NDArray[np.bool_]:
    """Which documents of a corpus, by number, hold every term of a query, or have it for an external id.

    Args:
        found: the corpus' columns.
    """
    passing = np.zeros(len(found["ids"]), np.bool_)
    wanted = terms(query)
    if wanted and len(passing):
        passing[_documents_with(session, corpus, found, wanted)] = True
    by_id = select(Document.id).where(
        Document.corpus_id == corpus.id, Document.external_id == query.replace("\0", "").strip()
    )
    passing[numbers_of(found, np.array(session.scalars(by_id).all(), np.int64))] = True
    return passing


def _documents_with(session: Session, corpus: Corpus, found: Columns, wanted: list[str]) -> npt.NDArray[np.int64]:
    """The numbers of the documents with every term, by the corpus' index: like its columns kept, or, where those are
    not, made on the spot. An index that is lost or damaged is made again."""
    if found.version is None:
        with search_index.in_memory(titles_and_texts(session, corpus.id)) as index:
            return index.matching(wanted)
    folder = folder_of(session)
    if not search_index.path_of(folder, corpus.id).exists():
        write_search_index(session, corpus.id)
    try:
        with search_index.reading(folder, corpus.id) as index:
            return index.matching(wanted)
    except search_index.Damaged as error:
        logger.warning("The search index of corpus %s is damaged (%s); it is made again.", corpus.id, error)
    write_search_index(session, corpus.id)
    with search_index.reading(folder, corpus.id) as index:
        return index.matching(wanted)
