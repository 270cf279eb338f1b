"""What becomes of every score of an audit when the marked documents go: predicted as a set, added up, and found."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.model.check_plan import CheckPlan, Measure
from skipgram_audit.report.check_rows import set_rows
from skipgram_audit.report.set_findings import is_told
from skipgram_audit.store import checks
from skipgram_audit.store.audits import score_of
from skipgram_audit.store.document_columns import ranking_columns
from skipgram_audit.store.models import Check


@dataclass(frozen=True)
class ScoreWithout:
    """One probe.

    Attributes:
        score: of the audit.
        predicted, predicted_error: change of the score as the estimator predicts the set as a whole.
        added: minus the sum of the documents' influences: what they would do if none made up for another.
        actual, actual_error: change found by training; None until then, or when it could not be measured, and then
            reason says why.
        told: whether the change found is told from none.
        control_mean: mean change found without the random controls; None without any.
    """

    probe: str
    kind: str
    score: float
    predicted: float
    predicted_error: float | None
    added: float
    actual: float | None
    actual_error: float | None
    control_mean: float | None
    reason: str
    told: bool = False

    @property
    def told_change(self) -> float | None:
        """The change that was found, where it is told from none."""
        return self.actual if self.told else None


def scores_without(session: Session, check: Check) -> list[ScoreWithout]:
    """Every measured probe of a check of marked documents; empty until the set is predicted, and for other plans."""
    plan = CheckPlan.model_validate(check.plan)
    sets = checks.sets(session, check.id) if plan.plan == "chosen" else []
    if not sets:
        return []
    removed = np.zeros(check.audit.corpus.document_count, np.bool_)
    removed[plan.positions] = True
    trained = checks.scores(session, check.id)
    found = []
    for probe in check.audit.probes:
        if not probe.measured:
            continue
        chosen, *controls = set_rows(sets, trained, plan.seeds, probe.name)
        ranking = ranking_columns(session, probe)
        changes = [control.actual for control in controls if control.actual is not None]
        found.append(
            ScoreWithout(
                probe=probe.name,
                kind=probe.kind,
                score=score_of(probe),
                predicted=chosen.predicted,
                predicted_error=chosen.predicted_error,
                added=-float(ranking["influences"][removed[ranking["documents"]]].sum()),
                actual=chosen.actual,
                actual_error=chosen.actual_error,
                control_mean=float(np.mean(changes)) if changes else None,
                reason=chosen.reason,
                told=is_told(plan, Measure(value=chosen.actual, error=chosen.actual_error), 0.0),
            )
        )
    return found
