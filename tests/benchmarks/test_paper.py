"""The benchmark of the cross-loss paper computes what the library computes, and its truth is retraining."""

import numpy as np
import pytest
import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.influence import Method, cross_loss_influence
from skipgram_audit.attribution.cross_loss.path import TrainingPath, TrainingStep
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
from skipgram_audit.corpus.cooccurrence import cooccurrences
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import train as train_vectors
from tests.benchmarks.paper import estimates
from tests.benchmarks.paper.bias import SEEDS, difference, halves, stereotype
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
from tests.benchmarks.paper.cost import one_by_one
from tests.benchmarks.paper.related import by_gain, quantile
from tests.benchmarks.paper.skipgram_module import SentencePairs, SkipGram, sentence_pairs
from tests.benchmarks.paper.synthetic import by_decay
from tests.library.samples import silent, small_settings, zipf_corpus

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


def test_stereotype_weighs_probes_alike_and_halves_keep_every_document() -> None:
    measure = stereotype([np.array([3.0, -1.0, 0.0, 0.0, 0.0]), np.array([0.0, 100.0, -300.0, 0.0, 0.0]), np.zeros(5)])
    assert measure.tolist() == pytest.approx([0.75, 0.0, -0.75, 0.0, 0.0])
    towards, against = halves(measure, 1)
    assert 0 in towards
    assert 2 in against
    assert sorted([*towards, *against]) == [0, 1, 2, 3, 4]
    # Ties fall to either side by the seed.
    assert {tuple(halves(measure, seed)[0]) for seed in range(20)} == {(0, 1), (0, 3), (0, 4)}


def test_a_difference_of_halves_has_the_errors_of_both() -> None:
    first = {"score": 1.5, "standard error": 0.3, "spread": 0.0}
    second = {"score": 0.5, "standard error": 0.0, "spread": 0.4 * len(SEEDS) ** 0.5}
    found = difference([first, second])
    assert found is not None
    assert found == pytest.approx((1.0, 0.5))
    assert difference([first, {"score": None, "standard error": None, "spread": None}]) is None


def test_the_quantile_measure_takes_random_removals_off_seed_by_seed() -> None:
    random = np.array([[0.1, 0.3], [-0.1, 0.1], [0.0, 0.2]])  # by seed 0 and 0.2; by set 0.2, 0 and 0.1
    found = quantile(np.array([-1.0, -0.6]), random)
    assert (found.gained, found.error, found.spreads) == pytest.approx((-0.9, 0.1, -9.0))
    rows = [{"quantile": {"gained": -0.1}}, {"quantile": {"gained": -0.4}}]
    assert by_gain(rows, 1.0) == rows[::-1]
    assert by_gain(rows, -1.0) == rows


def test_a_sentences_loss_by_hand() -> None:
    module = SkipGram(np.array([[1.0], [2.0]]), np.array([[0.5], [-1.0]]))
    pairs = SentencePairs(
        offsets=torch.tensor([0, 1, 1, 3]),
        words=torch.tensor([0, 1, 0]),
        contexts=torch.tensor([1, 0, 0]),
        weights=torch.tensor([2.0, 1.0, 0.5]),
        noise=torch.tensor([[0], [1], [1]]),
    )
    found = pairs.losses(module, torch.tensor([2, 0, 1]))

    def softplus(value: float) -> float:
        return float(np.log1p(np.exp(value)))

    first = 2.0 * (softplus(1.0) + softplus(0.5))  # w.c = 1 * -1, w.n = 1 * 0.5
    third = softplus(-1.0) + softplus(-2.0) + 0.5 * (softplus(-0.5) + softplus(-1.0))
    assert found.tolist() == pytest.approx([third, first, 0.0])


def test_pairs_of_a_corpus_are_those_that_training_expects_and_gradients_one_by_one_those_of_the_library() -> None:
    corpus, settings = zipf_corpus(words=12, documents=4), small_settings(dimension=3)
    pairs = sentence_pairs(corpus, settings, 1)
    counted = np.zeros((12, 12))
    np.add.at(counted, (pairs.words.numpy(), pairs.contexts.numpy()), pairs.weights.numpy())
    expected = cooccurrences(corpus, keep_probabilities(corpus.counts, settings.subsample), settings.window)
    np.testing.assert_allclose(counted.sum(1), expected.totals, rtol=1e-5)
    np.testing.assert_allclose(counted, counted.T, rtol=1e-5)
    assert pairs.noise.shape == (len(pairs.words), settings.negatives)
    trained = train_vectors(corpus, settings, 1, silent)
    module = SkipGram(trained.inputs, trained.outputs)
    problem = CrossLossProblem(
        module, pairs.losses, lambda module: module.inputs.sum(), (torch.arange(corpus.sentence_count),)
    )
    along = torch.linspace(-1, 1, len(problem.parameters))
    found = one_by_one(problem, along, corpus.sentence_count)
    np.testing.assert_allclose(found, -problem.losses_along(problem.parameters, along).numpy(), rtol=1e-4, atol=1e-5)


def test_weight_decays_are_compared_by_the_same_seeds() -> None:
    """Ten seeds at one decay and four at the other: the mean is of the four, and of those that were not refused."""
    rows = [
        {"targets": "kept", "kind": "cross", "truth": "clustering", "length": 1000, "decay": decay, "seed": seed}
        | {"method": "unrolled", "refused": False, "pearson": decay + seed / 10}
        for decay, seeds in ((0.1, 10), (1.0, 4))
        for seed in range(seeds)
    ]
    rows[1] = {name: value for name, value in rows[1].items() if name != "pearson"} | {"refused": True}
    lines = [line for line in by_decay(rows) if line.startswith("| unrolled")]
    assert lines == [
        "| unrolled | 0.1 | 0.27 | 0.10 | refused | 0.30 | 0.40 |",
        "| unrolled | 1 | 1.15 | 1.00 | 1.10 | 1.20 | 1.30 |",
    ]
