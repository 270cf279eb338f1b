"""The cross-loss influence function at the end of training: one inverse, three ways to have it.

    influence(i) = -(ds/dtheta)^T (H + damping I)^-1 dl_i/dtheta,        H = d^2 L / dtheta^2

(Silva, Chopra and Gombolay 2020, arXiv 2012.01685, after Koh and Liang 2017, arXiv 1703.04730). It is the derivative
of s in the weight of example i, where training ends at a minimum of L; predicted without i: s - influence.

    explicit               H is formed and factored: P x P numbers.
    conjugate gradients    only products with H; the relative residual is reported.
    LiSSA                  only products with the Hessian of drawn examples, times n / their number (Agarwal, Bullins
                           and Hazan 2017, arXiv 1602.03943); the standard error over repeats and the residual of the
                           exact H are reported.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem, UnusableModule
from skipgram_audit.attribution.solvers import Solution, SolverSettings, conjugate_gradients
from skipgram_audit.model.engine_errors import NotPositiveDefinite, SolveFailed

LARGEST_EXPLICIT = 5000
"""Parameters whose Hessian is formed: 200 MB in double precision."""

REPEATS = 4
DRAWS_FOR_SCALE = 3
POWER_ITERATIONS = 12
MARGIN = 1.25
"""Power iteration approaches the largest curvature from below."""

NOT_CONVEX = "Raise damping, train on, or take an estimator that follows the training path: unrolled."


def solve_explicitly(problem: CrossLossProblem, right: Tensor, settings: SolverSettings) -> Solution:
    """(H + damping I)^-1 right by the eigenvalues of H.

    Raises:
        UnusableModule: more parameters than LARGEST_EXPLICIT.
        NotPositiveDefinite: training did not end at a minimum that the damping makes one of.
    """
    count = len(problem.parameters)
    if count > LARGEST_EXPLICIT:
        raise UnusableModule(
            f"The module has {count:,} parameters; its Hessian is formed up to {LARGEST_EXPLICIT:,}.",
            "Use conjugate-gradients.",
        )
    unit = torch.eye(count, dtype=right.dtype, device=right.device)
    rows = torch.stack([problem.hessian_product(problem.parameters, row) for row in unit]).double()
    values, vectors = torch.linalg.eigh((rows + rows.T) / 2)
    lowest = float(values[0]) + settings.damping
    if lowest <= 1e-12 * float(values.abs().max()):
        raise NotPositiveDefinite(
            f"With damping {settings.damping:g} the Hessian is not positive definite: its smallest eigenvalue is "
            f"{float(values[0]):.4g}.",
            NOT_CONVEX,
            damping=settings.damping,
            needed=-float(values[0]),
        )
    solved = vectors @ ((vectors.T @ right.double()) / (values + settings.damping))
    return _solution(problem, right, solved.to(right.dtype), settings.damping, 1)


def solve_by_conjugate_gradients(problem: CrossLossProblem, right: Tensor, settings: SolverSettings) -> Solution:
    """(H + damping I)^-1 right; see attribution.solvers.

    Raises:
        SolveFailed: not solved within the iterations.
        NotPositiveDefinite: a direction was met along which H + damping I curves down.
    """

    def product(directions: Tensor) -> Tensor:
        return torch.stack([problem.hessian_product(problem.parameters, one) for one in directions])

    return conjugate_gradients(product, right[None], torch.ones_like(right), settings, lambda _fraction: None)


def solve_by_lissa(
    problem: CrossLossProblem, right: Tensor, settings: SolverSettings, batch_size: int, seed: int
) -> Solution:
    """(H + damping I)^-1 right, from drawn examples: x <- x + (right - (H_t + damping I) x) / scale.

    The scale is MARGIN times the largest curvature that was seen plus damping; the depth shrinks the flattest
    direction's error below the tolerance.

    Raises:
        SolveFailed: it takes more steps than the settings allow, or grows without bound.
    """
    if settings.damping + problem.weight_decay <= 0:
        raise SolveFailed("LiSSA needs damping: without, it never ends.", "Give damping above 0.")
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, problem.example_count)
    weight = problem.example_count / size

    def product(direction: Tensor) -> Tensor:
        chosen = torch.randperm(problem.example_count, generator=generator)[:size]
        curved = problem.hessian_product(problem.parameters, direction, chosen, weight)
        return curved + settings.damping * direction

    scale = MARGIN * max(_largest(product, right) for _ in range(DRAWS_FOR_SCALE))
    depth = math.ceil(math.log(1 / settings.tolerance) * scale / (settings.damping + problem.weight_decay))
    if depth > settings.iterations:
        raise SolveFailed(
            f"LiSSA needs {depth:,} steps at damping {settings.damping:g} and scale {scale:.4g}; "
            f"{settings.iterations:,} are allowed.",
            f"Raise damping, allow {depth:,} iterations, raise the tolerance, or use conjugate-gradients.",
            depth=depth,
            scale=scale,
        )
    bound = 10 * float(right.norm()) / (settings.damping + problem.weight_decay)
    runs = []
    for _ in range(REPEATS):
        solved = right / scale
        for step in range(depth):
            solved = solved + (right - product(solved)) / scale
            if not float(solved.norm()) < bound:
                raise SolveFailed(f"LiSSA diverged at step {step + 1:,} of {depth:,}.", NOT_CONVEX)
        runs.append(solved.double())
    stacked = torch.stack(runs)
    mean = stacked.mean(dim=0)
    error = float((stacked - mean).square().sum().div(REPEATS - 1).div(REPEATS).sqrt() / mean.norm())
    return _solution(problem, right, mean.to(right.dtype), settings.damping, depth, error)


def _largest(product: Callable[[Tensor], Tensor], like: Tensor) -> float:
    direction, size = like / like.norm(), 0.0
    for _ in range(POWER_ITERATIONS):
        direction = product(direction)
        size = float(direction.norm())
        direction = direction / size
    return size


def _solution(
    problem: CrossLossProblem, right: Tensor, solved: Tensor, damping: float, iterations: int, error: float = math.nan
) -> Solution:
    left = right - problem.hessian_product(problem.parameters, solved) - damping * solved
    residual = float(left.double().norm() / right.double().norm())
    return Solution(solved[None], np.array([iterations]), np.array([residual]), np.array([error]), damping)
