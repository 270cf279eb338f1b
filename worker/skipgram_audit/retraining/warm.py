"""Warm start: training continues from trained vectors, on what is left.

    (w, c) <- the trained (w, c) of the whole corpus; then E further epochs of the same training on the corpus without
    the documents, the step size falling linearly from e to the last step size

The baseline is the same continuation on the whole corpus, so that the difference is the documents', not that of longer
training. It costs E / epochs of a training from the beginning, and its noise is smaller, since both sides start from
the same vectors. It shows how the trained model moves when it stops seeing the documents. It cannot show what the
corpus would have given without them: what the documents taught is overwritten only as far as E and e reach, so the
changes are smaller than those of a training from the beginning, and those of rare words most of all. Ranks of sets can
be compared; sizes cannot.
"""

from typing import Any

import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.checkpoints import chunks
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.trajectory import Trajectory
from skipgram_audit.training.vectors import padded_rows


def continue_training(
    full_corpus: EncodedCorpus,
    left: EncodedCorpus,
    settings: TrainingSettings,
    trained: Trajectory,
    plan: CheckPlan,
    progress: Progress,
) -> npt.NDArray[Any]:
    """Trains on what is left, from the vectors trained on the whole.

    Args:
        full_corpus: what trained was trained on.
        left: what to continue with; its counts decide subsampling and noise.
        plan: its warm_epochs and warm_step_size; with same_run, step sizes stay at the places that sentences have in
            the whole corpus.

    Returns:
        float32 [words of left, d], input vectors. Random draws are those of the epochs after the last one trained.
    """
    continued = settings.model_copy(
        update={
            "epochs": plan.warm_epochs,
            "step_size": plan.warm_step_size,
            "minimum_step_size": min(settings.minimum_step_size, plan.warm_step_size),
        }
    )
    document_order = DocumentOrder.of(left, continued, trained.seed, full_corpus if plan.same_run else None)
    left = document_order.corpus
    draws = sampling(left.counts, continued, trained.seed)
    rows = [full_corpus.index[word] for word in left.words]
    inputs, outputs = padded_rows(trained.inputs[rows]), padded_rows(trained.outputs[rows], spare=1)
    for epoch in range(plan.warm_epochs):
        steps = document_order.steps(epoch)
        for first, last in chunks(left, 0, left.sentence_count):
            train_sentences(
                left.tokens, left.sentence_offsets, left.sentence_keys, steps, settings.epochs + epoch, first, last,
                draws, inputs, outputs,
            )  # fmt: skip
            done = epoch + left.sentence_offsets[last] / max(1, len(left.tokens))
            progress(min(1.0, float(done) / plan.warm_epochs))
    return inputs[:, : settings.dimension].copy()
