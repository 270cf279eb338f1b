"""Influence of every training point on many test functions at once, at some moment of a training.

The formulas are those of skipgram_audit.attribution.cross_loss, which tests/benchmarks/test_paper.py holds them to;
there one test function is explained at a time, here the curvature and the gradients are shared by all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.func import grad, jacrev, vjp, vmap

from tests.benchmarks.paper.clusters import MOMENTUM, STEP_SIZE, Points, clustering_losses

MIRRORED_STEPS, MIRRORED_LENGTH = 200, 0.01
Tests = Callable[[Tensor], Tensor]
"""All test functions of parameters [P]: [tests]."""


@dataclass
class Path:
    """What ``train`` shows of the whole run before every step: parameters [P] and targets p [n, clusters]."""

    parameters: list[Tensor] = field(default_factory=list)
    aims: list[Tensor] = field(default_factory=list)

    def observe(self, parameters: Tensor, aims: Tensor) -> None:
        self.parameters.append(parameters.clone())
        self.aims.append(aims.clone())


def example_gradients(parameters: Tensor, points: Points, aims: Tensor) -> Tensor:
    """dl_i/dtheta: [n, P]."""
    found: Tensor = jacrev(clustering_losses)(parameters, points.inputs, aims)
    return found


def objective(points: Points, aims: Tensor, decay: float) -> Callable[[Tensor], Tensor]:
    """L of parameters."""

    def value(parameters: Tensor) -> Tensor:
        losses = clustering_losses(parameters, points.inputs, aims)
        return losses.sum() + 0.5 * decay * parameters.square().sum()

    return value


def implicit(
    tests: Tests, parameters: Tensor, points: Points, aims: Tensor, decay: float, damping: float
) -> Tensor | None:
    """[tests, n]; None where H + damping I is not positive definite."""
    values, vectors = torch.linalg.eigh(jacrev(grad(objective(points, aims, decay)))(parameters))
    if float(values[0]) + damping <= 0:
        return None
    inverse = vectors @ torch.diag(1 / (values + damping)) @ vectors.T
    found: Tensor = -jacrev(tests)(parameters) @ inverse @ example_gradients(parameters, points, aims).T
    return found


def unrolled(tests: Tests, parameters: Tensor, path: Path, steps: int, points: Points, decay: float) -> Tensor:
    """[tests, n], by the reverse sweep through the last of ``steps`` steps to the first, p held as each step had it."""
    adjoint: Tensor = jacrev(tests)(parameters)
    velocity = torch.zeros_like(adjoint)
    influences = adjoint.new_zeros(len(adjoint), len(points.inputs))
    for step in reversed(range(steps)):
        at, aims = path.parameters[step], path.aims[step]
        velocity = velocity - STEP_SIZE * adjoint
        influences += velocity @ example_gradients(at, points, aims).T
        curvature_times = vjp(grad(objective(points, aims, decay)), at)[1]
        adjoint = adjoint + vmap(curvature_times)(velocity)[0]
        velocity = MOMENTUM * velocity
    return influences


def gradient(tests: Tests, path: Path, steps: int, points: Points) -> Tensor:
    """TracIn: [tests, n]. A step's gradient moves the parameters by step size / (1 - momentum) in the end."""
    influences = None
    for at, aims in zip(path.parameters[:steps], path.aims[:steps], strict=True):
        along = jacrev(tests)(at) @ example_gradients(at, points, aims).T
        influences = along if influences is None else influences + along
    assert influences is not None
    found: Tensor = -STEP_SIZE / (1 - MOMENTUM) * influences
    return found


def mirrored(tests: Tests, parameters: Tensor, points: Points, aims: Tensor, decay: float) -> Tensor:
    """[tests, n], by steps up and down every test function beside the loss, as long as its curvature allows."""
    slopes = jacrev(tests)(parameters)
    size = 1 / float(torch.linalg.eigvalsh(jacrev(grad(objective(points, aims, decay)))(parameters))[-1])
    strengths = MIRRORED_LENGTH * parameters.norm() / (MIRRORED_STEPS * size * slopes.norm(dim=1))
    training = vmap(grad(objective(points, aims, decay)))
    sides = []
    chosen = torch.arange(len(slopes))
    along = vmap(lambda at, one: grad(lambda inner: tests(inner)[one])(at))
    for sign in (1.0, -1.0):
        moved = parameters.expand(len(slopes), -1)
        for _ in range(MIRRORED_STEPS):
            moved = moved - size * (training(moved) - sign * strengths[:, None] * along(moved, chosen))
        sides.append(vmap(lambda at: clustering_losses(at, points.inputs, aims))(moved))
    found: Tensor = -(sides[0] - sides[1]) / (2 * strengths[:, None])
    return found
