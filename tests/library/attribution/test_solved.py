"""Estimators that solve a linear system, in double precision against explicit dense solves on a tiny corpus."""

import itertools
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import torch

from skipgram_audit.attribution import memory
from skipgram_audit.attribution.probe_counts import ProbeWordCounts
from skipgram_audit.attribution.protocol import Estimator, InfluenceProblem, Influences
from skipgram_audit.attribution.published import lissa
from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.attribution.published.implicit import ImplicitEstimator, ImplicitHessianEstimator
from skipgram_audit.attribution.published.lissa import LissaEstimator
from skipgram_audit.attribution.published.parameters import ParameterEstimator, Watch, expected_loss, score_gradients
from skipgram_audit.attribution.published.per_word import PerWordEstimator, WordSystems
from skipgram_audit.attribution.solvers import SolverSettings, conjugate_gradients
from skipgram_audit.corpus.cooccurrence import cooccurrences
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import NotEnoughMemory, NotPositiveDefinite, SolveFailed
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import train
from tests.library.attribution.problems import not_asked
from tests.library.samples import silent, small_probe, small_settings, zipf_corpus

CORPUS, SETTINGS = zipf_corpus(words=16, documents=10), small_settings(dimension=4)
KEEP = keep_probabilities(CORPUS.counts, SETTINGS.subsample)
WORDS, DIMENSION = 16, 4
DAMPING, TOLERANCE = 200.0, 1e-11


def solving(damping: float = DAMPING, iterations: int = 500, tolerance: float = TOLERANCE) -> AuditSettings:
    """SETTINGS with those of the solver."""
    changes = {"damping": damping, "solver_iterations": iterations, "solver_tolerance": tolerance}
    return SETTINGS.model_copy(update=changes)


@cache
def problem(damping: float = DAMPING, iterations: int = 500, tolerance: float = TOLERANCE) -> InfluenceProblem:
    score = resolve(small_probe(), CORPUS)
    assert not isinstance(score, Unmeasurable)
    trajectories = [train(CORPUS, SETTINGS, seed, silent, dtype=np.float64) for seed in SETTINGS.seeds]
    return InfluenceProblem(CORPUS, solving(damping, iterations, tolerance), trajectories, [score], "cpu", 1)


@pytest.fixture(scope="module", autouse=True)
def double_precision() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ParameterEstimator, "dtype", torch.float64)
        yield


@cache
def solved(estimator: type[Estimator]) -> Influences:
    return estimator().influences(problem(), silent)


@pytest.fixture
def found(request: pytest.FixtureRequest) -> Influences:
    """What an estimator finds."""
    return solved(request.param)


def loss_at(corpus: EncodedCorpus, seed: int) -> ExpectedLoss:
    counts = cooccurrences(corpus, KEEP, SETTINGS.window)
    return expected_loss(problem(), counts, problem().trajectories[seed], torch.float64)


def dense(seed: int, hessian: bool) -> np.ndarray:
    """The damped curvature as a matrix, from its products with all unit vectors."""
    loss = loss_at(CORPUS, seed)
    size = 2 * WORDS * DIMENSION
    units = torch.eye(size, dtype=torch.float64).reshape(size, 2 * WORDS, DIMENSION)
    products = loss.hessian(units) if hessian else loss.gauss_newton(units)
    return products.reshape(size, size).numpy() + DAMPING * np.eye(size)


@pytest.mark.parametrize(("estimator", "hessian"), [(ImplicitEstimator, False), (ImplicitHessianEstimator, True)])
def test_implicit_influences_are_those_of_a_dense_solve(estimator: type[ParameterEstimator], hessian: bool) -> None:
    found = solved(estimator)
    for seed, trajectory in enumerate(problem().trajectories):
        _, gradients = score_gradients(problem().scores, trajectory)
        x = np.linalg.solve(dense(seed, hessian), gradients[0].ravel())
        for document in range(CORPUS.document_count):
            others = np.arange(CORPUS.document_count) != document
            influence = -x @ loss_at(CORPUS.without(others), seed).gradient().numpy().ravel()
            sentences = found.sentences[0, seed, 2 * document : 2 * document + 2]
            assert sentences.sum() == pytest.approx(influence, rel=1e-6, abs=1e-12)
    assert found.solver is not None
    assert (found.solver.residual <= TOLERANCE).all()
    assert (found.solver.iterations > 1).all()
    assert (found.solver.damping == DAMPING).all()


def test_implicit_is_the_slope_of_the_score_along_a_newton_step() -> None:
    """The sign: taking a document's loss away moves the parameters by + H^-1 dL_z, and the score by - influence."""
    trajectory, score = problem().trajectories[0], problem().scores[0]
    others = np.arange(CORPUS.document_count) != 3
    step = np.linalg.solve(dense(0, False), loss_at(CORPUS.without(others), 0).gradient().numpy().ravel())
    moved = [trajectory.inputs + sign * 1e-4 * step.reshape(2 * WORDS, DIMENSION)[:WORDS] for sign in (1, -1)]
    ends = [float(score(torch.tensor(one[score.words]))) for one in moved]
    influence = solved(ImplicitEstimator).sentences[0, 0, 6:8].sum()
    assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(-influence, rel=1e-5)


@pytest.mark.parametrize("found", [ImplicitEstimator, ImplicitHessianEstimator, PerWordEstimator], indirect=True)
def test_sentences_are_the_sums_of_their_tokens(found: Influences) -> None:
    sums = np.add.reduceat(found.tokens[0].astype(np.float64), CORPUS.sentence_offsets[:-1])
    sentences = found.sentences[0].mean(0)
    np.testing.assert_allclose(sums, sentences, atol=1e-6 * np.abs(sentences).max())
    assert np.isfinite(sentences).all()


