"""Gradient steps after training on chosen sentences: the paper's mitigation, with the 48 settings of its public code.

Of the most amplifying sentences the steps of training are turned ("undo"), those of the most mitigating ones are made
again ("repeat"), or both; 5, 10, 100 or 1,000 sentences; and so many passes over them. The paper's passes, 5 to 1,000,
are of Adam. Ours are of training itself, with its mean step size, so fewer do: its own epochs are five.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.retraining.sets import strongest
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.trajectory import Trajectory
from skipgram_audit.training.vectors import padded_rows

MODES: dict[str, tuple[int, ...]] = {"undo": (-1,), "repeat": (1,), "both": (-1, 1)}
"""Mode -> signs of the steps; those below 0 are for amplifying sentences, those above for mitigating ones."""

COUNTS, PASSES = (5, 10, 100, 1000), (1, 5, 10, 50)


@dataclass(frozen=True)
class Setting:
    """Which steps, on how many sentences, how often."""

    mode: str
    count: int
    passes: int

    def __str__(self) -> str:
        return f"{self.mode} {self.count} x {self.passes}"


SETTINGS = [Setting(*one) for one in product(MODES, COUNTS, PASSES)]


def stepped(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    trained: Trajectory,
    influence: npt.NDArray[np.float64],
    direction: int,
) -> Iterator[tuple[Setting, npt.NDArray[Any]]]:
    """The vectors [V, d] after each setting; none where they grew beyond all bounds.

    Args:
        influence: of every sentence, [sentences].
        direction: +1 where positive influence amplifies.
    """
    for mode, count in product(MODES, COUNTS):
        parts = [(strongest(influence, -sign * direction, count), sign) for sign in MODES[mode]]
        sentences = np.concatenate([chosen for chosen, _ in parts])
        signs = np.repeat([sign for _, sign in parts], count)
        for passes, vectors in passed_over(corpus, settings, trained, sentences, signs):
            yield Setting(mode, count, passes), vectors


def passed_over(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    trained: Trajectory,
    sentences: npt.NDArray[np.int64],
    signs: npt.NDArray[Any],
) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """The vectors after each number of PASSES over sentences, up the training's loss where the sign is below 0."""
    alone = replace(corpus, document_sentences=np.arange(corpus.sentence_count + 1)).of_documents(sentences)
    inputs, outputs = padded_rows(trained.inputs), padded_rows(trained.outputs, spare=1)
    draws = sampling(corpus.counts, settings, trained.seed)
    steps = settings.mean_step_size * signs.astype(np.float64)
    for number in range(1, max(PASSES) + 1):
        # Draws after those of the training, as a warm start has them.
        train_sentences(
            alone.tokens, alone.sentence_offsets, alone.sentence_keys, steps, settings.epochs + number - 1, 0,
            len(sentences), draws, inputs, outputs,
        )  # fmt: skip
        if number in PASSES:
            vectors = inputs[:, : settings.dimension].copy()
            if not np.isfinite(vectors).all():
                return
            yield number, vectors
