"""What is known of a check and one probe, read from the store; and a line on each check of an audit."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from skipgram_audit.model.check_plan import PLANS, CheckOutcome, CheckPlan, ProbeJudgement
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.check_rows import SetRow, set_rows
from skipgram_audit.report.check_verdict import verdict
from skipgram_audit.store import checks
from skipgram_audit.store.check_models import Check
from skipgram_audit.store.models import Audit, Status
from skipgram_audit_web.common.views import choose_probe, require_measured


@dataclass(frozen=True)
class CheckResults:
    """A check and one probe.

    Attributes:
        probe, kind: name of the probe, and of its kind.
        probes: all that were measured.
        rows: its sets; without actual changes until they are trained.
        trained: how many trainings have ended, of ``trainings``, those of the audit left out.
        outcome: None until the check is done.
    """

    plan: CheckPlan
    probe: str
    kind: str
    probes: list[str]
    rows: list[SetRow]
    trained: int
    trainings: int
    prediction_seeds: list[int]
    outcome: CheckOutcome | None

    @property
    def judgement(self) -> ProbeJudgement | None:
        """Of the probe."""
        found = self.outcome.probes if self.outcome else []
        return next((one for one in found if one.probe == self.probe), None)


def load_results(session: Session, check: Check, probe: str | None) -> CheckResults:
    """The plan's own probe when none is named.

    Raises:
        NotFound, Conflict: the audit has no such probe, or did not measure it.
    """
    plan = CheckPlan.model_validate(check.plan)
    chosen = choose_probe(check.audit, probe or plan.probe)
    require_measured(chosen)
    found = checks.scores(session, check.id)
    own_runs = plan.same_run or plan.warm
    audited = check.audit.settings["seeds"]
    known = 0 if plan.warm else sum(seed in audited for seed in plan.seeds)
    return CheckResults(
        plan=plan,
        probe=chosen.name,
        kind=chosen.kind,
        probes=[one.name for one in check.audit.probes if one.measured],
        rows=set_rows(checks.sets(session, check.id), found, plan.seeds, chosen.name),
        trained=max(0, len(found) - known),
        trainings=check.trainings,
        prediction_seeds=[seed for seed in audited if seed in plan.seeds] if own_runs else list(audited),
        outcome=CheckOutcome.model_validate(check.outcome) if check.status == Status.DONE else None,
    )


@dataclass(frozen=True)
class CheckLine:
    """A check in a list: what is checked, and what came out."""

    check: Check
    title: str
    probe: str
    how: str
    finding: str


def check_lines(session: Session, audit: Audit) -> list[CheckLine]:
    """All checks of an audit, the newest first."""
    return [_line(audit, check) for check in checks.of_audit(session, audit.id)]


def _line(audit: Audit, check: Check) -> CheckLine:
    plan = CheckPlan.model_validate(check.plan)
    how = f"{'this run' if plan.same_run else 'runs like it'}{', warm start' if plan.warm else ''}, "
    how += f"{len(plan.seeds)} seed{'s' if len(plan.seeds) > 1 else ''}"
    how = "predictions alone" if plan.predict_only else how
    finding = check.error
    if check.status == Status.DONE and plan.predict_only:
        finding = "Predicted, not trained."
    elif check.status == Status.DONE:
        kind = next(probe.kind for probe in audit.probes if probe.name == plan.probe)
        outcome = CheckOutcome.model_validate(check.outcome)
        judgement = next((one for one in outcome.probes if one.probe == plan.probe), None)
        finding = verdict(plan, judgement, KINDS[kind].neutral).title if judgement else ""
    return CheckLine(check, PLANS[plan.plan].title, plan.probe, how, finding)
