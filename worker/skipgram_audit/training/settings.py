"""The numbers that a training depends on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingSettings:
    """Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546); defaults are the caller's.

    Attributes:
        casefold: treat He and he as one word.
        dimension: length d of a word vector.
        window: largest distance, in kept words, between a word and its context.
        negatives: noise words K drawn for each pair.
        minimum_count: words seen less often are left out before anything else.
        subsample: threshold t of keep(w) = (sqrt(f/t) + 1) t/f, f the word's share of all tokens; 0 keeps all.
        epochs: passes over the corpus.
        step_size: first step size; it falls linearly with the tokens seen.
        minimum_step_size: the step size that it falls to.
        noise_power: noise words are drawn with probability proportional to count ** noise_power.
        seeds: one training for each.
        batch_tokens: 0: one update after the other, as word2vec trains (skipgram_audit.training.sgd); else the
            updates of so many tokens are added together, as a GPU trains (skipgram_audit.training.gpu.batches).
        shuffle_documents: each seed reads the documents in a random order of its own (training.document_order).
    """

    casefold: bool
    dimension: int
    window: int
    negatives: int
    minimum_count: int
    subsample: float
    epochs: int
    step_size: float
    minimum_step_size: float
    noise_power: float
    seeds: tuple[int, ...]
    batch_tokens: int = 0
    shuffle_documents: bool = False

    @property
    def mean_step_size(self) -> float:
        """Of a whole training."""
        return 0.5 * (self.step_size + self.minimum_step_size)

    @property
    def time(self) -> float:
        """The step sizes of a training, summed over its epochs."""
        return self.epochs * self.mean_step_size
