"""Influence along a training path of gradient descent: unrolled (exact, to first order) and gradient (TracIn).

Training goes, from theta_0 and v_0 = 0, over batches B_t:

    g_t = weight_t sum over i in B_t of dl_i/dtheta (theta_t) + weight decay theta_t
    v_(t+1) = momentum v_t + g_t,        theta_(t+1) = theta_t - step size_t v_(t+1)

Unrolled: ds(theta_T) / d(weight of example i), by the reverse sweep, a and b being the adjoints of theta and v:

    b <- b - step size_t a;    influence(i) += weight_t b . dl_i/dtheta (theta_t), i in B_t;
    a <- a + H_t b;            b <- momentum b;            H_t: second derivative of step t's objective

It asks for no minimum: it is the derivative of this very run, however short. Gradient (TracIn; Pruthi, Liu, Kale and
Sundararajan 2020, arXiv 2002.08484) leaves out what later steps undo:

    influence(i) = - sum over t, i in B_t, of step size_t weight_t ds/dtheta (theta_t) . dl_i/dtheta (theta_t)
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem


@dataclass(frozen=True)
class TrainingStep:
    """One step of gradient descent.

    Attributes:
        parameters: [P], before the step.
        step_size: of the step.
        chosen: the examples of its batch, int64; None for all.
        weight: of each example's loss: 1 where training sums, 1 / their number where it takes a mean.
    """

    parameters: Tensor
    step_size: float
    chosen: Tensor | None = None
    weight: float = 1.0


@dataclass
class TrainingPath:
    """The steps of a training by gradient descent, the first first.

    Attributes:
        steps: that were taken.
        momentum: of all of them.
    """

    steps: list[TrainingStep] = field(default_factory=list)
    momentum: float = 0.0

    def record(
        self, module: torch.nn.Module, step_size: float, chosen: Tensor | None = None, weight: float = 1.0
    ) -> None:
        """Writes down a step of one's own loop; to be called before ``optimizer.step()``."""
        parameters = torch.cat([one.detach().flatten() for one in module.parameters() if one.requires_grad])
        self.steps.append(TrainingStep(parameters, step_size, chosen, weight))


def descend(
    problem: CrossLossProblem,
    start: Tensor,
    steps: int,
    step_size: float,
    momentum: float = 0.0,
    batches: Callable[[int], Tensor] | None = None,
    weight: float = 1.0,
) -> tuple[Tensor, TrainingPath]:
    """Trains by gradient descent and keeps the path.

    Args:
        start: theta_0, [P].
        batches: the examples of step t; all by default.

    Returns:
        theta_T, and the path to it.
    """
    path = TrainingPath(momentum=momentum)
    parameters, velocity = start.detach().clone(), torch.zeros_like(start)
    for number in range(steps):
        chosen = batches(number) if batches else None
        path.steps.append(TrainingStep(parameters, step_size, chosen, weight))
        velocity = momentum * velocity + problem.loss_gradient(parameters, chosen, weight)
        parameters = parameters - step_size * velocity
    return parameters, path


def unrolled(problem: CrossLossProblem, path: TrainingPath) -> Tensor:
    """The derivative of s in every example's weight: float64 [n]."""
    influences = torch.zeros(problem.example_count, dtype=torch.float64)
    adjoint = problem.score_gradient(problem.parameters)
    velocity = torch.zeros_like(adjoint)
    for step in reversed(path.steps):
        velocity = velocity - step.step_size * adjoint
        _add(influences, step, problem.losses_along(step.parameters, velocity, step.chosen))
        adjoint = adjoint + problem.hessian_product(step.parameters, velocity, step.chosen, step.weight)
        velocity = path.momentum * velocity
    return influences


def gradient(problem: CrossLossProblem, path: TrainingPath) -> Tensor:
    """Products of gradients, summed over the path: float64 [n]."""
    influences = torch.zeros(problem.example_count, dtype=torch.float64)
    for step in path.steps:
        along = problem.losses_along(step.parameters, problem.score_gradient(step.parameters), step.chosen)
        _add(influences, step, -step.step_size * along)
    return influences


def _add(influences: Tensor, step: TrainingStep, found: Tensor) -> None:
    if step.chosen is None:
        influences += step.weight * found
    else:
        influences.index_add_(0, step.chosen.cpu(), step.weight * found)
