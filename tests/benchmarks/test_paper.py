"""The benchmark of the cross-loss paper computes what the library computes, and its truth is retraining."""

import pytest
import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.influence import Method, cross_loss_influence
from skipgram_audit.attribution.cross_loss.path import TrainingPath, TrainingStep
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
from tests.benchmarks.paper import estimates
from tests.benchmarks.paper.clusters import (
    MOMENTUM,
    PARAMETERS,
    STEP_SIZE,
    Moment,
    Points,
    assignments,
    clustering_losses,
    draw,
    initial,
    supervised_losses,
    targets,
    train,
)

DECAY, STEPS, DAMPING = 0.1, 30, 500.0


class Vector(torch.nn.Module):
    """Parameters in a row."""

    def __init__(self, parameters: Tensor) -> None:
        super().__init__()
        self.row = torch.nn.Parameter(parameters)


@pytest.fixture(scope="module")
def trained() -> tuple[Points, Moment, estimates.Path]:
    """A network on 12 points, with the first left out in a second run."""
    generator = torch.Generator().manual_seed(1)
    points = draw(4, generator)
    weights = torch.ones(2, 12, dtype=torch.float64)
    weights[1, 0] = 0
    path = estimates.Path()
    start = initial(points.inputs, generator)
    moment = train("clustering", start, points, points.classes, weights, DECAY, (STEPS,), observe=path.observe)[STEPS]
    return points, moment, path


@pytest.mark.parametrize("method", ["explicit", "unrolled"])
def test_shared_curvature_gives_what_the_library_gives(
    trained: tuple[Points, Moment, estimates.Path], method: Method
) -> None:
    points, moment, path = trained
    parameters = moment.parameters[0]
    held_out = draw(1, torch.Generator().manual_seed(2))

    def tests(parameters: Tensor) -> Tensor:
        return supervised_losses(parameters, held_out.inputs, held_out.classes)

    # p changes on the way: the library is given one example a step's p, so the steps are kept to those of one p.
    steps = 20
    first = path.parameters[steps]
    aims = path.aims[0]
    assert torch.equal(aims, path.aims[steps - 1])
    at = first if method == "unrolled" else parameters
    problem = CrossLossProblem(
        Vector(at),
        lambda module, inputs, aims: clustering_losses(module.row, inputs, aims),
        lambda module: tests(module.row)[1],
        (points.inputs, aims),
        weight_decay=DECAY,
    )
    followed = TrainingPath([TrainingStep(one, STEP_SIZE) for one in path.parameters[:steps]], MOMENTUM)
    found = cross_loss_influence(problem, method, damping=DAMPING, path=followed).influences
    if method == "unrolled":
        shared = estimates.unrolled(tests, first, path, steps, points, DECAY)
    else:
        implicit = estimates.implicit(tests, parameters, points, aims, DECAY, DAMPING)
        assert implicit is not None
        shared = implicit
    torch.testing.assert_close(shared[1], torch.as_tensor(found), rtol=1e-8, atol=1e-12)


def test_a_weight_of_zero_is_training_without_the_point(trained: tuple[Points, Moment, estimates.Path]) -> None:
    points, moment, _ = trained
    generator = torch.Generator().manual_seed(1)
    start = initial(draw(4, generator).inputs, generator)
    left = Points(points.inputs[1:], points.classes[1:])
    ones = torch.ones(1, 11, dtype=torch.float64)
    alone = train("clustering", start, left, left.classes, ones, DECAY, (STEPS,))[STEPS]
    torch.testing.assert_close(moment.parameters[1], alone.parameters[0])
    assert moment.parameters.shape == (2, PARAMETERS)


def test_targets_and_losses_by_hand() -> None:
    assigned = torch.tensor([[0.8, 0.2], [0.4, 0.6]], dtype=torch.float64)
    found = targets(assigned, torch.tensor([1.0, 0.0], dtype=torch.float64))
    row = torch.tensor([0.64 / 0.8, 0.04 / 0.2])
    torch.testing.assert_close(found[0], (row / row.sum()).double(), rtol=1e-6, atol=0)
    drawn = assignments(torch.zeros(PARAMETERS, dtype=torch.float64), torch.zeros(2, 2, dtype=torch.float64))
    torch.testing.assert_close(drawn, torch.full((2, 3), 1 / 3, dtype=torch.float64))
