"""The job of a check by retraining: draw and predict the sets, train without each, compare.

Every training's scores are written as soon as it has ended, and a check that was interrupted trains only what is
missing.
"""

import time
from functools import cached_property

import numpy as np

from skipgram_audit.auditing.check import engine_plan, judged, predicted_set
from skipgram_audit.auditing.folder import open_pipeline
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.execution import Executor
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.failures import engine_errors_told
from skipgram_audit.jobs.runtime import job
from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan
from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.retraining.check import PredictedSet, RetrainingCheck, Training
from skipgram_audit.retraining.retrained import Scores
from skipgram_audit.store import checks
from skipgram_audit.store.checks import WHOLE, TrainingScores
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.packing import unpack_positions

PHASES = ("Drawing sets and predicting them", "Training without them", "Comparing")
SHARES = ((0.0, 0.1), (0.1, 0.99), (0.99, 1.0))


@job(JobKind.CHECK)
def carry_out_check(context: JobContext, subject: str) -> None:
    """Carries out the check of this id.

    Raises:
        AuditError: the audit's files are gone, or a set needs more documents than there are.
    """
    with engine_errors_told(), opened_executor(context.settings) as executor:
        run = CheckRun(context, int(subject), executor)
        context.step("sets", run.draw)
        seconds = context.step("trainings", run.train)
        context.step("outcome", lambda: run.compare(seconds))


class CheckRun:
    """One check on its way through the phases."""

    def __init__(self, context: JobContext, check_id: int, executor: Executor) -> None:
        self._context = context
        self._executor = executor
        self._id = check_id
        with context.database.session() as session:
            check = checks.by_id(session, check_id)
        self._plan = CheckPlan.model_validate(check.plan)
        self._audit = check.audit
        self._folder = context.settings.audit_folder(check.audit.storage_name)

    def draw(self) -> None:
        """Draws and predicts the sets, unless an interrupted run has written them; the audit's own scores of the whole
        corpus are its first."""
        self._phase(1)
        with self._context.database.session() as session:
            if checks.sets(session, self._id):
                return
        sets = self._check.sets(self._context.progress)
        with self._context.database.session() as session:
            rows = [checks.set_row(WHOLE, "whole", None, np.zeros(0, np.int64), 0, {})]
            rows += [
                checks.set_row(
                    one.removal.number,
                    one.removal.kind,
                    one.removal.control_of,
                    one.removal.documents,
                    one.tokens,
                    dict(zip(self._check.probes, one.predicted.tolist(), strict=True)),
                )
                for one in sets
            ]
            trainings = 0 if self._plan.predict_only else len(self._check.trainings(one.removal for one in sets))
            checks.save_sets(session, self._id, rows, trainings)
            ids = {row.number: row.id for row in checks.sets(session, self._id)}
            for training, found in self._check.known_scores().items():
                checks.keep_scores(session, ids[training.number], training.seed, stored(found))

    def train(self) -> float | None:
        """Trains what is missing; returns the seconds a training, None when nothing was."""
        self._phase(2)
        if self._plan.predict_only:
            return None
        with self._context.database.session() as session:
            ids = {row.number: row.id for row in checks.sets(session, self._id)}
            there = set(checks.scores(session, self._id))
        removals = [one.removal for one in self._sets]
        missing = [
            training for training in self._check.trainings(removals) if (training.number, training.seed) not in there
        ]

        def keep(training: Training, found: Scores) -> None:
            with self._context.database.session() as session:
                checks.keep_scores(session, ids[training.number], training.seed, stored(found))

        started = time.perf_counter()
        self._check.retrain(removals, missing, keep, self._context.progress)
        return (time.perf_counter() - started) / len(missing) if missing else None

    def compare(self, seconds: float | None) -> None:
        """Writes what was found."""
        self._phase(3)
        with self._context.database.session() as session:
            found = {
                Training(number, seed): Scores(one.scores, one.reasons)
                for (number, seed), one in checks.scores(session, self._id).items()
            }
            outcome = CheckOutcome(
                prediction_seeds=self._check.prediction_seeds,
                seconds_per_training=seconds,
                probes=[] if self._plan.predict_only else judged(self._check, self._sets, found),
                dropped_words=self._check.dropped_words,
            )
            checks.save_outcome(session, self._id, outcome)

    def _phase(self, number: int) -> None:
        self._context.phase(number, len(PHASES), PHASES[number - 1], share=SHARES[number - 1])

    @cached_property
    def _sets(self) -> list[PredictedSet]:
        """As they were written."""
        with self._context.database.session() as session:
            rows = checks.sets(session, self._id, with_documents=True)
        return [
            predicted_set(
                row.number,
                row.kind,
                unpack_positions(row.documents),
                row.control_of,
                row.token_count,
                [row.predicted[probe] for probe in self._check.probes],
            )
            for row in rows
            if row.number != WHOLE
        ]

    @cached_property
    def _check(self) -> RetrainingCheck:
        if not (self._folder / "corpus.npz").is_file():
            raise Conflict(
                "The files that this audit was computed in are no longer in the data folder.",
                "Run the audit again, then check that one.",
            )
        probes = [parse_probe(probe.definition, probe.name) for probe in self._audit.probes]
        audited = AuditSettings.of_stored(self._audit.settings)
        pipeline = open_pipeline(self._folder, audited, probes, self._context.settings.device, self._executor)
        return RetrainingCheck(pipeline, engine_plan(self._plan, probes))


def stored(found: Scores) -> TrainingScores:
    """A training's scores as the store takes them."""
    return TrainingScores(found.values, found.reasons)
