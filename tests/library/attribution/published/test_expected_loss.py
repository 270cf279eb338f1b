"""The expected loss' derivatives, against its own definition and against finite differences in double precision."""

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.published import expected_loss
from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.corpus.cooccurrence import cooccurrences
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.sgd import train
from tests.library.samples import silent, small_settings, zipf_corpus

CORPUS, SETTINGS = zipf_corpus(), small_settings()
KEEP = keep_probabilities(CORPUS.counts, SETTINGS.subsample)
NOISE = noise_probabilities(CORPUS.counts, SETTINGS.noise_power)
COUNTS = cooccurrences(CORPUS, KEEP, SETTINGS.window)
STEP = 1e-5


@pytest.fixture(autouse=True)
def several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of seven rows: the last one is shorter."""
    monkeypatch.setattr(expected_loss, "NUMBERS_IN_A_BLOCK", 7 * 30)


@pytest.fixture(scope="module")
def parameters() -> np.ndarray:
    trajectory = train(CORPUS, SETTINGS, 1, silent, dtype=np.float64)
    return np.concatenate([trajectory.inputs, trajectory.outputs]).astype(np.float64)


@pytest.fixture(scope="module")
def direction() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(60, 8))


def loss_at(parameters: np.ndarray, cached_bytes: int = 0) -> ExpectedLoss:
    return ExpectedLoss(
        COUNTS,
        parameters[:30],
        parameters[30:],
        NOISE,
        SETTINGS.negatives,
        dtype=torch.float64,
        cached_bytes=cached_bytes,
    )


def test_value_is_the_sum_over_pairs_and_their_noise(parameters: np.ndarray) -> None:
    counts = count_pairs(CORPUS, np.arange(30), KEEP, SETTINGS.window)
    probabilities = 1 / (1 + np.exp(-parameters[:30] @ parameters[30:].T))
    noise = SETTINGS.negatives * counts.sum(1, keepdims=True) * NOISE
    expected = -(counts * np.log(probabilities)).sum() - (noise * np.log(1 - probabilities)).sum()
    assert loss_at(parameters).value() == pytest.approx(expected, rel=1e-12)


def test_gradient_is_the_slope_of_the_value(parameters: np.ndarray, direction: np.ndarray) -> None:
    ends = [loss_at(parameters + sign * STEP * direction).value() for sign in (1, -1)]
    slope = float((loss_at(parameters).gradient().numpy() * direction).sum())
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * STEP), rel=1e-6)


@pytest.mark.parametrize("cached_bytes", [0, 10**6])
def test_hessian_is_the_slope_of_the_gradient(parameters: np.ndarray, direction: np.ndarray, cached_bytes: int) -> None:
    ends = [loss_at(parameters + sign * STEP * direction).gradient() for sign in (1, -1)]
    slope = ((ends[0] - ends[1]) / (2 * STEP)).numpy()
    directions = torch.tensor(np.stack([0 * direction, direction]))
    nothing, product = loss_at(parameters, cached_bytes).hessian(directions).numpy()
    assert not nothing.any()
    np.testing.assert_allclose(product, slope, atol=1e-6 * np.abs(slope).max())


def test_gauss_newton_is_the_curvature_of_the_loss_of_linearised_products(
    parameters: np.ndarray, direction: np.ndarray
) -> None:
    """v' G v is the second derivative of the loss when every w.c moves along its tangent."""
    inputs, outputs = parameters[:30], parameters[30:]
    counts = count_pairs(CORPUS, np.arange(30), KEEP, SETTINGS.window)
    weights = counts + SETTINGS.negatives * counts.sum(1, keepdims=True) * NOISE
    products, tangents = inputs @ outputs.T, direction[:30] @ outputs.T + inputs @ direction[30:].T

    def loss(length: float) -> float:
        moved = products + length * tangents
        return float((weights * np.logaddexp(0, moved) - counts * moved).sum())

    curvature = (loss(1e-3) - 2 * loss(0.0) + loss(-1e-3)) / 1e-6
    product = loss_at(parameters).gauss_newton(torch.tensor(direction)[None])[0].numpy()
    assert float((product * direction).sum()) == pytest.approx(curvature, rel=1e-6)


def test_diagonal_is_that_of_the_matrix(parameters: np.ndarray) -> None:
    loss = loss_at(parameters)
    units = torch.eye(480, dtype=torch.float64).reshape(480, 60, 8)[::17]
    products = loss.gauss_newton(units).flatten(1)[:, ::17]
    np.testing.assert_allclose(loss.diagonal().flatten()[::17], products.diagonal(), rtol=1e-9)
