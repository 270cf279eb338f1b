"""What really happens when documents go: the same seeds trained on what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker.engine.corpus.encoding import EncodedCorpus, Progress
from worker.engine.skipgram.settings import TrainingSettings
from worker.engine.skipgram.training import train_seeds
from worker.engine.skipgram.trajectory import Trajectory


@dataclass(frozen=True)
class Retraining:
    """What was left, as it was trained on, and one trajectory a seed."""

    corpus: EncodedCorpus
    trajectories: list[Trajectory]


def retrain(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    removed: npt.NDArray[np.bool_],
    seeds: Sequence[int],
    same_run: bool,
    progress: Progress,
    workers: int,
) -> Retraining:
    """Trains on a corpus without some documents.

    Args:
        removed: bool [documents].
        same_run: True: this run; vocabulary, subsampling, noise and step sizes stay those of the whole corpus, and
            every sentence that stays gets the draws it had. False: a run like it; the vocabulary is counted anew and
            the step size falls over what is left, as if the documents had never been there.
    """
    left = left_over(corpus, settings, removed, same_run)
    whole = corpus if same_run else None
    return Retraining(left, train_seeds(left, settings, seeds, progress, workers, whole))


def left_over(
    corpus: EncodedCorpus, settings: TrainingSettings, removed: npt.NDArray[np.bool_], same_run: bool
) -> EncodedCorpus:
    """What is left of a corpus, with the vocabulary that a training of it has; see retrain."""
    left = corpus.without(removed)
    return left if same_run else left.recounted(settings.minimum_count)
