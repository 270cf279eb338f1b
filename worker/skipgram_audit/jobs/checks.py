"""The job of a check by retraining: draw and predict the sets, train without each, compare.

Every training's scores are written as soon as it has ended, and a check that was interrupted trains only what is
missing.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skipgram_audit.auditing.check import PHASES, CheckRun, predicted_set
from skipgram_audit.auditing.folder import check_vectors
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.execution import Executor
from skipgram_audit.jobs.check_results import update_report
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.pipelines import opened_pipeline
from skipgram_audit.jobs.runtime import job
from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckOutcome, CheckPlan, TrainingScores
from skipgram_audit.retraining.check import PredictedSet, Training
from skipgram_audit.store import checks, costs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.packing import unpack_positions


@job(JobKind.CHECK)
def carry_out_check(context: JobContext, subject: str) -> None:
    """Carries out the check of this id.

    Raises:
        AuditError: the audit's files were deleted, or a set needs more documents than there are.
    """

    def begin(number: int) -> None:
        context.phase(number, len(PHASES), PHASES[number - 1])

    def draw() -> None:
        begin(1)
        run.draw(context.progress)

    def train() -> float | None:
        begin(2)
        return run.train(context.progress)

    def compare() -> None:
        begin(3)
        run.compare(seconds)
        update_report(context.database, context.settings, audit.id)

    with opened_executor(context.settings) as executor:
        run = _check_run(context, int(subject), executor)
        with context.database.session() as session:
            audit = checks.by_id(session, int(subject)).audit
            forecast = costs.of_check(session, audit, run.plan, executor.places)
        context.foresee(forecast, whole=not run.is_begun)
        context.step("sets", draw)
        seconds = context.step("trainings", train)
        context.step("outcome", compare)


def _check_run(context: JobContext, check_id: int, executor: Executor) -> CheckRun:
    with context.database.session() as session:
        check = checks.by_id(session, check_id)
    pipeline = opened_pipeline(context, check.audit, executor)
    names = [probe.name for probe in pipeline.measurable_probes]
    vectors = check_vectors(context.settings.audit_folder(check.audit.storage_name), check_id)
    store = DatabaseCheckStore(context.database, check_id, names, vectors)
    return CheckRun(pipeline, CheckPlan.model_validate(check.plan), store)


class DatabaseCheckStore:
    """A check in the database.

    Args:
        probes: the names of the measured probes.
        vectors_folder: where its vectors are kept, if they are.
    """

    def __init__(self, database: Database, check_id: int, probes: Sequence[str], vectors_folder: Path) -> None:
        self.vectors_folder = vectors_folder
        self._database = database
        self._id = check_id
        self._probes = probes

    def sets(self) -> list[PredictedSet] | None:
        with self._database.session() as session:
            rows = checks.sets(session, self._id, with_documents=True)
        if not rows:
            return None
        return [
            predicted_set(
                row.number,
                row.kind,
                unpack_positions(row.documents),
                row.control_of,
                row.token_count,
                [row.predicted[probe] for probe in self._probes],
            )
            for row in rows
            if row.number != WHOLE_CORPUS
        ]

    def keep_sets(self, sets: Sequence[PredictedSet], trainings: int) -> None:
        rows = [checks.set_row(WHOLE_CORPUS, "whole", None, np.zeros(0, np.int64), 0, {})]
        rows += [
            checks.set_row(
                one.removal.number,
                one.removal.kind,
                one.removal.control_of,
                one.removal.documents,
                one.tokens,
                dict(zip(self._probes, one.predicted.tolist(), strict=True)),
            )
            for one in sets
        ]
        with self._database.session() as session:
            checks.save_sets(session, self._id, rows, trainings)

    def scores(self) -> dict[Training, TrainingScores]:
        with self._database.session() as session:
            return {Training(*key): found for key, found in checks.scores(session, self._id).items()}

    def keep_scores(self, training: Training, scores: TrainingScores) -> None:
        with self._database.session() as session:
            checks.keep_scores(session, checks.set_id(session, self._id, training.number), training.seed, scores)

    def keep_outcome(self, outcome: CheckOutcome) -> None:
        with self._database.session() as session:
            checks.save_outcome(session, self._id, outcome)
