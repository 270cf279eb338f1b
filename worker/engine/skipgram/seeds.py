"""Several seeds of one corpus, each a training of its own that an executor carries out."""

from collections.abc import Sequence

from worker.engine.corpus.encoding import EncodedCorpus, Progress
from worker.engine.execution import Executor, all_of
from worker.engine.skipgram.settings import TrainingSettings
from worker.engine.skipgram.training import SharedProgress, train
from worker.engine.skipgram.trajectory import Trajectory


def train_seeds(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seeds: Sequence[int],
    progress: Progress,
    executor: Executor,
    whole: EncodedCorpus | None = None,
) -> list[Trajectory]:
    """Trains seeds side by side, as many as the executor has places; progress is the mean of theirs.

    Args:
        whole: see train.
    """
    shared = SharedProgress(progress, len(seeds))
    held = executor.share((corpus, whole))
    return all_of(
        executor,
        [
            executor.submit(_train_seed, held, settings, seed, progress=shared.part(number), training=True)
            for number, seed in enumerate(seeds)
        ],
    )


def _train_seed(
    corpora: tuple[EncodedCorpus, EncodedCorpus | None], settings: TrainingSettings, seed: int, progress: Progress
) -> Trajectory:
    corpus, whole = corpora
    return train(corpus, settings, seed, progress, whole)
