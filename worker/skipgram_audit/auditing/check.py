"""One run of a check by retraining: sets are drawn and predicted, what is left is trained, and the two are compared.

The command line, the worker and a notebook run it alike; they differ in where the check is kept (a CheckStore).
Whatever has been kept is not done again.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.material import read_scores
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.computing.files import append_line, read_json, write_json
from skipgram_audit.computing.progress import Progress
from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan, ProbeJudgement, TargetScore, TrainingScores
from skipgram_audit.report.vector_files import AFTER, BEFORE, are_kept, vectors_file
from skipgram_audit.retraining.check import WITH_VECTORS, PredictedSet, RetrainingCheck, Training
from skipgram_audit.retraining.judgement import judge
from skipgram_audit.retraining.retrained import TrainedVectors
from skipgram_audit.retraining.sets import RemovalSet, SetKind

PHASES = ("Drawing sets and predicting them", "Training without them", "Comparing")


ACTIONS = dict(zip(WITH_VECTORS, (BEFORE, AFTER), strict=True))
"""Number of a set -> what the vectors of its trainings are called."""


class CheckStore(Protocol):
    """Where a check is kept."""

    @property
    def vectors_folder(self) -> Path:
        """Where its vectors are kept, if they are; see report.vector_files."""
        ...

    def sets(self) -> list[PredictedSet] | None:
        """The sets that were drawn; None before that."""
        ...

    def keep_sets(self, sets: Sequence[PredictedSet], trainings: int) -> None:
        """Keeps them all, with the number of trainings that they need."""
        ...

    def scores(self) -> dict[Training, TrainingScores]:
        """Of the trainings that have ended."""
        ...

    def keep_scores(self, training: Training, scores: TrainingScores) -> None:
        """Keeps what one training gave."""
        ...

    def keep_outcome(self, outcome: CheckOutcome) -> None:
        """Keeps what was found."""
        ...


class CheckRun:
    """A check of an audit.

    Args:
        pipeline: over the audit's artifacts.
        plan: with its probe named.
        store: where the check is kept.
    """

    def __init__(self, pipeline: AuditPipeline, plan: CheckPlan, store: CheckStore) -> None:
        self.plan = plan
        self._check = RetrainingCheck(pipeline.by_sentence() if plan.unit == "sentences" else pipeline, plan)
        self._store = store

    @property
    def probes(self) -> list[str]:
        """The names of the measured probes."""
        return list(self._check.audit.probes)

    @property
    def target(self) -> TargetScore | None:
        """Of the plan turning: what is to be reached, and from where."""
        if self._check.target is None:
            return None
        return TargetScore(self._check.predicted_before[self.plan.probe], self._check.target)

    @property
    def is_begun(self) -> bool:
        """Whether an earlier run has drawn the sets."""
        return self._store.sets() is not None

    def draw(self, progress: Progress) -> None:
        """Draws and predicts the sets; the audit's own scores of the whole corpus are kept with them."""
        if self._store.sets() is None:
            sets = self._check.sets(progress)
            needed = 0 if self.plan.predict_only else len(self._check.trainings(one.removal for one in sets))
            self._store.keep_sets(sets, needed)
            for training, found in self._check.known_scores().items():
                self._store.keep_scores(training, found)
        progress(1.0)

    def train(self, progress: Progress) -> float | None:
        """Trains what is missing; returns the seconds a training, None when nothing was trained."""
        if self.plan.predict_only:
            return None
        there = self._store.scores()
        removals = [one.removal for one in self.sets]
        every = self._check.trainings(removals)
        missing = [training for training in every if training not in there or self._lacks_vectors(training)]
        if self.plan.keep_vectors:
            for training, vectors in self._check.known_vectors().items():
                if self._lacks_vectors(training):
                    self._keep_vectors(training, vectors)
        started = time.perf_counter()
        keep_vectors = self._keep_vectors if self.plan.keep_vectors else None
        self._check.retrain(removals, missing, self._store.keep_scores, progress, keep_vectors)
        return (time.perf_counter() - started) / len(missing) if missing else None

    def compare(self, seconds: float | None) -> CheckOutcome:
        """What the check found of each probe that its audit measured."""
        outcome = CheckOutcome(
            prediction_seeds=self._check.audit.prediction_seeds,
            seconds_per_training=seconds,
            probes=[] if self.plan.predict_only else self._judgements(),
            dropped_words=self._check.dropped_words,
            no_controls=self._no_controls,
            target=self.target,
            moved=self._check.moved(self.sets[0]) if self.target else [],
        )
        self._store.keep_outcome(outcome)
        return outcome

    @cached_property
    def sets(self) -> list[PredictedSet]:
        """As they were kept; they have been drawn."""
        return self._store.sets() or []

    def _lacks_vectors(self, training: Training) -> bool:
        """Whether vectors of it are asked for and not there: an earlier run may have kept none."""
        if not self.plan.keep_vectors or training.number not in ACTIONS:
            return False
        return not are_kept(self._vectors_file(training))

    def _vectors_file(self, training: Training) -> Path:
        return vectors_file(self._store.vectors_folder, ACTIONS[training.number], training.seed)

    def _keep_vectors(self, training: Training, found: TrainedVectors) -> None:
        from skipgram_audit.auditing.keyed_vectors import keep_vectors  # It loads gensim.

        keep_vectors(self._store.vectors_folder, ACTIONS[training.number], training.seed, found.words, found.vectors)

    @property
    def _no_controls(self) -> dict[int, str]:
        return self._check.no_controls(one.removal for one in self.sets)

    def _judgements(self) -> list[ProbeJudgement]:
        scores, no_controls = self._store.scores(), self._no_controls
        removals = [one.removal for one in self.sets]
        found = [
            judge(
                probe,
                row,
                self._check.predicted_before[probe],
                self.sets,
                self.plan.seeds,
                scores,
                no_controls,
                self._check.audit.added(row, removals),
            )
            for row, probe in enumerate(self._check.audit.probes)
        ]
        target = self._check.target
        return [one.model_copy(update={"target": target}) if one.probe == self.plan.probe else one for one in found]


