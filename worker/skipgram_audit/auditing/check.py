"""Checks by retraining between the definitions that all parts share and the engine, and those on a folder.

A check on the folder of a finished audit keeps what it has in ``checks/<digest of its plan>`` there: the sets once they
are drawn, a line a training, and the outcome. The same command goes on where an interrupted one stood.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.model.check_plan import CheckOutcome, CheckPlan, ProbeJudgement
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.retraining.check import PredictedSet, RetrainingCheck, Training
from skipgram_audit.retraining.judgement import judge
from skipgram_audit.retraining.plan import CheckPlan as EnginePlan
from skipgram_audit.retraining.plan import PlanKind, WarmStart
from skipgram_audit.retraining.retrained import Scores
from skipgram_audit.retraining.sets import RemovalSet, SetKind

Phase = Callable[[str], Callable[[float], None]]
"""Begins a phase of this title and returns its progress."""

SETS, SCORES, OUTCOME = "sets.json", "scores.jsonl", "outcome.json"


def engine_plan(plan: CheckPlan, probes: Sequence[ProbeDefinition]) -> EnginePlan:
    """A plan as the engine takes it, for an audit of these probes."""
    kinds = {probe.name: KINDS[probe.kind] for probe in probes}
    return EnginePlan(
        kind=PlanKind(plan.plan),
        probe=plan.probe,
        sets=plan.sets,
        documents=plan.documents,
        seeds=tuple(plan.seeds),
        same_run=plan.same_run,
        warm=WarmStart(plan.warm_epochs, plan.warm_step_size) if plan.warm else None,
        draw_seed=plan.draw_seed,
        chosen=tuple(plan.positions),
        rankings=plan.rankings,
        neutral=kinds[plan.probe].neutral if plan.probe in kinds else 0.0,
    )


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


def judged(
    check: RetrainingCheck, sets: Sequence[PredictedSet], scores: Mapping[Training, Scores]
) -> list[ProbeJudgement]:
    """What a check found of each probe that its audit measured."""
    found = [
        judge(probe, row, check.predicted_before[probe], sets, check.plan.seeds, scores)
        for row, probe in enumerate(check.probes)
    ]
    return [ProbeJudgement.model_validate(one) for one in found]


class FolderCheck:
    """A check on the folder of a finished audit.

    Args:
        folder: of the audit.
        audit_identity: what makes it this audit: another one in the same folder must not take its trainings.
        pipeline: over its artifacts.
        identifiers: of its documents, in order.
        probes: of the audit.
        plan: with its probe named.
    """

    def __init__(
        self,
        folder: Path,
        audit_identity: str,
        pipeline: AuditPipeline,
        identifiers: Sequence[str],
        probes: Sequence[ProbeDefinition],
        plan: CheckPlan,
    ) -> None:
        identity = json.dumps([audit_identity, plan.model_dump(mode="json"), __version__], sort_keys=True)
        self._folder = folder / "checks" / hashlib.sha256(identity.encode()).hexdigest()[:16]
        self._check = RetrainingCheck(pipeline, engine_plan(plan, probes))
        self._identifiers = identifiers
        self.neutrals = {probe.name: KINDS[probe.kind].neutral for probe in probes}
        self.plan = plan
        self.trainings = plan.training_count(list(pipeline.settings.seeds))

    def run(self, phase: Phase) -> dict[str, Any]:
        """The whole check; what is there already is not done again."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sets = self._sets(phase("Drawing sets and predicting them"))
        scores = {**self._check.known_scores(), **self._kept()}
        removals = [one.removal for one in sets]
        missing = [training for training in self._check.trainings(removals) if training not in scores]
        started = time.perf_counter()
        with (self._folder / SCORES).open("a", encoding="utf-8") as lines:
            lines.write("\n")  # ends a line that was cut off

            def keep(training: Training, found: Scores) -> None:
                scores[training] = found
                lines.write(json.dumps(asdict(training) | asdict(found)) + "\n")
                lines.flush()

            self._check.retrain(removals, missing, keep, phase("Training without them"))
        outcome = CheckOutcome(
            prediction_seeds=self._check.prediction_seeds,
            seconds_per_training=(time.perf_counter() - started) / len(missing) if missing else None,
            probes=judged(self._check, sets, scores),
            dropped_words=self._check.dropped_words,
        )
        answer = {
            "plan": self.plan.model_dump(mode="json"),
            "outcome": outcome.model_dump(mode="json"),
            "sets": [self._told(one, scores) for one in sets],
        }
        (self._folder / OUTCOME).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        return answer

    def _sets(self, progress: Callable[[float], None]) -> list[PredictedSet]:
        file = self._folder / SETS
        if not file.is_file():
            rows = [
                {
                    "number": one.removal.number,
                    "kind": one.removal.kind,
                    "documents": one.removal.documents.tolist(),
                    "control_of": one.removal.control_of,
                    "tokens": one.tokens,
                    "predicted": one.predicted.tolist(),
                }
                for one in self._check.sets(progress)
            ]
            temporary = file.with_suffix(".part")
            temporary.write_text(json.dumps(rows), encoding="utf-8")
            temporary.replace(file)
        progress(1.0)
        rows = json.loads(file.read_text(encoding="utf-8"))
        return [predicted_set(**{**row, "documents": np.array(row["documents"], np.int64)}) for row in rows]

    def _kept(self) -> dict[Training, Scores]:
        """Trainings of an interrupted run; a line that was cut off is trained again."""
        file = self._folder / SCORES
        found: dict[Training, Scores] = {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else []:
            try:
                row = json.loads(line)
                found[Training(row["number"], row["seed"])] = Scores(row["values"], row["reasons"])
            except (ValueError, KeyError):
                continue
        return found

    def _told(self, one: PredictedSet, scores: Mapping[Training, Scores]) -> dict[str, Any]:
        removal = one.removal
        return {
            "number": removal.number,
            "kind": removal.kind,
            "control_of": removal.control_of,
            "documents": [self._identifiers[position] for position in removal.documents.tolist()],
            "tokens": one.tokens,
            "predicted_changes": dict(zip(self._check.probes, one.predicted.tolist(), strict=True)),
            "scores": {seed: scores[Training(removal.number, seed)].values for seed in self.plan.seeds},
        }
