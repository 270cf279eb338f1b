"""Mirrored influence: the test function is trained a little, and every example is asked how its loss has changed.

    theta+- : a few steps of gradient descent from theta on  L(theta) -+ strength s(theta)
    influence(i) = - (l_i(theta+) - l_i(theta-)) / (2 strength)

(Ko et al. 2024, arXiv 2402.08922.) The loss that was trained stays in, so that in the limit of many steps and of small
strength this is the influence function without an inverse: it needs first derivatives only.
"""

import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
from skipgram_audit.model.engine_errors import SolveFailed

LENGTH = 0.01
"""How far s may move the parameters in all, as a share of their length, by steps of its gradient alone."""


def mirrored(problem: CrossLossProblem, steps: int, step_size: float) -> Tensor:
    """Influence of every example: float64 [n].

    Args:
        steps: of gradient descent, each way.
        step_size: as training's.

    Raises:
        SolveFailed: the steps lead away without bound.
    """
    start = problem.parameters
    gradient = problem.score_gradient(start)
    strength = LENGTH * float(start.norm()) / (steps * step_size * float(gradient.norm()))
    losses = []
    for sign in (1.0, -1.0):
        parameters = start
        for _ in range(steps):
            up = torch.func.grad(problem.score)(parameters).detach()
            parameters = parameters - step_size * (problem.loss_gradient(parameters) - sign * strength * up)
        with torch.no_grad():
            losses.append(problem.losses(parameters).double().cpu())
    changes = losses[0] - losses[1]
    if not bool(torch.isfinite(changes).all()):
        raise SolveFailed(
            f"Steps of size {step_size:g} led to losses that are not finite.", "Take smaller steps, as training did."
        )
    return -changes / (2.0 * strength)
