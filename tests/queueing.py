"""Jobs of subjects that tests have made apart."""

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.queue import JobQueue


def enqueue(database: Database, queue: JobQueue, kind: JobKind, subject: str | int) -> str:
    """A job in a transaction of its own; returns its id."""
    with database.session() as session:
        return queue.enqueue(session, kind, subject)
