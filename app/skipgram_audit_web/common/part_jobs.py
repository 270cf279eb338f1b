"""Stopping and taking up again what belongs to an audit and is computed in the background."""

from skipgram_audit.store import jobs
from skipgram_audit.store.audit_parts import PartKind
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Check, MitigationComparison, RewritingRow
from skipgram_audit.store.queue import JobQueue

Kind = PartKind[Check] | PartKind[MitigationComparison] | PartKind[RewritingRow]


def cancel(database: Database, queue: JobQueue, kind: Kind, audit_id: int, number: int) -> None:
    """Stops a part that waits or runs; what it has trained and measured is kept.

    Raises:
        Conflict: it has ended.
    """
    with database.session() as session:
        job_id = jobs.active_of(session, kind.job, kind.get(session, audit_id, number), f"The {kind.noun}")
    queue.cancel(job_id)


def restart(
    database: Database,
    queue: JobQueue,
    kind: PartKind[Check] | PartKind[MitigationComparison],
    audit_id: int,
    number: int,
) -> None:
    """Goes on with a failed or cancelled part; nothing that was trained is trained again.

    Raises:
        Conflict: it waits, runs or is done.
    """
    with database.session() as session:
        part = kind.get(session, audit_id, number)
        jobs.wait_again(session, part, f"The {kind.noun}", "Start a new one instead.")
        queue.enqueue(session, kind.job, number)
