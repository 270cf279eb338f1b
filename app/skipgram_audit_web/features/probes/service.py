"""What the coverage of a probe needs: a corpus that has been read."""

from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store import corpora
from skipgram_audit.store.models import CorpusRow, Status


def require_usable_corpus(session: Session, corpus_id: int) -> CorpusRow:
    """Raises:
    NotFound: no such corpus.
    Conflict: it has not been read, so its words are not known.
    """
    corpus = corpora.get(session, corpus_id)
    if corpus.status != Status.DONE:
        raise Conflict(f"The corpus {corpus.name!r} is {corpus.status}.", "Wait until it has been read.")
    return corpus
