"""Checks by retraining for tests of store and pages: hand-made scores of a small audit, judged by the engine."""

from dataclasses import dataclass, field

import numpy as np

from skipgram_audit.auditing.check import predicted_set
from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckOutcome, CheckPlan, TrainingScores
from skipgram_audit.retraining.check import Training
from skipgram_audit.retraining.judgement import judge
from skipgram_audit.store import audits, checks
from skipgram_audit.store.checks import set_row
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Status
from tests.audit_sample import Sample

PROBES = ("weat-6", "he and she")
BEFORE = {"weat-6": 1.25, "he and she": -0.5}


@dataclass
class Kept:
    """What a check keeps, as it comes in: documents, predictions and scores by number."""

    kinds: list[tuple[str, int | None]]
    documents: list[np.ndarray] = field(default_factory=list)
    predicted: list[np.ndarray] = field(default_factory=list)
    scores: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict)


def kinds_of(plan: CheckPlan) -> list[tuple[str, int | None]]:
    if plan.plan in ("halves", "tenths"):
        return [("random", None)] * plan.sets
    if plan.plan == "singles":
        return [("single", None)] * plan.documents
    controls: list[tuple[str, int | None]] = [("control", 1)] * plan.sets
    if plan.plan == "chosen":
        return [("chosen", None), *controls]
    if plan.plan == "turning":
        return [("turning", None), ("prefix", None), ("prefix", None), *controls]
    return [("amplifying", None), ("mitigating", None), *controls, *[("control", 2)] * plan.sets]


def make_check(
    database: Database,
    sample: Sample,
    plan: CheckPlan,
    finished: bool = True,
    noise: float = 0.05,
    trained: int = 10**6,
) -> int:
    """A check whose actual changes are the predicted ones plus the seeds' noise.

    Args:
        finished: otherwise it still runs, with so many trained sets.
    """
    with database.session() as session:
        check = checks.create(session, audits.get(session, sample.audit_id), plan)
        check_id, plan = check.id, CheckPlan.model_validate(check.plan)
    kept = _compute(plan, len(sample.document_ids), noise)
    with database.session() as session:
        rows = [set_row(WHOLE_CORPUS, "whole", None, np.zeros(0, np.int64), 0, {})]
        for number, (kind, control_of) in enumerate(kept.kinds, start=1):
            predicted = dict(zip(PROBES, kept.predicted[number - 1].tolist(), strict=True))
            rows.append(set_row(number, kind, control_of, kept.documents[number - 1], 7 * number, predicted))
        checks.save_sets(session, check_id, rows, len(kept.kinds) * len(plan.seeds))
        ids = {row.number: row.id for row in checks.sets(session, check_id)}
        for (number, seed), values in kept.scores.items():
            if number <= trained:
                checks.keep_scores(session, ids[number], seed, TrainingScores(values, {}))
        check = checks.by_id(session, check_id)
        check.status = Status.DONE if finished else Status.RUNNING
        if finished:
            check.outcome = _judged(plan, kept).model_dump(mode="json")
    return check_id


def judged(plan: CheckPlan, documents: int = 40, noise: float = 0.05) -> CheckOutcome:
    """What such a check finds, without a database."""
    return _judged(plan, _compute(plan, documents, noise))


def _compute(plan: CheckPlan, documents: int, noise: float) -> Kept:
    generator = np.random.default_rng(5)
    kept = Kept(kinds_of(plan))
    for number, (kind, _) in enumerate(kept.kinds, start=1):
        half = np.sort(generator.permutation(documents)[: documents // 2])
        kept.documents.append(np.array([number - 1]) if kind == "single" else half)
        size = {
            "amplifying": -0.6,
            "turning": -1.4,
            "prefix": -0.9,
            "mitigating": 0.4,
            "control": -0.05,
            "chosen": -0.6,
        }.get(kind, 0.0)
        kept.predicted.append(np.array([[size], [-size]]) + generator.normal(0, 0.15, (2, 1)) + np.zeros((2, 2)))
        kept.predicted[-1][:, 1] += 0.01
        for seed in plan.seeds:
            changes = kept.predicted[-1].mean(axis=1) + generator.normal(0, noise, 2)
            kept.scores[number, seed] = {
                probe: BEFORE[probe] + float(change) for probe, change in zip(PROBES, changes, strict=True)
            }
    kept.scores |= {(WHOLE_CORPUS, seed): dict(BEFORE) for seed in plan.seeds}
    return kept


def _added(kept: Kept, row: int) -> dict[int, float]:
    """Influences that add up to what is predicted of each set."""
    return {number: float(one[row].mean()) for number, one in enumerate(kept.predicted, start=1)}


def _judged(plan: CheckPlan, kept: Kept) -> CheckOutcome:
    sets = [
        predicted_set(
            number, kind, kept.documents[number - 1], control_of, 7 * number, kept.predicted[number - 1].tolist()
        )
        for number, (kind, control_of) in enumerate(kept.kinds, start=1)
    ]
    scores = {Training(*key): TrainingScores(values, {}) for key, values in kept.scores.items()}
    found = [
        judge(probe, row, BEFORE[probe], sets, plan.seeds, scores, added=_added(kept, row))
        for row, probe in enumerate(PROBES)
    ]
    return CheckOutcome(
        prediction_seeds=[1, 2],
        seconds_per_training=1.25,
        probes=found,
    )
