"""What the estimators say, seed by seed, each kept on disk under a key of its code, its settings and the trajectory."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import Estimator, InfluenceProblem, Influences
from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.computing.progress import Progress
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.settings import AuditSettings
from tests.benchmarks.accuracy.budget import Budget, Stopwatch
from tests.benchmarks.accuracy.corpus import Removal
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.trainings import Trainings

SETS_AT_ONCE = 20
Result = TypeVar("Result")


class Unfinished(Exception):
    """An estimator that gave no numbers, and why."""


@dataclass(frozen=True)
class Outcome:
    """One seed's influences.

    Attributes:
        influences: as the estimator gave them, without tokens.
        processor, clock: seconds that it took.
    """

    influences: Influences
    processor: float
    clock: float


@dataclass(frozen=True)
class Predictions:
    """One estimator over the seeds of one corpus.

    Attributes:
        estimator: as it is registered, with its settings.
        trainings: the corpus, its probes and trajectories.
        seeds: of our training.
        budget: of this run.
        damping: of the estimators that solve a linear system; see AuditSettings.
        iterations: that these may take.
        device: cpu or cuda.
    """

    estimator: Estimator
    trainings: Trainings
    seeds: tuple[int, ...]
    budget: Budget
    damping: float = AuditSettings().damping
    iterations: int = AuditSettings().solver_iterations
    device: str = "cpu"

    def influences(self, seed: int) -> Outcome:
        """One seed's influences on all probes.

        Raises:
            Unfinished: it failed, or would take longer than the budget's piece.
        """
        path = self._folder(seed) / "influences.npz"
        if not path.exists():
            self._recall_failure(seed)
            self.budget.begin(f"{self.estimator.name}: influences, seed {seed}")
            with Stopwatch() as watch:
                found = self._attempt(
                    seed, lambda progress: self.estimator.influences(self._problem(seed), progress), "influences"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            kept = {one.name: getattr(found, one.name) for one in fields(found) if one.name != "tokens"}
            written = {name: value for name, value in kept.items() if isinstance(value, np.ndarray)}
            write_arrays(path, {**written, "seconds": np.array([watch.processor, watch.clock])})
        arrays: dict[str, Any] = read_arrays(path)
        processor, clock = arrays.pop("seconds").tolist()
        return Outcome(Influences(**arrays, tokens=np.zeros((0, 0), np.float32)), processor, clock)

    def documents(self) -> npt.NDArray[np.float64]:
        """float64 [probes, documents], influence of every document, mean over seeds."""
        return np.asarray(self.documents_by_seed().mean(axis=0))

    def documents_by_seed(self) -> npt.NDArray[np.float64]:
        """float64 [seeds, probes, documents]."""
        starts = self.trainings.corpus.document_sentences
        sums = []
        for seed in self.seeds:
            sentences = self.influences(seed).influences.sentences[:, 0]
            running = np.concatenate([np.zeros((len(sentences), 1)), np.cumsum(sentences, axis=1)], axis=1)
            sums.append(np.diff(running[:, starts], axis=1))
        return np.array(sums)

    def changes(self, removals: Sequence[Removal]) -> npt.NDArray[np.float64]:
        """float64 [removals, probes, seeds], predicted changes of score."""
        return np.stack([self._changes(removals, seed) for seed in self.seeds], axis=2)

    def seconds_of_one(self, removal: Removal) -> tuple[float, float]:
        """Processor and clock seconds of one set's prediction alone, once the influences are known."""
        seed = self.seeds[0]
        path = self._folder(seed) / "one.json"
        if not path.exists():
            influences = self.influences(seed).influences
            self.budget.begin(f"{self.estimator.name}: one set")
            with Stopwatch() as watch:
                self._predict(seed, influences, [removal])
            path.write_text(json.dumps([watch.processor, watch.clock]))
        processor, clock = json.loads(path.read_text())
        return processor, clock

    def cost(self, removal: Removal) -> dict[str, float]:
        """Processor and clock seconds: of one seed's influences on all probes (median of the seeds), and of one set's
        prediction alone."""
        fits = np.median([(one.processor, one.clock) for one in map(self.influences, self.seeds)], axis=0).tolist()
        one_set = self.seconds_of_one(removal)
        return {
            "influences, processor seconds": fits[0],
            "influences, clock seconds": fits[1],
            "one set, processor seconds": one_set[0],
            "one set, clock seconds": one_set[1],
        }

    def _changes(self, removals: Sequence[Removal], seed: int) -> npt.NDArray[np.float64]:
        influences = self.influences(seed).influences
        path = self._folder(seed) / "changes.json"
        known: dict[str, list[float]] = json.loads(path.read_text()) if path.exists() else {}
        waiting = list({one.name: one for one in removals if one.name not in known}.values())
        for first in range(0, len(waiting), SETS_AT_ONCE):
            batch = waiting[first : first + SETS_AT_ONCE]
            self.budget.begin(f"{self.estimator.name}: {len(batch)} sets from {batch[0].name}, seed {seed}")
            found = self._predict(seed, influences, batch)
            known |= {one.name: values.tolist() for one, values in zip(batch, found[:, :, 0], strict=True)}
            temporary = path.with_suffix(".part")
            temporary.write_text(json.dumps(known))
            temporary.replace(path)
        return np.array([known[one.name] for one in removals])

    def _predict(self, seed: int, influences: Influences, removals: Sequence[Removal]) -> npt.NDArray[np.float64]:
        removed = [one.removed(self.trainings.corpus.document_count) for one in removals]
        return self._attempt(
            seed,
            lambda progress: self.estimator.predict(self._problem(seed), lambda: influences, removed, progress),
            f"prediction of {len(removals)} sets",
        )

    def _attempt(self, seed: int, run: Callable[[Progress], Result], what: str) -> Result:
        """Runs a piece; a failure is kept as a result."""
        try:
            return run(_LimitedProgress(self.budget.piece))
        except _TooLong as failure:
            reason = f"{what} of one seed: {failure.projected:,.0f} s projected, stopped after {self.budget.piece:,.0f}"
        except EngineError as failure:
            reason = f"{what} of seed {seed}: {failure}"
        path = self._failure_file(seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"piece": self.budget.piece, "reason": reason}))
        raise Unfinished(reason)

    def _recall_failure(self, seed: int) -> None:
        """Raises what was found before, unless there is more time now."""
        path = self._failure_file(seed)
        if path.exists():
            failure = json.loads(path.read_text())
            if failure["piece"] >= self.budget.piece:
                raise Unfinished(failure["reason"])

    def _problem(self, seed: int) -> InfluenceProblem:
        trainings = self.trainings
        trajectory = trainings.trajectory(seed)
        solver = {"damping": self.damping, "solver_iterations": self.iterations}
        settings = trainings.settings.model_copy(update=solver)
        return InfluenceProblem(trainings.corpus, settings, [trajectory], trainings.scores, self.device, 1)

    def _failure_file(self, seed: int) -> Path:
        return self._folder(seed) / "unfinished.json"

    def _folder(self, seed: int) -> Path:
        """Where this seed's results lie."""
        return self.trainings.folder / "estimators" / self.estimator.name / self._key / f"seed-{seed}"

    @cached_property
    def _key(self) -> str:
        """Of everything that the results depend on beside the seed."""
        scores = [
            (code_key(type(score).__module__), [ids.tolist() for ids in score.sets]) for score in self.trainings.scores
        ]
        code = code_key(type(self.estimator).__module__)
        where = () if self.device == "cpu" else (self.device,)
        return digest(
            code, settings_of(self.estimator), self.damping, self.iterations, self.trainings.key, scores, *where
        )


def settings_of(estimator: Estimator) -> dict[str, Any]:
    """An estimator's settings by name."""
    return {name.lstrip("_"): value for name, value in sorted(vars(estimator).items())}


class _TooLong(Exception):
    def __init__(self, projected: float) -> None:
        super().__init__(projected)
        self.projected = projected


class _LimitedProgress:
    """A progress that stops what takes longer than so many processor seconds."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._watch = Stopwatch()
        self._watch.__enter__()

    def __call__(self, fraction: float) -> None:
        self._watch.__exit__()
        if self._watch.processor > self._most:
            raise _TooLong(self._watch.processor / max(fraction, 1e-6))
