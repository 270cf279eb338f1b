"""What runs, what waits and what has ended, with what each job is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.store import jobs
from skipgram_audit.store.models import (
    AuditRow,
    CorpusRow,
    ImportedModelRow,
    Job,
    JobKind,
    Status,
    Upload,
)
from skipgram_audit.store.queue import QUEUE_OF_KIND

TITLES = {
    JobKind.PREVIEW: "Preview",
    JobKind.IMPORT: "Import",
    JobKind.MODEL: "Import of a model",
    JobKind.AUDIT: "Audit",
    JobKind.CHECK: "Check by retraining",
    JobKind.NEAR_DUPLICATES: "Near-duplicates",
    JobKind.MAP: "Map of documents",
    JobKind.SEARCH: "Search index",
    JobKind.CALIBRATION: "Calibration of what-ifs",
    JobKind.WHAT_IF: "What-if",
    JobKind.MITIGATIONS: "Mitigations",
    JobKind.REWRITE: "Rewriting",
    JobKind.DERIVE: "Making a corpus",
    JobKind.REPORT: "Report",
}

NAMED_BY: dict[type[CorpusRow] | type[ImportedModelRow] | type[AuditRow], dict[JobKind, str]] = {
    CorpusRow: {
        JobKind.IMPORT: "/corpora/{}",
        JobKind.DERIVE: "/corpora/{}",
        JobKind.NEAR_DUPLICATES: "/corpora/{}#near-duplicates",
        JobKind.SEARCH: "/corpora/{}",
    },
    ImportedModelRow: {JobKind.MODEL: "/models/{}"},
    AuditRow: {
        JobKind.AUDIT: "/audits/{}",
        JobKind.MAP: "/audits/{}/map",
        JobKind.CALIBRATION: "/audits/{}/what-ifs",
        JobKind.REPORT: "/audits/{}/report",
    },
}
"""Table -> kinds of jobs whose subjects are its rows, with the addresses of the pages that show what the jobs make."""

FOLDERS = {
    JobKind.CHECK: "checks",
    JobKind.WHAT_IF: "what-ifs",
    JobKind.MITIGATIONS: "mitigations",
    JobKind.REWRITE: "rewritings",
}
"""The word in the address of what belongs to an audit."""


@dataclass(frozen=True)
class Subject:
    """What a job is about: its name, and the address of a page."""

    name: str
    address: str


@dataclass(frozen=True)
class ListedJob:
    """A job as the page shows it.

    Attributes:
        subject: None when it was deleted.
        followed: its progress changes: it runs, or is the next of its queue.
    """

    job: Job
    subject: Subject | None
    followed: bool = False

    @property
    def title(self) -> str:
        return TITLES[self.job.kind]

    @property
    def seconds(self) -> float | None:
        """How long a job that has ended took; None for one that never started."""
        if self.job.started_at is None or self.job.finished_at is None:
            return None
        return (self.job.finished_at - self.job.started_at) / timedelta(seconds=1)


def active_jobs(session: Session) -> list[ListedJob]:
    """What runs, then what waits, in the order in which it was started."""
    rows = jobs.in_order(session)
    subjects = _subjects(session, rows)
    first = {QUEUE_OF_KIND[job.kind]: job.id for job in reversed(rows)}
    followed = {job.id for job in rows if job.status == Status.RUNNING} | set(first.values())
    return [ListedJob(job, subjects.get((job.kind, job.subject)), job.id in followed) for job in rows]


def ended_jobs(session: Session) -> list[ListedJob]:
    """The last ones that ended, the newest first."""
    rows = jobs.ended(session)
    subjects = _subjects(session, rows)
    return [ListedJob(job, subjects.get((job.kind, job.subject))) for job in rows]


def _subjects(session: Session, rows: Sequence[Job]) -> dict[tuple[JobKind, str], Subject]:
    """Kind and subject of a job -> what it is about; nothing for what was deleted."""

    def ids_of(kind: JobKind) -> set[str]:
        return {job.subject for job in rows if job.kind == kind}

    found = {}
    for table, addresses in NAMED_BY.items():
        ids = {int(one) for kind in addresses for one in ids_of(kind)}
        for number, name in session.execute(select(table.id, table.name).where(table.id.in_(ids))):
            for kind, address in addresses.items():
                found[kind, str(number)] = Subject(name, address.format(number))
    for kind, part in jobs.PARTS_OF_AUDITS.items():
        named = select(part.id, part.audit_id, AuditRow.name).join(AuditRow, AuditRow.id == part.audit_id)
        wanted = [int(one) for one in ids_of(kind)]
        for number, audit_id, name in session.execute(named.where(part.id.in_(wanted))):
            found[kind, str(number)] = Subject(name, f"/audits/{audit_id}/{FOLDERS[kind]}/{number}")
    uploads = select(Upload.id, Upload.filename).where(Upload.id.in_(ids_of(JobKind.PREVIEW)))
    for upload_id, filename in session.execute(uploads):
        found[JobKind.PREVIEW, upload_id] = Subject(filename, f"/corpora/uploads/{upload_id}")
    return found
