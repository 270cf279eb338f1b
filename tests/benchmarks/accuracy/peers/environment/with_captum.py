"""captum's estimators. Influences are [probes, documents]; positive pushes the score up.

captum sums losses that are not reduced, so its Hessian is that of the summed loss.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from captum.influence import TracInCP
from captum.influence._core.arnoldi_influence_function import ArnoldiInfluenceFunction
from model import Problem, SkipGram
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

DOCUMENTS_AT_ONCE = 100


class PerRow(nn.Module):
    """A loss per row: the model's own output, whatever the label."""

    reduction = "none"

    def forward(self, output: Tensor, _label: Tensor) -> Tensor:
        return output


def estimators(problem: Problem) -> dict[str, Callable[[int, float], np.ndarray]]:
    """Name -> function of seed and damping."""
    return {
        "captum: TracInCP": lambda seed, _: trac_in(problem, seed),
        "captum: ArnoldiInfluenceFunction": lambda seed, damping: arnoldi(problem, seed, damping),
    }


def trac_in(problem: Problem, seed: int) -> np.ndarray:
    """Over the checkpoints, weighted by the summed step sizes of each stretch of the training."""
    with tempfile.TemporaryDirectory() as folder:
        paths = saved(problem.checkpoints(seed), Path(folder))
        weights = dict(zip(paths, problem.steps, strict=True))
        tracer = TracInCP(
            problem.model(seed),
            documents(problem),
            checkpoints=paths,
            checkpoints_load_func=lambda model, path: load(model, path, weights[path]),
            loss_fn=PerRow(),
            test_loss_fn=PerRow(),
            batch_size=DOCUMENTS_AT_ONCE,
        )
        found: Tensor = tracer.influence(probe_rows(problem))
        return -found.detach().numpy()


def arnoldi(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """A Krylov space of 300 dimensions, of which 200 are kept."""
    with tempfile.TemporaryDirectory() as folder:
        (path,) = saved([problem.model(seed)], Path(folder))
        function = ArnoldiInfluenceFunction(
            problem.model(seed),
            documents(problem),
            checkpoint=path,
            checkpoints_load_func=lambda model, where: load(model, where, 1.0),
            loss_fn=PerRow(),
            test_loss_fn=PerRow(),
            hessian_dataset=whole(problem),
            projection_dim=200,
            arnoldi_dim=300,
            arnoldi_tol=1e-4,
            hessian_reg=damping,
        )
        found: Tensor = function.influence(probe_rows(problem))
        return -found.detach().numpy()


def documents(problem: Problem) -> DataLoader[tuple[Tensor, ...]]:
    none = torch.zeros(problem.documents, len(problem.probes))
    rows = TensorDataset(problem.counts, none, torch.zeros(problem.documents))
    return DataLoader(rows, batch_size=DOCUMENTS_AT_ONCE)


def whole(problem: Problem) -> DataLoader[tuple[Tensor, ...]]:
    rows = TensorDataset(problem.corpus, torch.zeros(1, len(problem.probes)), torch.zeros(1))
    return DataLoader(rows, batch_size=1)


def probe_rows(problem: Problem) -> tuple[Tensor, ...]:
    count = len(problem.probes)
    return torch.zeros(count, problem.counts.shape[1]), torch.eye(count), torch.zeros(count)


def saved(models: list[SkipGram], folder: Path) -> list[str]:
    paths = [str(folder / f"{number}.pt") for number in range(len(models))]
    for model, path in zip(models, paths, strict=True):
        torch.save(model.state_dict(), path)
    return paths


def load(model: nn.Module, path: str, weight: float) -> float:
    model.load_state_dict(torch.load(path, weights_only=True))
    return weight
