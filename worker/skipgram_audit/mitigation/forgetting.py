"""Forgetting: gradient steps that undo the training loss of chosen sentences.

    (w, c) <- the trained (w, c);   at most E epochs over the chosen sentences with the update of training, turned:
    w <- w + e sum_k g_k c_k,       c_k <- c_k + e g_k w          (see skipgram_audit.training.kernel)

The sentences are those of largest amplifying influence on the probe, as many as hold a share of the text. E is the
number of epochs of the training and e its mean step size, so each sentence is undone by at most about what it was
trained. Other sentences do not answer, and the loss has no upper bound: vectors would grow without end. So the steps
end as soon as the sentences are forgotten, looked at PARTS times an epoch:

    mean of w(t) . c(t + 1) - w(t) . c(r(t)) over neighbouring tokens t, t + 1 of the sentences <= 0

with r(t) a token of the sentences drawn at random: the model does not tell true neighbours from chance ones any more.

Shapes: vectors float32 [V, d]; influences float64 [sentences].

Source: the fine-tuning on influential examples of Silva, Chopra and Gombolay 2022 (arXiv 2012.01685); the schedule is
ours.
"""

import itertools
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

PARTS = 10
LOOKED_AT = 5_000
"""Pairs of neighbouring tokens by which it is seen whether the sentences are forgotten."""


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
    neighbours = _neighbours(part, trained.seed)
    stops = np.unique(np.linspace(0, len(sentences), PARTS + 1).round().astype(np.int64)).tolist()
    for epoch, (first, last) in itertools.product(range(settings.epochs), itertools.pairwise(stops)):
        if _fit(inputs, outputs, neighbours) <= 0:
            break
        # Draws after those of the training, as a warm start has them.
        train_sentences(
            part.tokens, part.sentence_offsets, part.sentence_keys, steps, settings.epochs + epoch, first, last,
            draws, inputs, outputs,
        )  # fmt: skip
        progress((epoch + last / len(sentences)) / settings.epochs)
    progress(1.0)
    changed = inputs[:, : settings.dimension].copy()
    if not np.isfinite(changed).all():
        raise NothingToForget("Undoing these sentences made vectors grow beyond all bounds.", "Undo a smaller share.")
    return np.asarray(changed, np.float32)


def _neighbours(part: EncodedCorpus, seed: int) -> npt.NDArray[np.int64]:
    """Words of neighbouring tokens in the same sentence, and a word by chance: int64 [pairs, 3], at most LOOKED_AT,
    spread evenly. The words by chance are the second ones of other pairs."""
    within = np.ones(max(0, len(part.tokens) - 1), np.bool_)
    ends = part.sentence_offsets[1:-1]
    within[ends[(ends > 0) & (ends < len(part.tokens))] - 1] = False
    first = np.flatnonzero(within)
    if len(first) > LOOKED_AT:
        first = first[np.linspace(0, len(first) - 1, LOOKED_AT).astype(np.int64)]
    second = part.tokens[first + 1]
    chance = np.random.default_rng(seed).permutation(second)
    return np.stack([part.tokens[first], second, chance], axis=1).astype(np.int64)


def _fit(inputs: npt.NDArray[np.floating], outputs: npt.NDArray[np.floating], words: npt.NDArray[np.int64]) -> float:
    """How much larger the product of input and output vectors is of neighbours than of words by chance, a mean; 0 where
    there are none."""
    if not len(words):
        return 0.0
    apart = outputs[words[:, 1]] - outputs[words[:, 2]]
    return float(np.einsum("nd,nd->n", inputs[words[:, 0]], apart).mean())
