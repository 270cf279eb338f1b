"""Queries on jobs: what users see of background work, and the one place where a job's status changes.

A corpus's, an audit's or a check's own status follows its job's: nothing else sets it.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.text import NUL
from skipgram_audit.store.database import insert_ignoring, now
from skipgram_audit.store.models import (
    AuditRow,
    Check,
    ComputedSubject,
    CorpusRow,
    ImportedModelRow,
    Job,
    JobKind,
    JobSubject,
    MitigationComparison,
    RewritingRow,
    Status,
    WhatIfRow,
)

ACTIVE = (Status.WAITING, Status.RUNNING)
ENDED_SHOWN = 20
PARTS_OF_AUDITS: dict[JobKind, type[Check | MitigationComparison | RewritingRow | WhatIfRow]] = {
    JobKind.CHECK: Check,
    JobKind.WHAT_IF: WhatIfRow,
    JobKind.MITIGATIONS: MitigationComparison,
    JobKind.REWRITE: RewritingRow,
}
"""What hangs on an audit and has jobs of its own."""

SUBJECTS: dict[JobKind, type[JobSubject]] = {
    JobKind.IMPORT: CorpusRow,
    JobKind.DERIVE: CorpusRow,
    JobKind.MODEL: ImportedModelRow,
    JobKind.AUDIT: AuditRow,
    JobKind.CHECK: Check,
    JobKind.MITIGATIONS: MitigationComparison,
    JobKind.REWRITE: RewritingRow,
}


def get(session: Session, job_id: str) -> Job:
    """Raises:
    NotFound: no such job.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(f"There is no job {job_id[:40]}.")
    return job


def latest(session: Session, kind: JobKind, subject: str | int) -> Job | None:
    """The newest job of an upload, a corpus or an audit."""
    statement = select(Job).where(Job.kind == kind, Job.subject == str(subject))
    return session.scalars(statement.order_by(Job.created_at.desc(), Job.id).limit(1)).first()


def add(session: Session, kind: JobKind, subject: str | int) -> tuple[str, bool]:
    """A new job that waits, or the one of this kind and subject that waits or runs already: its id, and whether it is
    new. A preview is always new: it may be asked for with other options while one is made."""
    job_id = uuid.uuid4().hex
    values = {"id": job_id, "kind": kind, "subject": str(subject)}
    if insert_ignoring(session, Job, [values]):
        return job_id, True
    active = select(Job.id).where(Job.kind == kind, Job.subject == str(subject), Job.status.in_(ACTIVE))
    return session.scalars(active).one(), False


def remove_of_audits(session: Session, audit_ids: Sequence[int]) -> None:
    """Deletes the jobs of audits that are deleted, and of all that hangs on them."""
    for kind in (JobKind.AUDIT, JobKind.MAP, JobKind.CALIBRATION, JobKind.REPORT):
        remove_of(session, kind, audit_ids)
    for kind, table in PARTS_OF_AUDITS.items():
        remove_of(session, kind, session.scalars(select(table.id).where(table.audit_id.in_(audit_ids))).all())


def remove_of_corpus(session: Session, corpus_id: int) -> None:
    """Deletes the jobs of a corpus that is deleted, and of its audits."""
    for kind in (JobKind.IMPORT, JobKind.NEAR_DUPLICATES, JobKind.DERIVE):
        remove_of(session, kind, [corpus_id])
    remove_of_audits(session, session.scalars(select(AuditRow.id).where(AuditRow.corpus_id == corpus_id)).all())


def remove_of(session: Session, kind: JobKind, subjects: Sequence[int]) -> None:
    """Deletes the jobs of one kind of subjects that are deleted."""
    session.execute(delete(Job).where(Job.kind == kind, Job.subject.in_([str(one) for one in subjects])))


