"""Search in the documents of a corpus, by the words that are counted.

A query is words, all of which must occur in the text, and "quoted phrases". What stands behind ``title:`` must occur
in the title; behind ``id:`` stands a document's id, whole. An id is also found without that, unless it is a single
word that occurs in some text: the number of documents with a word is then the one that is counted.

Words are compared as the corpus counts them, case-folded. What a user types never reaches the index as query syntax.
"""

import logging
import re

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.tokens import is_one_word, tokenize
from skipgram_audit.store import search_index
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.corpus_columns import numbers_of
from skipgram_audit.store.database import folder_of
from skipgram_audit.store.models import Corpus, Document
from skipgram_audit.store.search_index import Phrase

logger = logging.getLogger(__name__)

_TERM = re.compile(r'(title:)?(?:"([^"]*)"?|([^\s"]+))')
_ID = "id:"


class SearchNotReady(AuditError):
    """The index of a corpus has to be made first; whoever answers the request sees to that."""

    code, status = "search_not_ready", 503

    def __init__(self, corpus_id: int) -> None:
        super().__init__("The search in this corpus is being prepared.", "Ask again in a moment.", corpus_id=corpus_id)
        self.corpus_id = corpus_id


def phrases(query: str, language: str) -> list[Phrase]:
    """The words and phrases of a query, those without any word left out."""
    found = [
        Phrase(tuple(tokenize(phrase or word, casefold=True, language=language)), "title" if title else "text")
        for title, phrase, word in _TERM.findall(query)
    ]
    return [phrase for phrase in found if phrase.words]


def matching_documents(session: Session, corpus: Corpus, found: Columns, query: str) -> npt.NDArray[np.bool_]:
    """Which documents of a corpus, by number, a query finds.

    Args:
        found: the corpus' columns.

    Raises:
        SearchNotReady: the corpus' index is missing, damaged, or of other contents.
    """
    query = query.replace("\0", "").strip()
    passing = np.zeros(len(found["ids"]), np.bool_)
    if not len(passing):
        return passing
    if query.startswith(_ID):
        passing[_numbers_by_id(session, corpus, found, query.removeprefix(_ID).strip())] = True
        return passing
    wanted = phrases(query, corpus.language)
    if wanted:
        passing[_documents_with(session, corpus, wanted)] = True
    if not (passing.any() and is_one_word(query)):
        passing[_numbers_by_id(session, corpus, found, query)] = True
    return passing


def _numbers_by_id(session: Session, corpus: Corpus, found: Columns, identifier: str) -> npt.NDArray[np.int64]:
    by_id = select(Document.id).where(Document.corpus_id == corpus.id, Document.external_id == identifier)
    return numbers_of(found, np.array(session.scalars(by_id).all(), np.int64))


def _documents_with(session: Session, corpus: Corpus, wanted: list[Phrase]) -> npt.NDArray[np.int64]:
    """The numbers of the documents with every phrase."""
    try:
        with search_index.reading(folder_of(session), corpus) as index:
            return index.matching(wanted)
    except search_index.Unusable as error:
        logger.warning("The search index of corpus %s is made again: %s.", corpus.id, error)
        raise SearchNotReady(corpus.id) from error
