"""dattri's estimators. Influences are [probes, documents]; positive pushes the score up.

dattri's inner products g_score . H^-1 g_document, H of the summed loss, are the change of the score when the document
goes. All documents are scored in one batch, since dattri solves anew for every batch.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from dattri.algorithm import (
    IFAttributorArnoldi,
    IFAttributorCG,
    IFAttributorDataInf,
    IFAttributorExplicit,
    IFAttributorLiSSA,
    TracInAttributor,
    TRAKAttributor,
)
from dattri.task import AttributionTask
from model import Problem, SkipGram
from torch import Tensor
from torch.func import functional_call
from torch.utils.data import DataLoader, TensorDataset

LISSA_DEPTH = 1000
Rows = DataLoader[tuple[Tensor, ...]]


def influences(found: Tensor) -> np.ndarray:
    """From dattri's [documents, probes], the change of a score when the document goes."""
    return -found.T.detach().numpy()


def estimators(problem: Problem) -> dict[str, Callable[[int, float], np.ndarray]]:
    """Name -> function of seed and damping; those without a damping ignore it."""

    def attributed(make: Callable[[AttributionTask, float], Any]) -> Callable[[int, float], np.ndarray]:
        def run(seed: int, damping: float) -> np.ndarray:
            attributor = make(task(problem, [problem.model(seed)]), damping)
            attributor.cache(whole(problem))
            found = attributor.attribute(documents(problem), probe_rows(problem))
            return influences(found)

        return run

    return {
        "dattri: IFAttributorExplicit": attributed(
            lambda one, damping: IFAttributorExplicit(one, regularization=damping)
        ),
        "dattri: IFAttributorCG": attributed(
            lambda one, damping: IFAttributorCG(one, max_iter=200, tol=1e-6, regularization=damping)
        ),
        "dattri: IFAttributorLiSSA": lambda seed, damping: lissa(problem, seed, damping),
        "dattri: IFAttributorArnoldi": attributed(
            lambda one, damping: IFAttributorArnoldi(one, proj_dim=200, max_iter=300, regularization=damping)
        ),
        "dattri: IFAttributorDataInf": lambda seed, damping: data_inf(problem, seed, damping),
        "dattri: TracInAttributor": lambda seed, _: trac_in(problem, seed),
        "dattri: TRAKAttributor": lambda seed, damping: trak(problem, seed, damping),
    }


def task(problem: Problem, models: list[SkipGram]) -> AttributionTask:
    """Loss of documents, and probe scores as the target."""

    def loss(params: dict[str, Tensor], data: tuple[Tensor, ...]) -> Tensor:
        (counts,) = data
        none = torch.zeros(*counts.shape[:-1], len(problem.probes))
        losses: Tensor = functional_call(models[0], params, (counts, none))
        return losses.sum()

    def target(params: dict[str, Tensor], data: tuple[Tensor, ...]) -> Tensor:
        (probe,) = data
        nothing = torch.zeros(*probe.shape[:-1], problem.counts.shape[1])
        scores: Tensor = functional_call(models[0], params, (nothing, probe))
        return scores.sum()

    return AttributionTask(
        loss_func=loss,
        model=models[0],
        checkpoints=[{name: value.clone() for name, value in one.state_dict().items()} for one in models],
        target_func=target,
    )


def documents(problem: Problem) -> Rows:
    return DataLoader(TensorDataset(problem.counts), batch_size=problem.documents)


def whole(problem: Problem) -> Rows:
    return DataLoader(TensorDataset(problem.corpus), batch_size=1)


def probe_rows(problem: Problem) -> Rows:
    count = len(problem.probes)
    return DataLoader(TensorDataset(torch.eye(count)), batch_size=count)


def lissa(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """(1 - damping) multiplies its own estimate, so that H + damping I is solved with the damping divided by the scale.
    With the whole corpus in one row no step is a sample."""
    scaling = largest_eigenvalue(problem, seed) + damping
    attributor = IFAttributorLiSSA(
        task(problem, [problem.model(seed)]),
        batch_size=1,
        num_repeat=1,
        recursion_depth=LISSA_DEPTH,
        damping=damping / scaling,
        scaling=scaling,
    )
    attributor.cache(whole(problem))
    torch.manual_seed(seed)
    found = attributor.attribute(documents(problem), probe_rows(problem))
    return influences(found)


def largest_eigenvalue(problem: Problem, seed: int, iterations: int = 50) -> float:
    """Of the Hessian of the summed loss, by power iteration from below, with a margin of a quarter."""
    model = problem.model(seed)
    parameters = list(model.parameters())
    gradient = torch.cat(
        [one.ravel() for one in torch.autograd.grad(problem.total_loss(model), parameters, create_graph=True)]
    )
    vector = torch.randn(len(gradient), generator=torch.Generator().manual_seed(seed))
    value = 0.0
    for _ in range(iterations):
        vector = vector / vector.norm()
        product = torch.autograd.grad(gradient, parameters, grad_outputs=vector, retain_graph=True)
        following = torch.cat([one.ravel() for one in product])
        value = float(vector @ following)
        vector = following
    return 1.25 * abs(value)


def data_inf(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """Its curvature is the mean over documents of their gradients' squares, so is the damping."""
    attributor = IFAttributorDataInf(task(problem, [problem.model(seed)]), regularization=damping / problem.documents)
    attributor.cache(documents(problem))
    found = attributor.attribute(documents(problem), probe_rows(problem))
    return influences(found) / problem.documents


def trac_in(problem: Problem, seed: int) -> np.ndarray:
    """Weights are the summed step sizes of each stretch of the training; gradients are not projected.

    dattri keeps its projection's defaults when none is given, so they are taken away after construction.
    """
    attributor = TracInAttributor(
        task(problem, problem.checkpoints(seed)), weight_list=torch.tensor(problem.steps), normalized_grad=False
    )
    attributor.projector_kwargs = None
    found = attributor.attribute(documents(problem), probe_rows(problem))
    return influences(found)


def trak(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """Gradients of the loss, 2,048 projections; TRAK's weights 1 - p belong to classifiers and are 1 here."""
    attributor = TRAKAttributor(
        task(problem, [problem.model(seed)]),
        correct_probability_func=lambda _params, _data: torch.zeros(1),
        projector_kwargs={"proj_dim": 2048, "proj_max_batch_size": 32, "proj_seed": seed, "device": "cpu"},
        regularization=damping,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        attributor.cache(documents(problem))
        found = attributor.attribute(test_dataloader=probe_rows(problem))
    return influences(found)
