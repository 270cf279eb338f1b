"""The shuffled null: what a probe scores on the same words in random order.

Every kept token of the whole corpus (those whose word is in the vocabulary) is put in a place drawn at random, over
all sentences and documents at once. The lengths of sentences and documents, the vocabulary and the counts of its words
stay as they are; which words are together does not. What a training on it scores is due to word frequency and chance
alone: the bias of Skip-gram vectors depends on frequency even in shuffled text.

Source: Valentini, Rosati, Fernandez Slezak and Altszyler 2022, The Undesirable Dependence on Frequency of Gender Bias
Metrics Based on Word Embeddings (Findings of EMNLP).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from skipgram_audit.computing.execution import Executor, as_ended
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.seeds import train_seed
from skipgram_audit.training.sgd import SharedProgress
from skipgram_audit.training.trajectory import Trajectory

SHUFFLES_STREAM = 0x5AFF1E
"""Sets the draws of shuffles apart from all others."""


def shuffled(corpus: EncodedCorpus, number: int) -> EncodedCorpus:
    """The corpus with all its tokens permuted; a number gives the same permutation always."""
    generator = np.random.default_rng([SHUFFLES_STREAM, number])
    return replace(corpus, tokens=generator.permutation(corpus.tokens))


def seed_of(settings: TrainingSettings, number: int) -> int:
    """The seed that shuffle 1, 2, 3, ... is trained with: the audit's seeds in turn."""
    return settings.seeds[(number - 1) % len(settings.seeds)]


def train_shuffles(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    numbers: Sequence[int],
    finished: Callable[[int, Trajectory], None],
    progress: Progress,
    executor: Executor,
    device: str = "auto",
) -> None:
    """Trains one seed on each shuffle, side by side, as the audit trains.

    Args:
        numbers: of the shuffles, from 1.
        finished: is given each shuffle's number and training as soon as it is there.
        progress: the mean of theirs.
        device: see train_seeds.
    """
    shared, shared_corpus = SharedProgress(progress, len(numbers)), executor.share(corpus)
    submitted = {
        number: executor.submit(
            _train_shuffle, shared_corpus, settings, number, device, progress=shared.part(place), training=True
        )
        for place, number in enumerate(numbers)
    }
    for number, trajectory in as_ended(executor, submitted):
        finished(number, trajectory)


def _train_shuffle(
    corpus: EncodedCorpus, settings: TrainingSettings, number: int, device: str, progress: Progress
) -> Trajectory:
    return train_seed(shuffled(corpus, number), settings, seed_of(settings, number), progress, device=device)
