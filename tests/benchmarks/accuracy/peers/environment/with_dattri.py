"""dattri's estimators. Influences are [probes, documents]; positive pushes the score up.

dattri's inner products g_score . H^-1 g_document, H of the mean loss, are the change of the score when the document
goes, times the number of documents.
"""

import warnings
from collections.abc import Callable

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
from torch.func import functional_call
from torch.utils.data import DataLoader, TensorDataset

DOCUMENTS_AT_ONCE = 100
LISSA_BATCH, LISSA_DEPTH, LISSA_REPEATS = 60, 2000, 2


def estimators(problem: Problem) -> dict[str, Callable[[int, float | None], np.ndarray]]:
    """Name -> function of seed and damping; those without a damping ignore it."""

    def attributed(make: Callable[[AttributionTask, float], object]) -> Callable[[int, float | None], np.ndarray]:
        def run(seed: int, damping: float | None) -> np.ndarray:
            attributor = make(task(problem, [problem.model(seed)]), damping or 0.0)
            attributor.cache(documents(problem, problem.documents))
            found = attributor.attribute(documents(problem, DOCUMENTS_AT_ONCE), probe_rows(problem))
            return -found.T.detach().numpy() / problem.documents

        return run

    return {
        "dattri: IFAttributorExplicit": attributed(
            lambda one, damping: IFAttributorExplicit(one, regularization=damping)
        ),
        "dattri: IFAttributorCG": attributed(
            lambda one, damping: IFAttributorCG(one, max_iter=200, tol=1e-6, regularization=damping)
        ),
        "dattri: IFAttributorLiSSA": lambda seed, damping: lissa(problem, seed, damping or 0.0),
        "dattri: IFAttributorArnoldi": attributed(
            lambda one, damping: IFAttributorArnoldi(one, proj_dim=200, max_iter=300, regularization=damping)
        ),
        "dattri: IFAttributorDataInf": lambda seed, damping: data_inf(problem, seed, damping or 0.0),
        "dattri: TracInAttributor": lambda seed, _: trac_in(problem, seed),
        "dattri: TRAKAttributor": lambda seed, damping: trak(problem, seed, damping or 0.0),
    }


def task(problem: Problem, models: list[SkipGram]) -> AttributionTask:
    """Mean loss of documents, and probe scores as the target."""

    def loss(params: dict[str, torch.Tensor], data: tuple[torch.Tensor, ...]) -> torch.Tensor:
        pairs, counts = data
        none = torch.zeros(*pairs.shape[:-1], len(problem.probes))
        return functional_call(models[0], params, (pairs, counts, none)).mean()

    def target(params: dict[str, torch.Tensor], data: tuple[torch.Tensor, ...]) -> torch.Tensor:
        (probe,) = data
        nothing = torch.zeros(*probe.shape[:-1], 1)
        return functional_call(models[0], params, (nothing, nothing, probe)).sum()

    return AttributionTask(
        loss_func=loss,
        model=models[0],
        checkpoints=[{name: value.clone() for name, value in one.state_dict().items()} for one in models],
        target_func=target,
    )


def documents(problem: Problem, at_once: int) -> DataLoader:
    return DataLoader(TensorDataset(problem.pairs, problem.counts), batch_size=at_once)


def probe_rows(problem: Problem) -> DataLoader:
    count = len(problem.probes)
    return DataLoader(TensorDataset(torch.eye(count)), batch_size=count)


def lissa(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """(1 - damping) scales its own estimate, so H + damping I is solved with the damping divided by the scaling; the
    scaling is the largest that the common damping needs to converge."""
    scaling = largest_eigenvalue(problem, seed) + damping
    attributor = IFAttributorLiSSA(
        task(problem, [problem.model(seed)]),
        batch_size=LISSA_BATCH,
        num_repeat=LISSA_REPEATS,
        recursion_depth=LISSA_DEPTH,
        damping=damping / scaling,
        scaling=scaling,
    )
    attributor.cache(documents(problem, problem.documents))
    torch.manual_seed(seed)
    found = attributor.attribute(documents(problem, DOCUMENTS_AT_ONCE), probe_rows(problem))
    return -found.T.detach().numpy() / problem.documents


def largest_eigenvalue(problem: Problem, seed: int, iterations: int = 30) -> float:
    """Of the Hessian of the mean loss, by power iteration, with a margin for batches that are more curved."""
    model = problem.model(seed)
    loss = model(problem.pairs, problem.counts, torch.zeros(problem.documents, len(problem.probes))).mean()
    parameters = list(model.parameters())
    gradient = torch.cat([one.ravel() for one in torch.autograd.grad(loss, parameters, create_graph=True)])
    vector = torch.randn(len(gradient), generator=torch.Generator().manual_seed(seed))
    value = 0.0
    for _ in range(iterations):
        vector = vector / vector.norm()
        product = torch.autograd.grad(gradient, parameters, grad_outputs=vector, retain_graph=True)
        following = torch.cat([one.ravel() for one in product])
        value = float(vector @ following)
        vector = following
    return 2 * abs(value)


def data_inf(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """Its layers are the two tables of vectors; batches of a thousandth of the test and training rows would change
    nothing."""
    attributor = IFAttributorDataInf(task(problem, [problem.model(seed)]), regularization=damping)
    attributor.cache(documents(problem, DOCUMENTS_AT_ONCE))
    found = attributor.attribute(documents(problem, DOCUMENTS_AT_ONCE), probe_rows(problem))
    return -found.T.detach().numpy() / problem.documents


def trac_in(problem: Problem, seed: int) -> np.ndarray:
    """Weights are the summed step sizes of each stretch of the training; gradients are not projected.

    dattri keeps its projection's defaults when none is given, so they are taken away after construction.
    """
    attributor = TracInAttributor(
        task(problem, problem.checkpoints(seed)), weight_list=torch.tensor(problem.steps), normalized_grad=False
    )
    attributor.projector_kwargs = None
    found = attributor.attribute(documents(problem, DOCUMENTS_AT_ONCE), probe_rows(problem))
    return -found.T.detach().numpy()


def trak(problem: Problem, seed: int, damping: float) -> np.ndarray:
    """Gradients of the loss, 2,048 projections; TRAK's weights 1 - p belong to classifiers and are 1 here."""
    attributor = TRAKAttributor(
        task(problem, [problem.model(seed)]),
        correct_probability_func=lambda _params, data: torch.zeros(len(data[0])),
        projector_kwargs={"proj_dim": 2048, "proj_max_batch_size": 32, "proj_seed": seed, "device": "cpu"},
        regularization=damping,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        attributor.cache(documents(problem, DOCUMENTS_AT_ONCE))
        found = attributor.attribute(test_dataloader=probe_rows(problem))
    return -found.T.detach().numpy().T if found.shape[0] == len(problem.probes) else -found.T.detach().numpy()