def active_of(session: Session, kind: JobKind, row: JobSubject, what: str) -> str:
    """The id of the job of a subject that waits or runs, to cancel it.

    Args:
        what: the subject in a sentence.

    Raises:
        Conflict: it has ended.
    """
    job = latest(session, kind, row.id)
    if job is None or row.status not in ACTIVE:
        raise Conflict(f"{what} has already ended: it is {row.status}.")
    return job.id


def wait_again(session: Session, row: JobSubject, what: str, remedy: str) -> None:
    """Makes the subject of a job that failed or was cancelled wait for another one.

    Args:
        what: the subject in a sentence.
        remedy: what to do when it cannot wait again.

    Raises:
        Conflict: it is in another state. Of two requests at once, one gets this.
    """
    table = type(row)
    ended = table.status.in_((Status.FAILED, Status.CANCELLED))
    values: dict[str, Any] = {"status": Status.WAITING, "error": "", "finished_at": None}
    if issubclass(table, ComputedSubject):
        values["started_at"] = None
    statement = update(table).where(table.id == row.id, ended).values(values).returning(table.id)
    if session.scalar(statement) is None:
        raise Conflict(f"{what} is {row.status}.", remedy)


def active(session: Session) -> list[Job]:
    """Jobs that wait or run, oldest first."""
    return list(session.scalars(select(Job).where(Job.status.in_(ACTIVE)).order_by(Job.created_at, Job.id)))


def in_order(session: Session) -> list[Job]:
    """Jobs that run, then those that wait, each the oldest first."""
    return sorted(active(session), key=lambda job: job.status != Status.RUNNING)


def ended(session: Session, count: int = ENDED_SHOWN) -> list[Job]:
    """The last jobs that ended, the newest first."""
    statement = select(Job).where(Job.status.not_in(ACTIVE))
    return list(session.scalars(statement.order_by(Job.finished_at.desc().nulls_last(), Job.id).limit(count)))


def count_active(session: Session) -> int:
    """How many jobs wait or run."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.status.in_(ACTIVE))) or 0


def start(session: Session, job_id: str) -> Job | None:
    """Marks a job, and its subject, as running; None when it must not run because it has ended meanwhile.

    A job that was interrupted and is taken up again keeps the moment of its first start. One that was running
    already was left so by a worker that died.
    """
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status.in_(ACTIVE))
        .values(status=Status.RUNNING, deaths=Job.deaths + case((Job.status == Status.RUNNING, 1), else_=0))
        .returning(Job.id)
    ).first()
    if changed is None:
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    job.started_at = job.started_at or now()
    subject = _subject(session, job)
    if subject is not None:
        subject.status = Status.RUNNING
        if isinstance(subject, ComputedSubject):
            subject.started_at = subject.started_at or job.started_at
    return job


def put_back(session: Session) -> None:
    """Marks the running jobs as waiting: the worker stops, and the next one takes them up again. Nobody knows when."""
    session.execute(update(Job).where(Job.status == Status.RUNNING).values(status=Status.WAITING, seconds_left=None))


def end(session: Session, job_id: str, status: Status, error: str = "", remedy: str = "") -> bool:
    """Ends a job and its subject: done, failed with a reason, or cancelled; False when it had ended before."""
    error, remedy = (text.replace(NUL, "U+0000") for text in (error, remedy))  # an error may quote what it was about
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or job.status not in ACTIVE:
        return False
    job.status, job.error, job.remedy, job.finished_at = status, error, remedy, now()
    job.seconds_left = None
    if status == Status.DONE:
        job.fraction = 1.0
    subject = _subject(session, job)
    if subject is not None:
        subject.status, subject.finished_at = status, job.finished_at
        subject.error = f"{error} {remedy}".strip()
    return True


def _subject(session: Session, job: Job) -> JobSubject | None:
    """What follows a job's status; None for a preview and for what is found out of a corpus or an audit that is done,
    or when it was deleted."""
    table = SUBJECTS.get(job.kind)
    return session.get(table, int(job.subject), populate_existing=True) if table else None
