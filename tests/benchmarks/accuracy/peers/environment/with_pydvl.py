"""pyDVL's estimators. Influences are [probes, documents]; positive pushes the score up.

pyDVL has one loss for documents and tests alike, so a row says which it is: a probe's place is one for a test and all
are zero for a document. H is that of the summed loss, formed over the corpus' summed counts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from model import Problem, SkipGram
from pydvl.influence.torch import (
    ArnoldiInfluence,
    CgInfluence,
    DirectInfluence,
    LissaInfluence,
    NystroemSketchInfluence,
)
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

LOW_RANK = 200


class OneTensor(nn.Module):
    """The model with its input in one tensor: counts, then the probes' places."""

    def __init__(self, model: SkipGram) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        probes = len(self.model.probes)
        rows: Tensor = self.model(x[..., :-probes], x[..., -probes:])
        return rows


def summed_loss(output: Tensor, _target: Tensor) -> Tensor:
    return output.sum()


def estimators(problem: Problem) -> dict[str, Callable[[int, float], np.ndarray]]:
    """Name -> function of seed and damping."""

    def influence(make: Callable[[OneTensor, float], Any]) -> Callable[[int, float], np.ndarray]:
        def run(seed: int, damping: float) -> np.ndarray:
            model = OneTensor(problem.model(seed))
            whole = TensorDataset(rows_of(problem.corpus, problem), torch.zeros(1))
            fitted = make(model, damping).fit(DataLoader(whole, batch_size=1))
            rows, nothing = rows_of(problem.counts, problem), torch.zeros(problem.documents)
            probes = len(problem.probes)
            tests = torch.cat([torch.zeros(probes, rows.shape[1] - probes), torch.eye(probes)], dim=1)
            values: Tensor = fitted.influences(tests, torch.zeros(probes), rows, nothing)
            return -values.detach().numpy()

        return run

    return {
        "pyDVL: DirectInfluence": influence(
            lambda model, damping: DirectInfluence(model, summed_loss, regularization=damping)
        ),
        "pyDVL: CgInfluence": influence(
            lambda model, damping: CgInfluence(
                model, summed_loss, regularization=damping, rtol=1e-4, maxiter=200, warn_on_max_iteration=False
            )
        ),
        "pyDVL: LissaInfluence": influence(
            lambda model, damping: LissaInfluence(
                model,
                summed_loss,
                regularization=damping,
                maxiter=1000,
                scale=scale(problem, damping),
                rtol=1e-4,
                warn_on_max_iteration=False,
            )
        ),
        "pyDVL: ArnoldiInfluence": influence(
            lambda model, damping: ArnoldiInfluence(
                model, summed_loss, regularization=damping, rank=LOW_RANK, tol=1e-4, use_woodbury=True
            )
        ),
        "pyDVL: NystroemSketchInfluence": influence(
            lambda model, damping: NystroemSketchInfluence(model, summed_loss, regularization=damping, rank=LOW_RANK)
        ),
    }


def rows_of(counts: Tensor, problem: Problem) -> Tensor:
    """Rows of documents: no probe."""
    return torch.cat([counts, torch.zeros(len(counts), len(problem.probes))], dim=1)


def scale(problem: Problem, damping: float) -> float:
    """Larger than the largest eigenvalue, so that the series converges."""
    from with_dattri import largest_eigenvalue

    return largest_eigenvalue(problem, 0) + damping
