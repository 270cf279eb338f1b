"""What becomes of every score of an audit without chosen documents, or the smallest set: predicted as a set, added up,
and found."""

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.model.check_plan import CheckPlan, Measure
from skipgram_audit.report.check_rows import set_rows
from skipgram_audit.report.set_findings import is_told
from skipgram_audit.store import checks
from skipgram_audit.store.audits import score_of
from skipgram_audit.store.document_columns import ranking_columns
from skipgram_audit.store.models import Check
from skipgram_audit.store.packing import unpack_positions
from skipgram_audit_web.features.checks.schemas import ScoreWithoutModel

FIRST = 1
"""The number of the set that a check is about."""


class ScoreWithout(ScoreWithoutModel):
    """One probe, for pages.

    Attributes:
        kind: of the probe.
        told: whether the change found is told from none.
    """

    kind: str
    told: bool = False

    @property
    def told_change(self) -> float | None:
        """The change that was found, where it is told from none."""
        return self.actual if self.told else None


def scores_without(session: Session, check: Check) -> list[ScoreWithout]:
    """Every measured probe of a check of chosen documents or of a smallest set, without its first set; empty until that
    is predicted, and for other plans."""
    plan = CheckPlan.model_validate(check.plan)
    sets = checks.sets(session, check.id) if plan.plan in ("chosen", "turning") else []
    if not sets:
        return []
    removed = None
    if plan.unit == "documents":
        removed = np.zeros(check.audit.corpus.document_count, np.bool_)
        found = unpack_positions(checks.set_of(session, check.id, FIRST).documents) if plan.plan == "turning" else None
        removed[plan.positions if found is None else found] = True
    trained = checks.scores(session, check.id)
    rows = []
    for probe in check.audit.probes:
        if not probe.measured:
            continue
        chosen, *others = set_rows(sets, trained, plan.seeds, probe.name)
        controls = [one for one in others if one.control_of == FIRST]
        ranking = ranking_columns(session, probe)
        changes = [control.actual for control in controls if control.actual is not None]
        rows.append(
            ScoreWithout(
                probe=probe.name,
                kind=probe.kind,
                score=score_of(probe),
                predicted=chosen.predicted,
                predicted_error=chosen.predicted_error,
                added=None if removed is None else -float(ranking["influences"][removed[ranking["documents"]]].sum()),
                actual=chosen.actual,
                actual_error=chosen.actual_error,
                control_mean=float(np.mean(changes)) if changes else None,
                reason=chosen.reason,
                told=is_told(plan, Measure(value=chosen.actual, error=chosen.actual_error), 0.0),
            )
        )
    return rows
