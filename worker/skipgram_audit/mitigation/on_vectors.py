"""The methods that change trained vectors, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.mitigation.concept import BiasedWords, Concept
from skipgram_audit.mitigation.double_hard import double_hard_debiased
from skipgram_audit.mitigation.forgetting import forgotten
from skipgram_audit.mitigation.hard import hard_debiased
from skipgram_audit.mitigation.inlp import null_space_projected
from skipgram_audit.mitigation.leace import least_squares_erased
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.trajectory import Trajectory

MOST_LABELLED = 7_500
"""Words of either side that INLP and LEACE learn from; a third of the vocabulary at most."""


@dataclass(frozen=True)
class Changed:
    """Vectors [V, d] after a method, and a few words on what it did."""

    vectors: npt.NDArray[np.floating]
    detail: str


@dataclass(frozen=True)
class Trained:
    """What methods on vectors work from.

    Attributes:
        trajectory: a seed's training on the whole corpus.
        concept: what is to be removed.
        biased_words: of either side, that are clustered.
        sentences: to forget.
        draw_seed: of clusters and splits.
    """

    corpus: EncodedCorpus
    settings: TrainingSettings
    trajectory: Trajectory
    concept: Callable[[], Concept]
    biased_words: int
    sentences: Callable[[], npt.NDArray[np.int64]]
    draw_seed: int

    @cached_property
    def clustered(self) -> BiasedWords:
        """The most biased words before, for clusters."""
        return self.concept().most_biased(self.trajectory.inputs, self.biased_words)

    @cached_property
    def labelled(self) -> BiasedWords:
        """The most biased words before, to learn from."""
        return self.concept().most_biased(self.trajectory.inputs, MOST_LABELLED, divisor=3)


def _hard(trained: Trained, progress: Progress) -> Changed:
    concept = trained.concept()
    words = f"{len(concept.first)} pairs" if concept.paired else f"{len(concept.first)} and {len(concept.second)} words"
    return Changed(hard_debiased(trained.trajectory.inputs, concept), f"direction of {words}")


def _double_hard(trained: Trained, progress: Progress) -> Changed:
    found = double_hard_debiased(
        trained.trajectory.inputs, trained.concept(), trained.clustered, trained.draw_seed, progress
    )
    return Changed(found.vectors, f"principal axis {found.axis} removed")


def _inlp(trained: Trained, progress: Progress) -> Changed:
    found = null_space_projected(trained.trajectory.inputs, trained.labelled, trained.draw_seed, progress)
    removed = len(found.directions)
    return Changed(found.vectors, f"{removed} direction{'' if removed == 1 else 's'} removed")


def _leace(trained: Trained, progress: Progress) -> Changed:
    erased = least_squares_erased(trained.trajectory.inputs, trained.labelled)
    return Changed(erased, f"fitted on {len(trained.labelled.words):,} words")


def _forget(trained: Trained, progress: Progress) -> Changed:
    sentences = trained.sentences()
    vectors = forgotten(trained.corpus, trained.settings, trained.trajectory, sentences, progress)
    return Changed(vectors, f"{len(sentences):,} sentences undone")


ON_VECTORS: dict[str, Callable[[Trained, Progress], Changed]] = {
    "hard": _hard,
    "double-hard": _double_hard,
    "inlp": _inlp,
    "leace": _leace,
    "forget": _forget,
}
