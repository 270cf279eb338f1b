"""Mirrored influence against its limit of small steps, and r_w against the dynamics that it stands for."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from skipgram_audit.attribution.published.mirrored import MirroredEstimator, compliance, mirrored_table
from skipgram_audit.attribution.tables import exact, expected_noise, pair_losses, pair_slopes
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.probes.protocol import Score, value_and_gradient
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.attribution.problems import check_cancelled, check_sums, small_problem
from tests.library.samples import silent


def parts_of_table() -> tuple[Score, Tensor, Tensor, Tensor, Tensor, float]:
    """The score, rows, contexts, noise, counts and time of a seed."""
    problem = small_problem()
    score, trained = problem.scores[0], problem.trajectories[0]
    keep = keep_probabilities(problem.corpus.counts, problem.settings.subsample)
    counts = exact(count_pairs(problem.corpus, score.words, keep, problem.settings.window))
    rows, contexts = exact(trained.inputs[score.words]), exact(trained.outputs)
    return score, rows, contexts, expected_noise(problem), counts, problem.settings.time


def test_small_steps_have_the_product_of_gradients_as_their_limit() -> None:
    score, rows, contexts, noise, counts, time = parts_of_table()
    give = compliance(rows, contexts, noise, counts, time)
    limit = -pair_slopes(rows, contexts, noise, give * value_and_gradient(score, rows)[1]).numpy()
    errors = [
        np.abs(mirrored_table(score, rows, contexts, noise, give, length) - limit).max() for length in (1e-2, 1e-4)
    ]
    assert errors[1] < 1e-3 * np.abs(limit).max()
    assert errors[1] < errors[0] / 30


def test_compliance_is_that_of_a_spring_of_the_words_mean_curvature() -> None:
    """The trace of the expected loss' second derivative, by automatic differentiation; T where there are no counts."""
    _, rows, contexts, noise, counts, time = parts_of_table()
    counts[2] = 0.0
    give = compliance(rows, contexts, noise, counts, time)
    assert float(give[2]) == time
    row = rows[:1]
    second_derivative: Any = torch.autograd.functional.hessian
    hessian = second_derivative(lambda one: (counts[:1] * pair_losses(one, contexts, noise)).sum(), row).reshape(8, 8)
    curvature = float(hessian.trace()) / 8
    assert float(give[0]) == pytest.approx((1 - np.exp(-time * curvature)) / curvature, rel=1e-9)


def test_a_flat_score_has_no_influence() -> None:
    _, rows, contexts, noise, counts, time = parts_of_table()
    give = compliance(rows, contexts, noise, counts, time)
    table = mirrored_table(lambda vectors: 0.0 * vectors.sum(), rows, contexts, noise, give, 0.1)  # type: ignore[arg-type]
    assert (table == 0).all()


def test_influences_add_up_and_predict_by_their_sums() -> None:
    problem, estimator = small_problem(), MirroredEstimator()
    influences = estimator.influences(problem, silent)
    documents = check_sums(problem, influences)
    removed = np.arange(problem.corpus.document_count) < 3
    (change,) = estimator.predict(problem, lambda: influences, [removed], silent)
    np.testing.assert_allclose(change, -documents[:, :, :3].sum(axis=2))
    check_cancelled(estimator, problem)
