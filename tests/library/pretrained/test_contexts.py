"""Fitted output vectors are the minimum that they claim to be, and come near to those that a training left."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import expit

from skipgram_audit.corpus.cooccurrence import Cooccurrences, cooccurrences
from skipgram_audit.pretrained import contexts
from skipgram_audit.pretrained.contexts import TOLERANCE, fit_contexts
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.sgd import train
from tests.library.samples import news_corpus, silent, small_settings, zipf_corpus


def dense(counts: Cooccurrences) -> np.ndarray:
    words = len(counts.offsets) - 1
    result = np.zeros((words, words))
    rows = np.repeat(np.arange(words), np.diff(counts.offsets))
    result[rows, counts.columns] = counts.values
    return result


@pytest.mark.parametrize("numbers_in_a_block", [90, 2**21])
def test_each_row_is_the_minimum_of_its_own_loss(numbers_in_a_block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "NUMBERS_IN_A_BLOCK", numbers_in_a_block)
    monkeypatch.setattr(contexts, "TOLERANCE", 1e-9)
    corpus = zipf_corpus()
    counts = cooccurrences(corpus, keep_probabilities(corpus.counts, 0.1), 3)
    noise = noise_probabilities(corpus.counts, 0.75)
    inputs = np.random.default_rng(1).normal(0, 0.7, (30, 8)).astype(np.float32)
    fitted = fit_contexts(inputs, counts, noise, 4, 0.5, silent, torch.float64)
    assert (fitted.residual < 1e-9, fitted.unfinished) == (True, 0)
    vectors, table = inputs.astype(np.float64), dense(counts)
    totals = table.sum(1)
    for word in (0, 7, 29):
        weights = table[word] + 4 * noise[word] * totals

        def loss(c: np.ndarray, word: int = word, weights: np.ndarray = weights) -> tuple[float, np.ndarray]:
            products = vectors @ c
            value = (weights * np.logaddexp(0, products) - table[word] * products).sum() + c @ c
            return value, (weights * expit(products) - table[word]) @ vectors + 2 * c

        found = minimize(loss, np.zeros(8), jac=True, method="BFGS", options={"gtol": 1e-9})
        np.testing.assert_allclose(fitted.outputs[word], found.x, atol=2e-6)


def test_fitted_vectors_come_near_to_trained_ones() -> None:
    corpus, settings = (
        news_corpus(),
        small_settings(
            dimension=20, window=5, negatives=5, subsample=1e-3, epochs=5, step_size=0.025, minimum_step_size=1e-4
        ),
    )
    trained = train(corpus, settings, 1, silent)
    counts = cooccurrences(corpus, keep_probabilities(corpus.counts, 1e-3), 5)
    noise = noise_probabilities(corpus.counts, 0.75)
    fitted = fit_contexts(trained.inputs, counts, noise, 5, 5 * 0.01255, silent)
    assert fitted.residual <= TOLERANCE
    frequent = slice(0, 500)
    cosines = (fitted.outputs * trained.outputs)[frequent].sum(1) / (
        np.linalg.norm(fitted.outputs[frequent], axis=1) * np.linalg.norm(trained.outputs[frequent], axis=1)
    )
    assert np.median(cosines) > 0.9
