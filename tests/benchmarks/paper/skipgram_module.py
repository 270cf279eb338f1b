"""Skip-gram with negative sampling as a torch module, and the sentences of a corpus as its training examples.

The loss of a sentence is that of its pairs of words, each as often as training is expected to make it in an epoch
(skipgram_audit.corpus.windows), with K noise words that are drawn once for each pair:

    l_i = sum over pairs (w, c) of sentence i of weight (softplus(-w.c) + sum over its noise words n of softplus(w.n))
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.corpus.windows import most_partners, partners
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities


class SkipGram(torch.nn.Module):
    """Input and output vectors of a vocabulary, [words, d] each, as training left them."""

    def __init__(self, inputs: npt.NDArray[np.floating], outputs: npt.NDArray[np.floating]) -> None:
        super().__init__()
        self.inputs = torch.nn.Parameter(torch.as_tensor(inputs).float())
        self.outputs = torch.nn.Parameter(torch.as_tensor(outputs).float())


@dataclass(frozen=True)
class SentencePairs:
    """The pairs of every sentence, one sentence after the other.

    Attributes:
        offsets: int64 [sentences + 1]; sentence i has the pairs offsets[i]:offsets[i + 1].
        words, contexts: int64 [pairs].
        weights: float32 [pairs], expected updates an epoch.
        noise: int64 [pairs, K].
    """

    offsets: Tensor
    words: Tensor
    contexts: Tensor
    weights: Tensor
    noise: Tensor

    def losses(self, module: SkipGram, chosen: Tensor) -> Tensor:
        """l_i of the chosen sentences: [n]. A training loss of skipgram_audit.CrossLossProblem."""
        first, lengths = self.offsets[chosen], self.offsets[chosen + 1] - self.offsets[chosen]
        owner = torch.repeat_interleave(torch.arange(len(chosen)), lengths)
        places = torch.arange(len(owner)) - (lengths.cumsum(0) - lengths - first)[owner]
        inputs = module.inputs[self.words[places]]
        products = (inputs * module.outputs[self.contexts[places]]).sum(1)
        against = (inputs[:, None] * module.outputs[self.noise[places]]).sum(2)
        softplus = torch.nn.functional.softplus
        each = self.weights[places] * (softplus(-products) + softplus(against).sum(1))
        return torch.zeros(len(chosen), dtype=each.dtype).index_add(0, owner, each)


def sentence_pairs(corpus: EncodedCorpus, settings: TrainingSettings, seed: int) -> SentencePairs:
    """All pairs of a corpus.

    Args:
        seed: of the noise words.
    """
    keep = keep_probabilities(corpus.counts, settings.subsample)
    most = most_partners(settings.window)
    between, others, weights = np.empty(settings.window), np.empty(most, np.int64), np.empty(most)
    contexts, shares, counts = [], [], np.zeros(len(corpus.tokens), np.int64)
    lengths = np.zeros(corpus.sentence_count, np.int64)
    for sentence in range(corpus.sentence_count):
        first, last = corpus.sentence_offsets[sentence : sentence + 2].tolist()
        for position in range(first, last):
            count = partners(corpus.tokens, first, last, position, keep, settings.window, between, others, weights)
            contexts.append(corpus.tokens[others[:count]])
            shares.append(weights[:count].astype(np.float32))
            counts[position] = count
        lengths[sentence] = counts[first:last].sum()
    noise = noise_probabilities(corpus.counts, settings.noise_power)
    drawn = np.random.default_rng(seed).choice(len(noise), (int(counts.sum()), settings.negatives), p=noise)
    return SentencePairs(
        offsets=torch.as_tensor(np.concatenate([[0], np.cumsum(lengths)])),
        words=torch.as_tensor(np.repeat(corpus.tokens, counts).astype(np.int64)),
        contexts=torch.as_tensor(np.concatenate(contexts).astype(np.int64)),
        weights=torch.as_tensor(np.concatenate(shares)),
        noise=torch.as_tensor(drawn),
    )
