"""Trainings of one corpus as its settings ask for them: update by update, or in batches; one seed, or several."""

from collections.abc import Sequence

from skipgram_audit.computing.devices import choose_device
from skipgram_audit.computing.execution import Executor, all_of
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.gpu.batches import train_batches
from skipgram_audit.training.sgd import SharedProgress, train
from skipgram_audit.training.trajectory import Trajectory


def train_seeds(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seeds: Sequence[int],
    progress: Progress,
    executor: Executor,
    full_corpus: EncodedCorpus | None = None,
    device: str = "auto",
) -> list[Trajectory]:
    """Trains seeds: on a GPU of this machine all together, else side by side, as many as the executor has places.

    Args:
        full_corpus: see train.
        device: auto, cpu or cuda; of trainings in batches.
    """
    together = settings.batch_tokens > 0 and choose_device(device) != "cpu"
    groups = [list(seeds)] if together else [[seed] for seed in seeds]
    shared = SharedProgress(progress, len(groups))
    corpora = executor.share((corpus, full_corpus))
    trained = all_of(
        executor,
        [
            executor.submit(_train, corpora, settings, group, device, progress=shared.part(number), training=True)
            for number, group in enumerate(groups)
        ],
    )
    return [trajectory for group in trained for trajectory in group]


def train_seed(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    seed: int,
    progress: Progress,
    full_corpus: EncodedCorpus | None = None,
    device: str = "auto",
) -> Trajectory:
    """Trains one seed, here."""
    return _train((corpus, full_corpus), settings, [seed], device, progress)[0]


def _train(
    corpora: tuple[EncodedCorpus, EncodedCorpus | None],
    settings: TrainingSettings,
    seeds: Sequence[int],
    device: str,
    progress: Progress,
) -> list[Trajectory]:
    corpus, full_corpus = corpora
    if settings.batch_tokens:
        return train_batches(corpus, settings, seeds, progress, choose_device(device), full_corpus)
    return [train(corpus, settings, seed, progress, full_corpus) for seed in seeds]
