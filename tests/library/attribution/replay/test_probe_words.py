"""The replay: its derivative against finite differences, and what must hold of any replay."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from skipgram_audit.attribution import memory
from skipgram_audit.attribution.cache import FolderCache
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.replay import curvature as squares
from skipgram_audit.attribution.replay.estimator import ReplayEstimator, ReplayModel
from skipgram_audit.attribution.replay.probe_words import bounded, bounded_adjoint, decay, decay_slope
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.model.engine_errors import NotEnoughMemory
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.sgd import train
from tests.library.attribution.problems import not_asked
from tests.library.samples import news_corpus, news_probe, silent, small_probe, small_settings, zipf_corpus


@pytest.fixture(scope="module")
def problem() -> InfluenceProblem:
    corpus, settings = zipf_corpus(), small_settings()
    trajectories = [train(corpus, settings, seed, silent) for seed in settings.seeds]
    return InfluenceProblem(corpus, settings, trajectories, [Weat(small_probe(), corpus)], "cpu", 1)


@pytest.mark.parametrize("frequent", [2048, 5])
def test_derivative_in_the_counts_equals_finite_differences(
    problem: InfluenceProblem, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(squares, "FREQUENT", frequent)
    model = ReplayModel(problem, torch.float64)
    replayed = model.replay(problem.trajectories[0], silent)
    _, (table,) = model.tables(replayed)
    generator = np.random.default_rng(1)
    for _ in range(5):
        direction = generator.standard_normal(model.counts.shape) * (model.counts > 0)

        def score(size: float, direction: np.ndarray = direction) -> float:
            return float(model.values(replayed.run(replayed.tensor(model.counts + size * direction)))[0])

        difference = (score(1e-4) - score(-1e-4)) / 2e-4
        assert (table * direction).sum() == pytest.approx(difference, rel=1e-5)


def test_one_slope_for_the_noise_of_rare_contexts_is_near_a_slope_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real text: 200 of 1,815 words have their own; curvatures change a little, scores and derivatives hardly."""
    corpus = news_corpus()
    settings = small_settings(dimension=50, window=5, subsample=1e-3, epochs=5, step_size=0.025)
    trajectory = train(corpus, settings, 1, silent)
    model = ReplayModel(InfluenceProblem(corpus, settings, [trajectory], [Weat(news_probe(), corpus)], "cpu", 1))
    found = {}
    for frequent in (len(corpus.words), 200):
        monkeypatch.setattr(squares, "FREQUENT", frequent)
        followed = model.replay(trajectory, silent)
        fixed_path = followed.fixed_path
        curvatures = (fixed_path.vectors * fixed_path.values[..., None, :]) @ fixed_path.vectors.mT
        scores, (table,) = model.tables(followed)
        found[frequent] = curvatures, scores, table
    (each, score_each, table_each), (shared, score_shared, table_shared) = found.values()
    assert 0 < float((shared - each).norm() / each.norm()) < 0.06
    np.testing.assert_allclose(score_shared, score_each, atol=0.002)
    assert np.corrcoef(table_shared.ravel(), table_each.ravel())[0, 1] > 0.99999


def test_replaying_the_whole_corpus_gives_its_own_vectors(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem)
    replay = model.replay(problem.trajectories[0], silent)
    again = replay.run(replay.tensor(model.counts * (1 + 1e-6)))
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


def test_a_replay_goes_on_from_what_an_earlier_one_kept(problem: InfluenceProblem, tmp_path: Path) -> None:
    kept = replace(problem, cache=FolderCache(tmp_path))
    removals = [np.arange(20) == 3, np.arange(20) < 12, np.zeros(20, bool)]
    fresh = ReplayEstimator().predict(problem, not_asked, removals, silent)
    first = ReplayEstimator().predict(kept, not_asked, removals, silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "probe-counts.npz", "replay-1-float32.npz", "replay-2-float32.npz"
    ]  # fmt: skip
    again = ReplayEstimator().predict(kept, not_asked, removals, silent)
    (_, (table,)), (_, (table_again,)) = (
        model.tables(model.replay(problem.trajectories[0], silent))
        for model in (ReplayModel(problem), ReplayModel(kept))
    )
    np.testing.assert_allclose(table_again, table, rtol=1e-4, atol=1e-6 * np.abs(table).max())
    np.testing.assert_array_equal(first, fresh)
    np.testing.assert_allclose(again, fresh, atol=1e-6)
    assert np.abs(fresh[:2]).min() > 1e-3
    assert not fresh[2].any()


def test_counts_without_documents_are_those_of_what_is_left(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem)
    for removed in (np.arange(20) == 3, np.arange(20) < 12):
        left = count_pairs(problem.corpus.without(removed), model.words, model.keep, problem.settings.window)
        np.testing.assert_allclose(model.counts_without(removed), left, atol=1e-12)


def test_scores_that_share_words_have_the_tables_they_have_alone(problem: InfluenceProblem) -> None:
    turned = small_probe("turned").model_copy(update={"targets": dict(reversed(small_probe().targets.items()))})
    other = small_probe("other").model_copy(update={"attributes": {"A": ("word004",), "B": ("word002", "word015")}})
    scores = [Weat(probe, problem.corpus) for probe in (small_probe(), turned, other)]
    together = ReplayModel(replace(problem, scores=scores), torch.float64)
    _, tables = together.tables(together.replay(problem.trajectories[0], silent))
    for score, table in zip(scores, tables, strict=True):
        alone = ReplayModel(replace(problem, scores=[score]), torch.float64)
        _, (expected,) = alone.tables(alone.replay(problem.trajectories[0], silent))
        np.testing.assert_allclose(table, expected, rtol=1e-9, atol=1e-12)


def test_a_replay_that_does_not_fit_says_so(problem: InfluenceProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 1000)
    with pytest.raises(NotEnoughMemory, match="replay estimator needs"):
        ReplayModel(problem)


def test_without_counts_a_word_stays_where_it_began(problem: InfluenceProblem) -> None:
    model = ReplayModel(problem)
    replay = model.replay(problem.trajectories[0], silent)
    counts = model.counts.copy()
    counts[0] = 0
    rows = replay.run(replay.tensor(counts))
    np.testing.assert_allclose(rows[0].numpy(), replay.fixed_path.rows[0, 0].numpy(), atol=1e-7)
    np.testing.assert_allclose(rows[1:].numpy(), replay.vectors[1:].numpy(), atol=1e-6)


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
