"""What is known of a check and one probe, read from the store; and a line on each check of an audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan, ProbeJudgement
from skipgram_audit.report.check_rows import SetRow, as_csv, set_rows
from skipgram_audit.report.check_sentences import smallest_set_sentence
from skipgram_audit.store import checks
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Check, Status
from skipgram_audit_web.common.finished_audits import choose_probe, require_measured
from skipgram_audit_web.web import file_answer


@dataclass(frozen=True)
class CheckResults:
    """A check and one probe.

    Attributes:
        probe, kind: name of the probe, and of its kind.
        probes: all that were measured.
        rows: its sets; without actual changes until they are trained.
        trained: how many trainings have ended, of ``trainings``, those of the audit left out.
        outcome: None until the check is done.
        found: of the plan turning, what is predicted to reach the target, in a sentence; empty until it is done.
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
    found: str = ""

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
    sets = checks.sets(session, check.id)
    outcome = CheckOutcome.model_validate(check.outcome) if check.status == Status.DONE else None
    return CheckResults(
        plan=plan,
        probe=chosen.name,
        kind=chosen.kind,
        probes=[one.name for one in check.audit.probes if one.measured],
        rows=set_rows(sets, found, plan.seeds, chosen.name),
        trained=max(0, len(found) - known),
        trainings=check.trainings,
        prediction_seeds=[seed for seed in audited if seed in plan.seeds] if own_runs else list(audited),
        outcome=outcome,
        found=_found(plan, outcome, set_rows(sets, found, plan.seeds, plan.probe)),
    )


def _found(plan: CheckPlan, outcome: CheckOutcome | None, rows: Sequence[SetRow]) -> str:
    """Args:
    rows: of the plan's probe.
    """
    if outcome is None or outcome.target is None or not rows:
        return ""
    first = rows[0]
    reached = first.kind == "turning"
    return smallest_set_sentence(plan, outcome.target, reached, first.document_count, first.predicted, outcome.moved)


def sets_csv(database: Database, audit_id: int, check_id: int) -> Response:
    """The table as a file."""
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        names = [probe.name for probe in check.audit.probes if probe.measured]
        loaded: list[CheckResults] = [load_results(session, check, name) for name in names]
    rows = {name: one.rows for name, one in zip(names, loaded, strict=True)}
    first = loaded[0]
    lines = as_csv(rows, first.prediction_seeds, first.plan.seeds)
    return file_answer(lines, f"audit-{audit_id}-check-{check_id}-sets.csv", "text/csv")
