"""Conjugate gradients on a damped curvature, for several right-hand sides at once.

    (H + damping I) x = b

by conjugate gradients (Hestenes and Stiefel 1952), preconditioned by the diagonal: words differ in frequency by orders
of magnitude, and their curvature with them. The right-hand sides share every product with H, each with its own step
lengths. The residual that is reported is computed from x itself, |b - (H + damping I) x| / |b|, not carried along.

Damping is in expected updates of one epoch, and 1 / damping acts as a training time, step size times epochs: what a
longer training would still change along flat directions is left out. Its default is where ranking removals of 10% of
gap-wikipedia peaked. Changes come nearer their real size with less, at a lower correlation
(docs/benchmarks/accuracy.md).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.computing.progress import Progress
from skipgram_audit.model.engine_errors import NotPositiveDefinite, SolveFailed
from skipgram_audit.model.settings import AuditSettings

REFINEMENTS = 3
"""Where rounding has parted the carried residual from the true one, so often is the iteration begun anew from x."""


@dataclass(frozen=True)
class SolverSettings:
    """How a damped system is solved.

    Attributes:
        damping: added to the curvature.
        tolerance: largest relative residual.
        iterations: at most so many.
    """

    damping: float
    tolerance: float = 1e-3
    iterations: int = 10_000

    @classmethod
    def of(cls, settings: AuditSettings) -> "SolverSettings":
        """Those of an audit."""
        return cls(settings.damping, settings.solver_tolerance, settings.solver_iterations)


@dataclass(frozen=True)
class Solution:
    """Solved vectors and how they were found.

    Attributes:
        vectors: [n, ...], x.
        iterations: int64 [n].
        residuals: float64 [n], |b - (H + damping I) x| / |b|.
        sampling_errors: float64 [n], standard error of a sampled x relative to |x|; nan where nothing is sampled.
        damping: that x was solved with.
    """

    vectors: Tensor
    iterations: npt.NDArray[np.int64]
    residuals: npt.NDArray[np.float64]
    sampling_errors: npt.NDArray[np.float64]
    damping: float


def conjugate_gradients(
    product: Callable[[Tensor], Tensor], right: Tensor, diagonal: Tensor, settings: SolverSettings, progress: Progress
) -> Solution:
    """Solves for every right-hand side.

    Args:
        product: H times each direction, [n, ...] from [n, ...].
        right: [n, ...], b; none zero throughout.
        diagonal: of H, [...].
        progress: called with 0..1 after every iteration; may raise to cancel.

    Raises:
        SolveFailed: not solved within the iterations.
        NotPositiveDefinite: H + damping I curves down; its detail needed is a damping that is still too small.
    """
    size = right.flatten(1).double().norm(dim=1)
    scale = 1.0 / (diagonal + settings.damping)
    solved = torch.zeros_like(right)
    residual = right.clone()
    iterations = np.zeros(len(right), np.int64)
    sizes = np.ones(len(right))
    for _ in range(REFINEMENTS):
        open_sides = np.flatnonzero(sizes > settings.tolerance)
        if len(open_sides) == 0:
            break
        chosen = torch.as_tensor(open_sides, device=right.device)
        change, taken = _iterate(
            product, residual[chosen], size[chosen], scale, settings,
            settings.iterations - int(iterations.max()), progress,
        )  # fmt: skip
        solved[chosen] += change
        iterations[open_sides] += taken
        residual[chosen] = right[chosen] - product(solved[chosen]) - settings.damping * solved[chosen]
        sizes = (residual.flatten(1).double().norm(dim=1) / size).cpu().numpy()
    if (sizes > settings.tolerance).any():
        raise _not_converged(float(sizes.max()), settings)
    return Solution(solved, iterations, sizes, np.full(len(right), np.nan), settings.damping)


def _iterate(
    product: Callable[[Tensor], Tensor],
    right: Tensor,
    size: Tensor,
    scale: Tensor,
    settings: SolverSettings,
    most: int,
    progress: Progress,
) -> tuple[Tensor, npt.NDArray[np.int64]]:
    """One run from x = 0 until every carried residual is below the tolerance times size [n]."""
    solved, residual = torch.zeros_like(right), right.clone()
    scaled = residual * scale
    direction = scaled.clone()
    along = _dots(residual, scaled)
    iterations = np.zeros(len(right), np.int64)
    running = _sizes(residual, size) > settings.tolerance
    furthest = 0.0
    while bool(running.any()):
        if iterations.max() >= most:
            raise _not_converged(float(_sizes(residual, size).max()), settings)
        image = product(direction) + settings.damping * direction
        curvature = _dots(direction, image)
        _require_positive(curvature, direction, running, settings)
        lengths = torch.where(running, along / curvature.clamp_min(1e-300), 0.0)
        solved += _column(lengths, solved) * direction
        residual -= _column(lengths, residual) * image
        iterations += running.cpu().numpy()
        running = running & (_sizes(residual, size) > settings.tolerance)
        scaled = residual * scale
        before, along = along, _dots(residual, scaled)
        direction = scaled + _column(along / before.clamp_min(1e-300), scaled) * direction
        left = max(float(_sizes(residual, size).max()), settings.tolerance)
        furthest = max(furthest, min(1.0, math.log(left) / math.log(settings.tolerance)))
        progress(furthest)
    return solved, iterations


def _require_positive(curvature: Tensor, direction: Tensor, running: Tensor, settings: SolverSettings) -> None:
    """Raises NotPositiveDefinite when the damped curvature is negative along one of the directions."""
    if bool((curvature <= 0)[running].any()):
        quotients = curvature / _dots(direction, direction).clamp_min(1e-300)
        needed = settings.damping - float(quotients[running].min())
        raise NotPositiveDefinite(
            f"With damping {settings.damping:g} the Hessian is not positive definite: training stopped where the loss "
            f"curves down, by {needed:.4g} or more.",
            f"Raise damping well above {needed:.2g}, or use a matrix that never curves down, as the implicit estimator "
            "does.",
            damping=settings.damping,
            needed=needed,
        )


def _not_converged(residual: float, settings: SolverSettings) -> SolveFailed:
    return SolveFailed(
        f"The solve did not converge: after {settings.iterations:,} iterations with damping "
        f"{settings.damping:g} the relative residual is {residual:.2g}, not {settings.tolerance:g}.",
        "Raise damping, raise the number of iterations, or raise the tolerance.",
        residual=residual,
        damping=settings.damping,
        iterations=settings.iterations,
    )


def _dots(one: Tensor, other: Tensor) -> Tensor:
    """float64 [n], summed in double precision."""
    return torch.stack([(a * b).sum(dtype=torch.float64) for a, b in zip(one, other, strict=True)])


def _sizes(residual: Tensor, size: Tensor) -> Tensor:
    return _dots(residual, residual).sqrt() / size


def _column(numbers: Tensor, like: Tensor) -> Tensor:
    """[n] as [n, 1, ...], in the precision of like."""
    return numbers.to(like.dtype).reshape(-1, *[1] * (like.dim() - 1))
