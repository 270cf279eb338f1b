"""The replay: its derivative against finite differences, and what must hold of any replay."""

import numpy as np
import pytest
import torch

from tests.worker.engine.samples import news_corpus, news_probe, silent, small_probe, small_settings, zipf_corpus
from worker.engine.influence.protocol import InfluenceProblem
from worker.engine.influence.replay import ReplayModel
from worker.engine.probes.weat import Weat
from worker.engine.skipgram.replay import bounded, bounded_adjoint, decay, decay_slope, weighted_squares
from worker.engine.skipgram.training import train


@pytest.fixture(scope="module")
def problem() -> InfluenceProblem:
    corpus, settings = zipf_corpus(), small_settings()
    trajectories = [train(corpus, settings, seed, silent) for seed in settings.seeds]
    return InfluenceProblem(corpus, settings, trajectories, [Weat(small_probe(), corpus)], "cpu", 1)


def test_derivative_in_the_counts_equals_finite_differences(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem, torch.float64)
    replay = model.replay(problem.trajectories[0], silent)
    _, table = model.table(replay, problem.scores[0])
    generator = np.random.default_rng(1)
    for _ in range(5):
        direction = generator.standard_normal(model.counts.shape) * (model.counts > 0)

        def score(size: float, direction: np.ndarray = direction) -> float:
            return float(model.values(replay.run(replay.tensor(model.counts + size * direction)))[0])

        difference = (score(1e-4) - score(-1e-4)) / 2e-4
        assert (table * direction).sum() == pytest.approx(difference, rel=1e-5)


def test_replaying_the_whole_corpus_gives_its_own_vectors(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem)
    replay = model.replay(problem.trajectories[0], silent)
    again = replay.run(replay.tensor(model.counts))
    np.testing.assert_allclose(again.numpy(), replay.vectors.numpy(), atol=1e-6)


def test_replayed_vectors_are_the_trained_ones_on_real_text() -> None:
    """At word2vec's step sizes, expectation stands for the draws: news text, words from rare to frequent."""
    corpus = news_corpus()
    settings = small_settings(
        dimension=50, window=5, negatives=5, subsample=1e-3, epochs=5, step_size=0.025, minimum_step_size=1e-4
    )
    trajectory = train(corpus, settings, 1, silent)
    score = Weat(news_probe(), corpus)
    model = ReplayModel(InfluenceProblem(corpus, settings, [trajectory], [score], "cpu", 1))
    replayed, trained = model.replay(trajectory, silent).vectors.numpy(), trajectory.inputs[model.words]
    cosines = (replayed * trained).sum(1) / np.linalg.norm(replayed, axis=1) / np.linalg.norm(trained, axis=1)
    assert cosines.min() > 0.98


def test_without_counts_a_word_stays_where_it_began(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem)
    replay = model.replay(problem.trajectories[0], silent)
    counts = model.counts.copy()
    counts[0] = 0
    rows = replay.run(replay.tensor(counts))
    np.testing.assert_array_equal(rows[0].numpy(), replay.run(replay.tensor(0 * counts))[0].numpy())
    np.testing.assert_allclose(rows[1:].numpy(), replay.vectors[1:].numpy(), atol=1e-6)


def test_weighted_squares_are_sums_of_outer_products() -> None:
    generator = torch.Generator().manual_seed(0)
    contexts = torch.randn(700, 33, generator=generator, dtype=torch.float64)
    weights = torch.rand(4, 700, generator=generator, dtype=torch.float64)
    expected = torch.einsum("rv,vi,vj->rij", weights, contexts, contexts)
    torch.testing.assert_close(weighted_squares(weights, contexts, silent), expected)


def test_decay_and_its_slope_near_zero_and_far_away() -> None:
    exponents = torch.tensor([0.0, 1e-9, 9.9e-4, 1.01e-3, 0.5, 3.0, 80.0], dtype=torch.float64, requires_grad=True)
    values = decay(exponents)
    expected = [1.0, *(-np.expm1(-x) / x for x in exponents.tolist()[1:])]
    np.testing.assert_allclose(values.detach().numpy(), expected, rtol=1e-12)
    (slope,) = torch.autograd.grad(values.sum(), exponents)
    np.testing.assert_allclose(decay_slope(exponents.detach()).numpy(), slope.numpy(), rtol=2e-6)


def test_a_step_is_never_longer_than_its_bound() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(6, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    steps = (3 * torch.rand(6, 1, generator=generator) * torch.randn(6, 5, generator=generator)).double()
    steps.requires_grad_(True)
    cut = bounded(steps, rows)
    assert (cut.norm(dim=1) <= 0.5 * rows.norm(dim=1) + 0.3 + 1e-12).all()
    assert (steps.norm(dim=1) > cut.norm(dim=1) + 1e-9).any()
    assert (steps == cut).all(dim=1).any()
    adjoint = torch.randn(6, 5, generator=generator, dtype=torch.float64)
    expected = torch.autograd.grad((cut * adjoint).sum(), (steps, rows))
    found = bounded_adjoint(steps.detach(), rows.detach(), adjoint)
    torch.testing.assert_close(found[0], expected[0])
    torch.testing.assert_close(found[1], expected[1])
