"""Cross-loss influence by name of the method."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from torch import Tensor

from skipgram_audit.attribution.cross_loss.implicit import (
    solve_by_conjugate_gradients,
    solve_by_lissa,
    solve_explicitly,
)
from skipgram_audit.attribution.cross_loss.mirrored import mirrored
from skipgram_audit.attribution.cross_loss.path import TrainingPath, gradient, unrolled
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem, UnusableModule
from skipgram_audit.attribution.solvers import Solution, SolverSettings

Method = Literal["explicit", "conjugate-gradients", "lissa", "unrolled", "gradient", "mirrored"]


@dataclass(frozen=True)
class CrossLossInfluences:
    """Influence of every training example on the test function.

    Attributes:
        method: that found them.
        score: s at the trained parameters.
        influences: float64 [n]; above 0 where the example pushes s up. Predicted without example i, to first order:
            score - influences[i].
        damping: added to the curvature; nan for a method that inverts nothing.
        iterations: of the solve; 0 where there is none.
        residual: |b - (H + damping I) x| / |b| of the solve; nan where there is none.
        sampling_error: standard error of a sampled solution, relative to its size; nan where nothing is sampled.
    """

    method: Method
    score: float
    influences: npt.NDArray[np.float64]
    damping: float = float("nan")
    iterations: int = 0
    residual: float = float("nan")
    sampling_error: float = float("nan")


def cross_loss_influence(
    problem: CrossLossProblem,
    method: Method = "conjugate-gradients",
    damping: float = 0.0,
    path: TrainingPath | None = None,
    tolerance: float = 1e-6,
    iterations: int = 10_000,
    batch_size: int = 64,
    steps: int = 100,
    step_size: float = 0.01,
    seed: int = 0,
) -> CrossLossInfluences:
    """How much each training example pushes a function of the trained parameters up.

    The function need not be the loss that was trained (cross-loss influence; Silva, Chopra and Gombolay 2020, arXiv
    2012.01685). The formulas are in the modules of ``skipgram_audit.attribution.cross_loss``.

    Args:
        problem: module, training loss, test function and examples.
        method: ``explicit``, ``conjugate-gradients`` and ``lissa`` invert the curvature at the end of training, and so
            ask for a minimum; ``unrolled`` and ``gradient`` follow the path that training took; ``mirrored`` trains the
            test function a little.
        damping: added to the curvature of the summed loss; 0 asks for a true minimum.
        path: the steps of training, for ``unrolled`` and ``gradient``.
        tolerance: of ``conjugate-gradients`` and ``lissa``: the largest relative residual.
        iterations: of both, at most.
        batch_size: how many examples ``lissa`` draws for a step.
        steps: that ``mirrored`` takes each way.
        step_size: of these steps.
        seed: of the draws of ``lissa``.

    Returns:
        Influences, and how the system was solved.

    Raises:
        UnusableModule: an unknown method, a missing path, a gradient that is zero.
        SolveFailed: the system was not solved; says what to change.
        NotPositiveDefinite: training did not end at a minimum, and damping does not make up for it.
    """
    if method not in get_args(Method):
        raise UnusableModule(f"There is no method {method!r}.", f"Choose one of {', '.join(get_args(Method))}.")
    score = float(problem.score(problem.parameters))
    if method in ("unrolled", "gradient"):
        if path is None or not path.steps:
            raise UnusableModule(
                f"The method {method} follows the steps of training, and no path was given.",
                "Call TrainingPath.record before each optimizer.step(), or train with descend.",
            )
        found = unrolled(problem, path) if method == "unrolled" else gradient(problem, path)
        return CrossLossInfluences(method, score, found.numpy())
    if method == "mirrored":
        return CrossLossInfluences(method, score, mirrored(problem, steps, step_size).numpy())
    solution = _solve(problem, method, SolverSettings(damping, tolerance, iterations), batch_size, seed)
    found = -problem.losses_along(problem.parameters, solution.vectors[0])
    return CrossLossInfluences(
        method,
        score,
        found.numpy(),
        solution.damping,
        int(solution.iterations[0]),
        float(solution.residuals[0]),
        float(solution.sampling_errors[0]),
    )


def _solve(problem: CrossLossProblem, method: Method, settings: SolverSettings, batch_size: int, seed: int) -> Solution:
    right: Tensor = problem.score_gradient(problem.parameters)
    if method == "explicit":
        return solve_explicitly(problem, right, settings)
    if method == "lissa":
        return solve_by_lissa(problem, right, settings, batch_size, seed)
    return solve_by_conjugate_gradients(problem, right, settings)
