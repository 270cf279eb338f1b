"""What the counts of a vocabulary decide: how often words are kept, and how often they are drawn as noise."""

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.kernel import Sampling
from skipgram_audit.training.randomness import alias_table

FULL_32_BITS = 2**32 - 1

Counts = npt.NDArray[np.int64] | npt.NDArray[np.float64]
"""Of words; not whole where documents have weights."""


def keep_probabilities(counts: Counts, subsample: float) -> npt.NDArray[np.float64]:
    """keep(w) = min(1, (sqrt(f/t) + 1) t/f), f = count / all tokens, t = subsample; 1 for all words when t = 0.

    Source: word2vec.c and gensim, which differ from equation 5 of arXiv 1310.4546.
    """
    if subsample == 0:
        return np.ones(len(counts))
    # A word that an imported model has and the corpus has not is taken as seen once: nothing depends on its value.
    ratio = subsample / (np.maximum(counts, 1) / counts.sum())
    return np.asarray(np.minimum(1.0, np.sqrt(ratio) + ratio))


def noise_probabilities(counts: Counts, power: float) -> npt.NDArray[np.float64]:
    """P(w) proportional to count(w) ** power."""
    weights = counts.astype(np.float64) ** power
    return np.asarray(weights / weights.sum())


def sampling(counts: npt.NDArray[np.int64], settings: TrainingSettings, seed: int) -> Sampling:
    """What the kernel draws from, for one seed."""
    thresholds, aliases = alias_table(noise_probabilities(counts, settings.noise_power))
    keep = keep_probabilities(counts, settings.subsample) * FULL_32_BITS
    return Sampling(
        keep=keep.astype(np.uint32),
        thresholds=thresholds,
        aliases=aliases,
        window=settings.window,
        slots=(0,) * (settings.negatives + 1),
        seed=seed,
    )


def require_expected_pairs(corpus: EncodedCorpus, settings: TrainingSettings) -> None:
    """Raises UnusableCorpus when subsampling leaves fewer pairs than there are words: most vectors would stay the
    random ones that training begins with.

    The pairs of a sentence are at most sum_i sum_{j != i} keep_i keep_j = (sum keep)^2 - sum keep^2.
    """
    keep = keep_probabilities(corpus.counts, settings.subsample)[corpus.tokens]
    kept = sums_between(keep, corpus.sentence_offsets)
    most = settings.epochs * float((np.square(kept) - sums_between(np.square(keep), corpus.sentence_offsets)).sum())
    if most < len(corpus.words):
        raise UnusableCorpus(
            f"Subsampling leaves at most {most:,.1f} pairs of words in {settings.epochs} epochs to train vectors of "
            f"{len(corpus.words):,} words on, so most vectors would stay random.",
            "Use a larger corpus, a larger subsampling threshold (0 keeps all words), or more epochs.",
            pairs=most,
            vocabulary=len(corpus.words),
        )
