"""Starting, stopping and deleting checks by retraining, and what one will cost."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.computing.cores import core_count
from skipgram_audit.model.check_plan import PLANS, CheckOutcome, CheckPlan, ProbeJudgement
from skipgram_audit.model.costs import Forecast
from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.check_sentences import REMOVED, removal_result
from skipgram_audit.report.check_verdict import verdict
from skipgram_audit.report.formatting import capital, plural
from skipgram_audit.store import audits, checks, costs, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, AuditRow, Check, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.costs import cost_sentences


@dataclass(frozen=True)
class Cost:
    """What a check will take.

    Attributes:
        trainings: how many; at most, where the sets are not yet known.
        forecast: phase by phase.
    """

    trainings: int
    forecast: Forecast

    @property
    def seconds(self) -> float:
        """About, on this machine."""
        return self.forecast.seconds

    @property
    def runs(self) -> int:
        """How many earlier runs say so."""
        return self.forecast.runs


def cost_of(session: Session, audit: AuditRow, plan: CheckPlan) -> Cost:
    """Its trainings, and its time by what such phases took on this machine."""
    trainings = plan.training_count(audit.settings["seeds"])
    return Cost(trainings, costs.of_check(session, audit, plan, core_count()))


def cost_text(session: Session, audit: AuditRow, plan: CheckPlan) -> str:
    """The same in a sentence.

    Raises:
        AuditError: the plan does not fit the audit.
    """
    cost = cost_of(session, audit, checks.fitted_plan(audit, plan))
    trainings = plural(cost.trainings, "training") if cost.trainings else "no training"
    most = "at most " if plan.plan == "turning" else ""
    return f"{capital(most + trainings)}. {cost_sentences(cost.forecast, 'check')}"


def start(database: Database, queue: JobQueue, audit_id: int, plan: CheckPlan) -> int:
    """Makes a check and enqueues it for the worker; returns its id."""
    with database.session() as session:
        check_id = checks.create(session, audits.get(session, audit_id), plan).id
        queue.enqueue(session, JobKind.CHECK, check_id)
    return check_id


def cancel(database: Database, queue: JobQueue, audit_id: int, check_id: int) -> None:
    """Stops a check that waits or runs; what has been trained is kept.

    Raises:
        Conflict: it has ended.
    """
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        job = jobs.latest(session, JobKind.CHECK, check_id)
        if job is None or check.status not in jobs.ACTIVE:
            raise Conflict(f"The check has already ended: it is {check.status}.")
        job_id = job.id
    queue.cancel(job_id)


def train(database: Database, queue: JobQueue, audit_id: int, check_id: int) -> None:
    """Trains without the sets that a check has only predicted so far.

    Raises:
        Conflict: it is not such a check, or has not ended.
    """
    with database.session() as session:
        checks.train_too(session, checks.get(session, audit_id, check_id))
        queue.enqueue(session, JobKind.CHECK, check_id)


def restart(database: Database, queue: JobQueue, audit_id: int, check_id: int) -> None:
    """Goes on with a failed or cancelled check; nothing that was trained is trained again.

    Raises:
        Conflict: it waits, runs or is done.
    """
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        if not jobs.wait_again(session, Check, check_id):
            raise Conflict(f"The check is {check.status}.", "Start a new one instead.")
        queue.enqueue(session, JobKind.CHECK, check_id)


STANDARD_DOCUMENTS = 40
STANDARD_CONTROLS = 3
"""What the check that an audit's page offers removes on either side, and how many random sets it compares with."""


def standard_plan(audit: AuditRow, probe: AuditProbe) -> CheckPlan:
    """The check that a new audit needs first: without the strongest documents of either side of a probe."""
    return CheckPlan(
        plan="extremes",
        probe=probe.name,
        documents=min(STANDARD_DOCUMENTS, max(1, audit.corpus.document_count // 10)),
        sets=STANDARD_CONTROLS,
        seeds=usual_seeds(audit),
        same_run=audit.settings["estimator"] == "unrolled",
    )


def usual_seeds(audit: AuditRow) -> list[int]:
    """The audit's own seeds; one more where there is only one and it can be replaced by others."""
    seeds = list(audit.settings["seeds"])
    if len(seeds) == 1 and audit.settings["estimator"] != "unrolled":
        seeds.append(seeds[0] + 1 if seeds[0] + 1 < 2**63 else 1)
    return seeds


@dataclass(frozen=True)
class CheckLine:
    """A check in a list: what is checked, and what came out.

    Attributes:
        finding: whether the predictions hold, in a few words.
        result: what the score is without the first chosen set; empty for random sets and while nothing is trained.
    """

    check: Check
    title: str
    probe: str
    how: str
    finding: str
    result: str


def check_lines(session: Session, audit: AuditRow) -> list[CheckLine]:
    """All checks of an audit, the newest first."""
    return [_line(session, audit, check) for check in checks.of_audit(session, audit.id)]


def _line(session: Session, audit: AuditRow, check: Check) -> CheckLine:
    plan = CheckPlan.model_validate(check.plan)
    how = f"{'this run' if plan.same_run else 'runs like it'}{', warm start' if plan.warm else ''}, "
    how += f"{len(plan.seeds)} seed{'s' if len(plan.seeds) > 1 else ''}"
    how = "predictions alone" if plan.predict_only else how
    finding, result = check.error, ""
    if check.status == Status.DONE and plan.predict_only:
        finding = "Predicted, not trained."
    elif check.status == Status.DONE:
        kind = next(probe.kind for probe in audit.probes if probe.name == plan.probe)
        outcome = CheckOutcome.model_validate(check.outcome)
        judgement = next((one for one in outcome.probes if one.probe == plan.probe), None)
        if judgement:
            finding = verdict(plan, judgement, KINDS[kind].neutral).title
            result = _result(session, check, judgement, kind)
    return CheckLine(check, PLANS[plan.plan].title, plan.probe, how, finding, result)


def _result(session: Session, check: Check, judgement: ProbeJudgement, kind: str) -> str:
    if not judgement.comparisons:
        return ""
    first = judgement.comparisons[0]
    removed = next(one for one in checks.sets(session, check.id) if one.number == first.number)
    return removal_result(first, removed.kind, removed.document_count, kind) if removed.kind in REMOVED else ""
