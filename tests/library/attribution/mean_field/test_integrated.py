"""Influence averaged over weights: its weights by hand, its sum against the scores, and what it is for."""

from dataclasses import replace

import numpy as np
import pytest

from skipgram_audit.attribution.mean_field import expected_training as mean_field
from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator, mean_field_training
from skipgram_audit.attribution.mean_field.integrated import MeanFieldIntegratedEstimator, integration_weights
from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.attribution.problems import check_sums, small_problem
from tests.library.samples import silent


def test_weights_integrate_what_is_linear_in_log_t() -> None:
    shares = [1.0, 0.8, 0.55, 0.3]
    weights, logs = integration_weights(shares, 0.5), np.log(shares)
    assert weights.sum() == pytest.approx(np.log(2))
    assert weights @ logs == pytest.approx(-(np.log(2) ** 2) / 2)
    np.testing.assert_allclose(integration_weights([1.0, 0.5], 0.5), np.log(2) / 2)
    np.testing.assert_allclose(
        integration_weights([1.0, 0.6, 0.5], 0.5), np.array([np.log(1 / 0.6), np.log(2), np.log(0.6 / 0.5)]) / 2
    )


def test_documents_are_the_sums_of_their_sentences_and_exchanged_targets_turn_the_sign() -> None:
    problem = small_problem()
    estimator = MeanFieldIntegratedEstimator()
    influences = estimator.influences(problem, silent)
    check_sums(problem, influences)
    np.testing.assert_array_equal(influences.scores, MeanFieldEstimator().influences(problem, silent).scores)


def test_influences_share_out_what_the_score_gains_from_half_of_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many steps, since the sum holds for the integral."""
    monkeypatch.setattr(mean_field, "FEWEST_STEPS", 100)
    monkeypatch.setattr(mean_field, "MOST_STEPS", 100)
    problem = small_problem()
    problem = replace(problem, scores=problem.scores[:1], trajectories=problem.trajectories[:1])
    influences = MeanFieldIntegratedEstimator().influences(problem, silent)
    counter = PairCounter(
        problem.corpus, keep_probabilities(problem.corpus.counts, problem.settings.subsample), problem.settings.window
    )
    trained, score = mean_field_training(problem, counter.full, 1, silent), problem.scores[0]
    half = counter.weighted(np.full(problem.corpus.sentence_count, 0.5))
    full, halved = (float(score(one[score.words].double())) for one in (trained.inputs, trained.run(half, silent)))
    assert abs(full - halved) > 0.1
    assert influences.sentences.sum() == pytest.approx(2 * (full - halved), rel=0.01)
