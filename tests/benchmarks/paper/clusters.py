"""Three Gaussians and a small network for deep embedded clustering (Xie, Girshick and Farhadi 2016, arXiv 1511.06335).

An encoder z = tanh(x A + a) B + b and three centres m_j give soft assignments q; training pulls them towards targets p:

    q_ij ~ (1 + |z_i - m_j|^2)^-1,     p_ij ~ q_ij^2 / sum_i q_ij,     l_i = sum_j p_ij log(p_ij / q_ij)

p is computed anew every REFRESH steps and constant in between ("moving"), or, for the influence function's own
assumptions to hold, once, from the untrained network ("kept"). The test function is another one: the supervised loss
-log q of the true class on points that were not trained on. Training is gradient descent with momentum on the sum of
the losses and weight decay, so that leaving a point out is setting its weight to zero.

All networks of one run (the whole one, and one without each point) are trained side by side as rows of one tensor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

CENTRES = ((0.0, 0.0), (5.0, 5.0), (5.0, -5.0))
DEVIATION, POINTS, HELD_OUT = 1.25, 50, 5
HIDDEN, LATENT, CLUSTERS = 6, 2, 3
SHAPES = ((2, HIDDEN), (HIDDEN,), (HIDDEN, LATENT), (LATENT,), (CLUSTERS, LATENT))
PARAMETERS = sum(int(np.prod(shape)) for shape in SHAPES)
STEP_SIZE, MOMENTUM, REFRESH = 2e-3, 0.9, 25


@dataclass(frozen=True)
class Points:
    """Points [n, 2] and their classes [n]."""

    inputs: Tensor
    classes: Tensor


def draw(count: int, generator: torch.Generator) -> Points:
    """count points of each Gaussian."""
    centres = torch.tensor(CENTRES, dtype=torch.float64).repeat_interleave(count, 0)
    noise = torch.randn(centres.shape, generator=generator, dtype=torch.float64)
    return Points(centres + DEVIATION * noise, torch.arange(CLUSTERS).repeat_interleave(count))


def assignments(parameters: Tensor, inputs: Tensor) -> Tensor:
    """q: [n, clusters] of parameters [P]."""
    parts = torch.split(parameters, [int(np.prod(shape)) for shape in SHAPES])
    first, shift, second, offset, centres = (part.view(shape) for part, shape in zip(parts, SHAPES, strict=True))
    latent = torch.tanh(inputs @ first + shift) @ second + offset
    closeness = 1 / (1 + (latent[:, None] - centres).square().sum(2))
    return closeness / closeness.sum(1, keepdim=True)


def targets(assigned: Tensor, weights: Tensor) -> Tensor:
    """p of q, with the points that are left out left out: [n, clusters]."""
    sharpened = assigned.square() / (weights[:, None] * assigned).sum(0)
    return sharpened / sharpened.sum(1, keepdim=True)


def clustering_losses(parameters: Tensor, inputs: Tensor, aims: Tensor) -> Tensor:
    """l_i: [n]."""
    return (aims * (aims.log() - assignments(parameters, inputs).log())).sum(1)


def supervised_losses(parameters: Tensor, inputs: Tensor, clusters: Tensor) -> Tensor:
    """-log q of the cluster that stands for the class: [n]."""
    return -assignments(parameters, inputs).log()[torch.arange(len(inputs)), clusters]


def initial(inputs: Tensor, generator: torch.Generator) -> Tensor:
    """A random encoder, and as centres three points of the plane that it makes, far from each other: [P]."""
    drawn = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in SHAPES]
    parameters = torch.cat([(0.5 * one).flatten() for one in drawn])
    first, shift, second, offset = (0.5 * one for one in drawn[:4])
    latent = torch.tanh(inputs @ first + shift) @ second + offset
    chosen = [int(torch.randint(len(inputs), (1,), generator=generator))]
    while len(chosen) < CLUSTERS:
        chosen.append(int(torch.cdist(latent, latent[chosen]).min(1).values.argmax()))
    parameters[-CLUSTERS * LATENT :] = latent[chosen].flatten()
    return parameters


@dataclass(frozen=True)
class Moment:
    """A training after some steps.

    Attributes:
        parameters: [runs, P].
        aims: p that the last steps had, [runs, n, clusters]; without meaning for the supervised loss.
    """

    parameters: Tensor
    aims: Tensor


def train(
    loss: str,
    start: Tensor,
    points: Points,
    clusters: Tensor,
    weights: Tensor,
    decay: float,
    lengths: Sequence[int],
    moving: bool = True,
    observe: Callable[[Tensor, Tensor], None] = lambda parameters, aims: None,
) -> dict[int, Moment]:
    """Trains a network a row of weights [runs, n], from the same start; gives it after each of lengths.

    Args:
        loss: "clustering" or "supervised".
        clusters: [n], that stand for the points' classes.
        moving: p is computed anew, in every run from what it kept; or once, the same for all runs.
        observe: called before every step with the first run's parameters and p.
    """
    parameters = start.expand(len(weights), -1).clone()
    velocity = torch.zeros_like(parameters)

    def objective(parameters: Tensor, weights: Tensor, aims: Tensor) -> Tensor:
        if loss == "clustering":
            losses = clustering_losses(parameters, points.inputs, aims)
        else:
            losses = supervised_losses(parameters, points.inputs, clusters)
        return (weights * losses).sum() + 0.5 * decay * parameters.square().sum()

    slopes = vmap(grad(objective))
    anew = vmap(lambda parameters, weights: targets(assignments(parameters, points.inputs), weights))
    aims = anew(parameters, torch.ones_like(weights))
    moments = {}
    for step in range(max(lengths)):
        if moving and step % REFRESH == 0:
            aims = anew(parameters, weights)
        observe(parameters[0], aims[0])
        velocity = MOMENTUM * velocity + slopes(parameters, weights, aims)
        parameters = parameters - STEP_SIZE * velocity
        if step + 1 in lengths:
            moments[step + 1] = Moment(parameters.clone(), aims.clone())
    return moments


def standing_for(assigned: Tensor, classes: Tensor) -> tuple[Tensor, float]:
    """The cluster that stands for each class, [clusters], by the best of all matchings, and the share it gets right."""
    chosen = assigned.argmax(1)
    matchings = [torch.tensor(one) for one in permutations(range(CLUSTERS))]
    shares = [float((one[classes] == chosen).double().mean()) for one in matchings]
    best = int(np.argmax(shares))
    return matchings[best], shares[best]
