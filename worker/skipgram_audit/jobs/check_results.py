"""What checks change beside their own rows: the files of their audit's report, and the check that an audit begins."""

from sqlalchemy.orm import Session

from skipgram_audit.auditing.reporting import write_page
from skipgram_audit.jobs.runtime import follow_up
from skipgram_audit.report.check_files import write_checks
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.verdict import clearest, probe_verdict
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks
from skipgram_audit.store.models import AuditRow, JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.standard_check import standard_plan


@follow_up(JobKind.AUDIT)
def queue_standard_check(session: Session, queue: JobQueue, subject: str) -> None:
    """Queues the standard check of an audit that was started with it: of its clearest probe."""
    audit = audits.get(session, int(subject))
    measured = [probe for probe in audit.probes if probe.measured]
    if not audit.standard_check or not measured:
        return
    place = clearest([probe_verdict(audits.outcome_of(session, probe)) for probe in measured])
    plan = standard_plan(audit.settings, audit.corpus.document_count, measured[place].name)
    if plan is not None:
        queue.enqueue(session, JobKind.CHECK, checks.create(session, audit, plan).id)


def update_report(session: Session, settings: Settings, audit: AuditRow) -> None:
    """Writes what the checks of an audit found into the files of its report."""
    kinds = {probe.name: probe.kind for probe in audit.probes}
    found = [
        FinishedCheck.of(check.plan, check.outcome, sets, kinds) for check, sets in checks.judged(session, [audit.id])
    ]
    folder = settings.audit_folder(audit.storage_name)
    write_checks(folder, found)
    write_page(folder)
