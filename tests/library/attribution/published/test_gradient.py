"""TracIn against automatic differentiation of the loss at an explicit list of checkpoints."""

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.published.gradient import GradientEstimator, gradient_tables
from skipgram_audit.attribution.tables import pair_losses, pair_slopes
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.training.checkpoints import checkpoints
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.sgd import train
from tests.library.attribution.problems import check_cancelled, check_sums, small_problem
from tests.library.samples import silent, small_settings, zipf_corpus


def test_checkpoints_lie_on_the_training() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    states = checkpoints(corpus, settings, 1, 2, silent)
    outputs, sizes = zip(*((one.outputs.copy(), one.step_size) for one in states), strict=True)
    trained = train(corpus, settings, 1, silent)
    last = list(checkpoints(corpus, settings, 1, 2, silent))[-1]
    assert last.inputs.tobytes() == trained.inputs.tobytes()
    np.testing.assert_allclose(0.5 * (outputs[2] + outputs[3]), trained.contexts[3], atol=1e-7)
    np.testing.assert_allclose(sizes, trained.step_sizes)


def plain_loss(inputs: torch.Tensor, outputs: torch.Tensor, counts: np.ndarray, noise: np.ndarray) -> torch.Tensor:
    """The expected loss of counts [words, words], written out: K = 4 negatives."""
    positive = -torch.nn.functional.logsigmoid(inputs @ outputs.T)
    negative = -4 * torch.nn.functional.logsigmoid(-inputs @ outputs.T) @ torch.as_tensor(noise)
    return (torch.as_tensor(counts) * (positive + negative[:, None])).sum()


def test_a_documents_influence_is_the_sum_of_products_of_gradients() -> None:
    problem = small_problem()
    corpus, settings, score = problem.corpus, problem.settings, problem.scores[0]
    tables = gradient_tables(problem, 1, silent, np.float64)
    keep = keep_probabilities(corpus.counts, settings.subsample)
    noise = noise_probabilities(corpus.counts, settings.noise_power)
    one = (np.arange(corpus.document_count) == 3).repeat(2).astype(float)
    every = count_pairs(corpus, np.arange(len(corpus.words)), keep, settings.window, one)
    expected = 0.0
    for number, state in enumerate(checkpoints(corpus, settings, 1, 2, silent, np.float64)):
        if number == 0:
            continue
        inputs = torch.tensor(state.inputs, requires_grad=True)
        (by_loss,) = torch.autograd.grad(plain_loss(inputs, torch.tensor(state.outputs), every, noise), inputs)
        (by_score,) = torch.autograd.grad(score(inputs[torch.as_tensor(score.words)]), inputs)
        share = 1.0 if number == 1 else 0.5
        expected -= state.step_size * share * float((by_loss * by_score).sum())
    counts = count_pairs(corpus, score.words, keep, settings.window, one)
    assert (counts * tables[0]).sum() == pytest.approx(expected, rel=1e-10)


def test_slopes_are_derivatives_of_losses() -> None:
    generator = torch.Generator().manual_seed(1)
    rows, contexts, directions = (torch.randn(size, 8, generator=generator, dtype=torch.float64) for size in (5, 30, 5))
    noise = torch.rand(30, generator=generator, dtype=torch.float64)
    up, down = (pair_losses(rows + change * directions, contexts, noise) for change in (1e-5, -1e-5))
    torch.testing.assert_close(pair_slopes(rows, contexts, noise, directions), (up - down) / 2e-5, rtol=1e-6, atol=1e-8)


def test_influences_add_up_and_predict_by_their_sums() -> None:
    problem, estimator = small_problem(), GradientEstimator()
    influences = estimator.influences(problem, silent)
    documents = check_sums(problem, influences)
    removed = np.arange(problem.corpus.document_count) < 3
    (change,) = estimator.predict(problem, lambda: influences, [removed], silent)
    np.testing.assert_allclose(change, -documents[:, :, :3].sum(axis=2))
    for seed, trained in enumerate(problem.trajectories):
        score = problem.scores[0]
        assert influences.scores[0, seed] == float(score(torch.tensor(trained.inputs[score.words]).double()))
    check_cancelled(estimator, problem)
