"""Runs in the peers' environment: Skip-gram with negative sampling as a torch module, and the probes over it.

    loss of a document = sum over its word pairs (w, c) of
        count * (-log sig(w.c) + K sum_n P(n) (-log sig(-w.n)))

the expectation of the loss that word2vec samples. What is passed for a document is its counts of all pairs, dense, as
automatic differentiation likes it; nothing here imports the repository.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, softplus


class Problem:
    """The exported arrays.

    Attributes:
        counts: [documents, words * words].
        corpus: [1, words * words], their sum. The loss is linear in the counts, so the Hessian of this one row is that
            of the documents' summed loss, and two orders of magnitude cheaper: every library gets it for its Hessian.
    """

    def __init__(self, path: Path) -> None:
        with np.load(path) as arrays:
            self.arrays = {name: arrays[name] for name in arrays.files}
        self.counts = self._dense()
        self.documents = len(self.counts)
        self.corpus = self.counts.sum(0, keepdim=True)
        self.seeds = len(self.arrays["inputs"])
        self.steps = self.arrays["checkpoint_steps"].tolist()
        self.probes = [
            [torch.as_tensor(self.arrays[f"probe_{number}_{place}"]) for place in range(4)]
            for number in range(sum(name.endswith("_0") and name.startswith("probe_") for name in self.arrays))
        ]

    def _dense(self) -> Tensor:
        """[documents, words * words]."""
        indices, counts = self.arrays["pair_indices"], self.arrays["pair_counts"]
        dense = np.zeros((len(counts), self.arrays["inputs"].shape[1] ** 2), np.float32)
        np.add.at(dense, (np.arange(len(counts))[:, None], indices), counts)
        return torch.as_tensor(dense)

    def model(self, seed: int) -> "SkipGram":
        """Trained by one seed."""
        return SkipGram(self, self.arrays["inputs"][seed], self.arrays["outputs"][seed])

    def checkpoints(self, seed: int) -> list["SkipGram"]:
        """Along one seed's training."""
        pairs = zip(self.arrays["checkpoint_inputs"][seed], self.arrays["checkpoint_outputs"][seed], strict=True)
        return [SkipGram(self, inputs, outputs) for inputs, outputs in pairs]

    def total_loss(self, model: "SkipGram") -> Tensor:
        """Of the whole corpus."""
        losses: Tensor = model(self.corpus, torch.zeros(1, len(self.probes)))
        return losses.sum()

    def tuning_quality(self, influences: np.ndarray) -> float:
        """How well influences [probes, documents] of one seed predict the tuning sets: the mean over probes, halves and
        tenths of Pearson's correlation."""
        removed, actual = self.arrays["tuning_removed"].astype(float), self.arrays["tuning_actual"]
        predicted = -removed @ influences.T
        halves = int(self.arrays["tuning_halves"])
        if not np.isfinite(predicted).all() or (predicted.std(axis=0) == 0).any():
            return -1.0
        return float(
            np.mean(
                [
                    np.corrcoef(predicted[part, probe], actual[part, probe])[0, 1]
                    for probe in range(actual.shape[1])
                    for part in (slice(0, halves), slice(halves, None))
                ]
            )
        )


class SkipGram(nn.Module):
    """Input and output vectors; the forward pass gives losses of documents, or probe scores.

    Counts are zero for a probe; the second argument's row is zero for a document, and one at a probe's place.
    """

    noise: Tensor

    def __init__(self, problem: Problem, inputs: np.ndarray, outputs: np.ndarray) -> None:
        super().__init__()
        self.inputs = nn.Parameter(torch.tensor(inputs))
        self.outputs = nn.Parameter(torch.tensor(outputs))
        self.register_buffer("noise", torch.as_tensor(problem.arrays["noise"], dtype=torch.float32))
        self.negatives = float(problem.arrays["negatives"])
        self.probes = problem.probes

    def losses(self, counts: Tensor) -> Tensor:
        """[documents] from counts [documents, words * words]."""
        products = self.inputs @ self.outputs.T
        table = softplus(-products) + self.negatives * (softplus(products) @ self.noise)[:, None]
        return counts @ table.reshape(-1)

    def scores(self) -> Tensor:
        """[probes], WEAT effect sizes."""
        values = []
        for sets in self.probes:
            x, y, a, b = (normalize(self.inputs[ids], dim=1) for ids in sets)
            targets = torch.cat([x, y])
            associations = (targets @ a.T).mean(1) - (targets @ b.T).mean(1)
            difference = associations[: len(x)].mean() - associations[len(x) :].mean()
            values.append(difference / associations.std(correction=1))
        return torch.stack(values)

    def forward(self, counts: Tensor, probe: Tensor) -> Tensor:
        """[rows]: a document's loss, or a probe's score."""
        return self.losses(counts) + probe @ self.scores()
