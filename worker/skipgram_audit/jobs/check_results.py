"""What checks and rewritings change beside their own rows: the files of their audit's report, and the check that an
audit begins."""

from sqlalchemy.orm import Session

from skipgram_audit.auditing.reporting import write_page
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.report.check_files import write_found
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.verdict import clearest, probe_verdict
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.standard_check import standard_plan


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


@job_of_one_step(JobKind.REPORT, "report")
def write_report(context: JobContext, subject: str) -> None:
    """Writes the report of the audit whose id is the subject again: a check or a rewriting was deleted, or changes of a
    rewriting were undone."""
    context.phase(1, 1, "Writing the report")
    update_report(context.database, context.settings, int(subject))


def update_report(database: Database, settings: Settings, audit_id: int) -> None:
    """Writes what the checks and rewritings of an audit found into the files of its report.

    Again where one ended, was deleted or undone meanwhile, so that whoever writes last writes what is left.
    """
    written: tuple[list[FinishedCheck], list[FinishedRewriting]] | None = None
    while True:
        with database.session() as session:
            audit = audits.get(session, audit_id)
            kinds = {probe.name: probe.kind for probe in audit.probes}
            judged = checks.judged(session, [audit_id])
            rewritten = [FinishedRewriting.of(*one) for one in rewritings.found(session, audit_id)]
        checked = [FinishedCheck.of(check.plan, check.outcome, sets, kinds) for check, sets in judged]
        if (checked, rewritten) == written:
            return
        folder = settings.audit_folder(audit.storage_name)
        write_found(folder, checked, rewritten)
        write_page(folder)
        written = checked, rewritten
