"""The form of a probe: a kind and its word lists as text, read into a definition, and written back from one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.store.models import CorpusRow, Status


def usable_corpora(session: Session) -> list[CorpusRow]:
    """Corpora that have been read, the newest first."""
    return list(session.scalars(select(CorpusRow).where(CorpusRow.status == Status.DONE).order_by(CorpusRow.id.desc())))


def require_usable_corpus(session: Session, corpus_id: int) -> CorpusRow:
    """Raises:
    NotFound: no such corpus.
    Conflict: it has not been read, so its words are not known.
    """
    corpus = session.get(CorpusRow, corpus_id)
    if corpus is None:
        raise NotFound(f"There is no corpus {corpus_id}.")
    if corpus.status != Status.DONE:
        raise Conflict(f"The corpus {corpus.name!r} is {corpus.status}.", "Wait until it has been read.")
    return corpus