class FolderCheckStore:
    """A check in ``checks/<digest of its plan>`` of an audit's folder.

    Args:
        folder: of the audit.
        audit_identity: what makes it this audit: another one in the same folder must not take its trainings.
        plan: with its probe named.
    """

    def __init__(self, folder: Path, audit_identity: str, plan: CheckPlan) -> None:
        identity = json.dumps([audit_identity, plan.identity(), __version__], sort_keys=True)
        self._plan = plan
        self.folder = folder / layout.CHECKS / hashlib.sha256(identity.encode()).hexdigest()[:16]

    @property
    def vectors_folder(self) -> Path:
        return self.folder

    def sets(self) -> list[PredictedSet] | None:
        file = self.folder / layout.CHECK_SETS
        if not file.is_file():
            return None
        return [predicted_set(**{**row, "documents": np.array(row["documents"], np.int64)}) for row in read_json(file)]

    def keep_sets(self, sets: Sequence[PredictedSet], trainings: int) -> None:
        rows = [
            {
                "number": one.removal.number,
                "kind": one.removal.kind,
                "documents": one.removal.documents.tolist(),
                "control_of": one.removal.control_of,
                "tokens": one.tokens,
                "predicted": one.predicted.tolist(),
            }
            for one in sets
        ]
        self._write(layout.CHECK_PLAN, self._plan.model_dump(mode="json"))
        self._write(layout.CHECK_SETS, rows)

    def scores(self) -> dict[Training, TrainingScores]:
        """A line that was cut off is trained again."""
        return {Training(*key): found for key, found in read_scores(self.folder).items()}

    def keep_scores(self, training: Training, scores: TrainingScores) -> None:
        append_line(self.folder / layout.CHECK_SCORES, json.dumps(asdict(training) | asdict(scores)))

    def keep_outcome(self, outcome: CheckOutcome) -> None:
        self._write(layout.CHECK_OUTCOME, outcome.model_dump(mode="json"))

    def _write(self, name: str, value: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(self.folder / name, value)


def predicted_set(
    number: int,
    kind: str,
    documents: npt.NDArray[np.int64],
    control_of: int | None,
    tokens: int,
    predicted: Sequence[Sequence[float]],
) -> PredictedSet:
    """A set as it was kept; predicted is [probes, prediction seeds]."""
    removal = RemovalSet(number, SetKind(kind), documents, control_of)
    return PredictedSet(removal, tokens, np.array(predicted, np.float64))