def test_sentences_without_probe_words_have_influence() -> None:
    words = problem().scores[0].words
    sentences = itertools.pairwise(CORPUS.sentence_offsets)
    without = [not np.isin(CORPUS.tokens[first:last], words).any() for first, last in sentences]
    reached = np.abs(solved(ImplicitEstimator).sentences[0, 0])
    held = np.abs(solved(PerWordEstimator).sentences[0, 0])
    assert (reached > 0).all()
    assert (held[without] == 0).all()
    assert (held > 0).any()


def test_too_few_iterations_say_what_to_change() -> None:
    with pytest.raises(SolveFailed, match="Raise damping, raise the number of iterations"):
        ImplicitEstimator().influences(problem(200.0, 2, 1e-11), silent)


def test_negative_curvature_says_how_much_damping_it_takes() -> None:
    lowest = np.linalg.eigvalsh(dense(0, True)).min() - DAMPING
    assert lowest < 0
    _, gradients = score_gradients(problem().scores, problem().trajectories[0])
    loss = loss_at(CORPUS, 0)
    with pytest.raises(NotPositiveDefinite, match="not positive definite") as caught:
        conjugate_gradients(
            loss.hessian, torch.tensor(gradients), loss.diagonal(), SolverSettings(1e-3, 1e-3, 5000), silent
        )
    assert 0 < caught.value.details["needed"] <= -lowest * (1 + 1e-9)


def test_the_hessians_damping_is_raised_until_it_suffices_and_told() -> None:
    lowest = np.linalg.eigvalsh(dense(0, True)).min() - DAMPING
    report = ImplicitHessianEstimator().influences(problem(1.0, 500, 1e-9), silent).solver
    assert report is not None
    assert -lowest < report.damping[0, 0] < -2.5 * lowest
    assert (report.residual <= 1e-9).all()


def test_no_memory_is_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 1000)
    with pytest.raises(NotEnoughMemory, match="implicit estimator needs"):
        ImplicitEstimator().influences(problem(), lambda fraction: pytest.fail(f"It has begun: {fraction}"))


def test_per_word_table_is_the_derivative_of_its_sets() -> None:
    """A document removed by a hundredth: the Newton step's score moves by a hundredth of its influence."""
    found, score = solved(PerWordEstimator), problem().scores[0]
    counts = ProbeWordCounts(problem())
    for document in (0, 4):
        removed = np.arange(CORPUS.document_count) == document
        gone = counts.counts - counts.counts_without(removed)
        for seed, trajectory in enumerate(problem().trajectories):
            system = WordSystems(problem(), counts, trajectory)
            ends = [
                float(score(torch.tensor(system.moved(counts.counts + sign * 1e-4 * gone, silent)))) for sign in (-1, 1)
            ]
            influence = found.sentences[0, seed, 2 * document : 2 * document + 2].sum()
            assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(-influence, rel=1e-6)


def test_per_word_sets_are_one_newton_step_of_every_word() -> None:
    removed = np.arange(CORPUS.document_count) < 5
    left = cooccurrences(CORPUS.without(removed), KEEP, SETTINGS.window)
    nothing, predicted = PerWordEstimator().predict(problem(), not_asked, [np.zeros(10, bool), removed], silent)
    assert not nothing.any()
    score = problem().scores[0]
    for seed, trajectory in enumerate(problem().trajectories):
        arguments = (problem(), left, trajectory, torch.float64)
        size = WORDS * DIMENSION
        units = torch.eye(2 * size, dtype=torch.float64)[:size].reshape(size, 2 * WORDS, DIMENSION)
        curvature = expected_loss(*arguments).gauss_newton(units).reshape(size, -1).numpy()[:, :size]
        gone = loss_at(CORPUS, seed).gradient() - expected_loss(*arguments).gradient()
        step = np.linalg.solve(curvature + DAMPING * np.eye(size), gone[:WORDS].numpy().ravel())
        moved = trajectory.inputs + step.reshape(WORDS, DIMENSION)
        after, before = (float(score(torch.tensor(one[score.words]))) for one in (moved, trajectory.inputs))
        assert predicted[0, seed] == pytest.approx(after - before, rel=1e-6)


def test_lissa_agrees_with_a_dense_solve_within_its_sampling_error() -> None:
    trajectory = problem().trajectories[0]
    counts, loss = cooccurrences(CORPUS, KEEP, SETTINGS.window), loss_at(CORPUS, 0)
    _, gradients = score_gradients(problem().scores, trajectory)
    right = torch.tensor(gradients)
    found = LissaEstimator().solve(problem(DAMPING, 20_000, 1e-4), loss, counts, trajectory, right, Watch(silent))
    exact = np.linalg.solve(dense(0, False), gradients.ravel())
    error = float(found.sampling_errors[0])
    assert 0 < error < 0.05
    assert np.linalg.norm(found.vectors.numpy().ravel() - exact) < 3 * error * np.linalg.norm(exact)
    residual = gradients.ravel() - dense(0, False) @ found.vectors.numpy().ravel()
    assert found.residuals[0] == pytest.approx(np.linalg.norm(residual) / np.linalg.norm(gradients), rel=1e-9)


def test_lissa_without_enough_steps_says_how_many_it_takes() -> None:
    with pytest.raises(SolveFailed, match="Raise damping, allow"):
        LissaEstimator().influences(problem(1e-3, 100, 1e-2), silent)


def test_lissa_that_diverges_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lissa, "MARGIN", 0.05)
    with pytest.raises(SolveFailed, match="diverged"):
        LissaEstimator().influences(problem(20.0, 20_000, 1e-6), silent)
