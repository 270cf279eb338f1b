"""Forgetting: gradient steps that undo the training loss of chosen sentences.

    (w, c) <- the trained (w, c);   E epochs over the chosen sentences with the update of training, its sign turned:
    w <- w + e sum_k g_k c_k,       c_k <- c_k + e g_k w          (see skipgram_audit.training.kernel)

The sentences are those of largest amplifying influence on the probe, as many as hold a share of the text. E is the
number of epochs of the training and e its mean step size, so each sentence is undone by about what it was trained: to
first order that is training without it, whereas other sentences do not answer. The loss of the sentences has no upper
bound, so more steps would only make vectors longer.

Shapes: vectors float32 [V, d]; influences float64 [sentences].

Source: the fine-tuning on influential examples of Silva, Chopra and Gombolay 2022 (arXiv 2012.01685); the schedule is
ours.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus, gathered, offsets_of
from skipgram_audit.mitigation.strongest_texts import strongest_within
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.trajectory import Trajectory
from skipgram_audit.training.vectors import padded_rows


class NothingToForget(EngineError):
    """Sentences cannot be undone: none amplifies, or the vectors came without output vectors."""

    code = "nothing_to_forget"


def sentences_to_forget(
    corpus: EncodedCorpus, influence: npt.NDArray[np.float64], direction: int, share: float
) -> npt.NDArray[np.int64]:
    """The most amplifying sentences that hold a share of the text, the strongest first.

    Args:
        influence: of every sentence, mean over seeds.
        direction: +1 where positive influence amplifies.

    Raises:
        NothingToForget: no sentence amplifies.
    """
    chosen = strongest_within(influence, np.diff(corpus.sentence_offsets), direction, share)
    if not len(chosen):
        raise NothingToForget("No sentence amplifies this score, so there is none to forget.")
    return chosen


def forgotten(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    trained: Trajectory,
    sentences: npt.NDArray[np.int64],
    progress: Progress,
) -> npt.NDArray[np.float32]:
    """The input vectors once the sentences were undone.

    Raises:
        NothingToForget: the vectors have no output vectors beside them.
    """
    if not np.isfinite(trained.outputs).all():
        raise NothingToForget(
            "These vectors were trained elsewhere and came without output vectors, so no step of their training can "
            "be undone.",
            "Audit the corpus without the model.",
        )
    part = replace(
        corpus,
        tokens=gathered(corpus.tokens, corpus.sentence_offsets, sentences),
        sentence_offsets=offsets_of(np.diff(corpus.sentence_offsets)[sentences]),
        document_sentences=np.array([0, len(sentences)], np.int64),
        sentence_keys=corpus.sentence_keys[sentences],
    )
    draws = sampling(corpus.counts, settings, trained.seed)
    inputs, outputs = padded_rows(trained.inputs), padded_rows(trained.outputs, spare=1)
    steps = np.full(len(sentences), -settings.mean_step_size)
    for epoch in range(settings.epochs):
        # Draws after those of the training, as a warm start has them.
        train_sentences(
            part.tokens, part.sentence_offsets, part.sentence_keys, steps, settings.epochs + epoch, 0, len(sentences),
            draws, inputs, outputs,
        )  # fmt: skip
        progress((epoch + 1) / settings.epochs)
    changed = inputs[:, : settings.dimension].copy()
    if not np.isfinite(changed).all():
        raise NothingToForget("Undoing these sentences made vectors grow beyond all bounds.", "Undo a smaller share.")
    return np.asarray(changed, np.float32)
