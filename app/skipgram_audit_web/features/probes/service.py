"""The form of a probe: a kind and its word lists as text, read into a definition, and written back from one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.store.models import Corpus, Status


def usable_corpora(session: Session) -> list[Corpus]:
    """Corpora that have been read, the newest first."""
    return list(session.scalars(select(Corpus).where(Corpus.status == Status.DONE).order_by(Corpus.id.desc())))


def require_usable_corpus(session: Session, corpus_id: int) -> Corpus:
    """Raises:
    NotFound: no such corpus.
    Conflict: it has not been read, so its words are not known.
    """
    corpus = session.get(Corpus, corpus_id)
    if corpus is None:
        raise NotFound(f"There is no corpus {corpus_id}.")
    if corpus.status != Status.DONE:
        raise Conflict(f"The corpus {corpus.name!r} is {corpus.status}.", "Wait until it has been read.")
    return corpus
