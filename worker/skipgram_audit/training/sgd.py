"""Training: what a run over all epochs leaves."""

from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import DivergedTraining, UnusableCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.checkpoints import checkpoints
from skipgram_audit.training.trajectory import Trajectory

INTERVALS_PER_EPOCH = 2
MOST_INTERVALS = 20
"""The output vectors are recorded every half epoch; in long trainings, twenty times in all, to bound memory."""


def interval_ends(settings: TrainingSettings) -> list[int]:
    """Half epochs, counted from the start, at whose ends the output vectors are recorded."""
    halves = INTERVALS_PER_EPOCH * settings.epochs
    intervals = min(halves, MOST_INTERVALS)
    return [round(halves * (number + 1) / intervals) for number in range(intervals)]


class OutputPath:
    """The path of a training's output vectors, recorded half epoch by half epoch.

    Args:
        settings: of the training.
        outputs: [words, d], before it.
    """

    def __init__(self, settings: TrainingSettings, outputs: npt.NDArray[Any]) -> None:
        self._settings, self._ends = settings, set(interval_ends(settings))
        self._previous, self._begun = outputs, 0
        self._contexts: list[npt.NDArray[np.float32]] = []
        self._step_sizes: list[float] = []
        self._shares: list[float] = []

    def ends_at(self, halves: int) -> bool:
        """Whether an interval ends after so many half epochs."""
        return halves in self._ends

    def record(self, halves: int, outputs: npt.NDArray[Any]) -> None:
        """An interval has ended after so many half epochs, with these output vectors [words, d]."""
        settings = self._settings
        self._contexts.append((0.5 * (self._previous + outputs)).astype(np.float32))
        middle = (halves + self._begun) / 2 / (INTERVALS_PER_EPOCH * settings.epochs)
        self._step_sizes.append(settings.step_size - (settings.step_size - settings.minimum_step_size) * middle)
        self._shares.append((halves - self._begun) / INTERVALS_PER_EPOCH)
        self._previous, self._begun = outputs, halves

    def trajectory(self, seed: int, inputs: npt.NDArray[Any], pairs: int) -> Trajectory:
        """What the training leaves, given its input vectors [words, d] and the number of its updates.

        Raises:
            UnusableCorpus: there was no update, so all vectors are random.
            DivergedTraining: a number of a vector is not finite.
        """
        if pairs == 0:
            raise UnusableCorpus(
                f"Training with seed {seed} met no pair of words: nothing was left to learn from after subsampling.",
                "Use a larger corpus, a larger subsampling threshold (0 keeps all words), or more epochs.",
            )
        if not (np.isfinite(inputs).all() and np.isfinite(self._previous).all()):
            raise DivergedTraining(
                f"Training with seed {seed} diverged: numbers of the vectors are no longer finite.",
                "Use a smaller step size, or a larger corpus.",
            )
        return Trajectory(
            seed=seed,
            inputs=inputs,
            outputs=self._previous,
            contexts=np.stack(self._contexts),
            step_sizes=np.array(self._step_sizes),
            shares=np.array(self._shares),
            pairs=pairs,
        )


def train(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seed: int,
    progress: Progress,
    full_corpus: EncodedCorpus | None = None,
    dtype: Any = np.float32,
) -> Trajectory:
    """Trains one seed, update by update.

    Args:
        corpus: what to train on; its counts decide subsampling and noise.
        full_corpus: when corpus is what full_corpus.without(...) left, its step sizes are those of the training on
            full_corpus: this run.
        dtype: float32, or float64 for checks of derivatives.
    """
    path, pairs = OutputPath(settings, np.zeros((len(corpus.words), settings.dimension), dtype)), 0
    halves = checkpoints(corpus, settings, seed, INTERVALS_PER_EPOCH, progress, dtype, full_corpus)
    for half, reached in enumerate(halves, start=1):
        pairs += reached.pairs
        if path.ends_at(half):
            path.record(half, reached.outputs.copy())
    return path.trajectory(seed, reached.inputs.copy(), pairs)


class SharedProgress:
    """One progress out of several; when it raises in one part, to cancel, the other parts raise too."""

    def __init__(self, progress: Progress, parts: int) -> None:
        self._progress = progress
        self._fractions = [0.0] * parts
        self._lock = Lock()
        self._failure: BaseException | None = None

    def part(self, number: int) -> Progress:
        """The progress of one part."""

        def report(fraction: float) -> None:
            with self._lock:
                if self._failure is not None:
                    raise self._failure
                self._fractions[number] = fraction
                try:
                    self._progress(sum(self._fractions) / len(self._fractions))
                except BaseException as failure:
                    self._failure = failure
                    raise

        return report
