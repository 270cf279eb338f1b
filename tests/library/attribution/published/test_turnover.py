"""Turn-over dropout: differences between halves by hand, the correction, and how a document's influence is shared."""

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.published import turnover
from skipgram_audit.attribution.published.masked_training import random_masks
from skipgram_audit.attribution.published.turnover import (
    TurnOverEstimator,
    differences_between_halves,
    dimension_effects,
    scores_of,
    token_shares,
)
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.attribution.problems import check_cancelled, check_sums, small_problem
from tests.library.samples import silent


def test_differences_are_scores_of_the_two_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small_problem()
    score = problem.scores[0]
    rows = torch.tensor(problem.trajectories[0].inputs[score.words]).double()
    masks = random_masks(7, 8, 1)
    monkeypatch.setattr(turnover, "NUMBERS_AT_ONCE", 3 * 2 * rows.numel())
    found = differences_between_halves(score, rows, torch.from_numpy(masks), silent)
    expected = [float(score(rows[:, mask]) - score(rows[:, ~mask])) for mask in masks]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_lengths_of_halves_are_those_of_all_dimensions() -> None:
    rows = torch.ones((2, 8), dtype=torch.float64)
    half = torch.tensor([[True] * 4 + [False] * 4])
    found = differences_between_halves(lambda vectors: vectors[0] @ vectors[1], rows, half, silent)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, [0.0], atol=1e-12)
    found = differences_between_halves(
        lambda vectors: vectors[0, :4] @ vectors[1, :4], rows, half, silent,  # type: ignore[arg-type]
    )  # fmt: skip
    np.testing.assert_allclose(found, [8.0])


def test_a_score_that_cannot_be_taken_together_is_taken_one_by_one() -> None:
    vectors = torch.arange(12, dtype=torch.float64).reshape(3, 2, 2)
    stubborn = scores_of(lambda one: one.sum() if float(one[0, 0]) >= 0 else -one.sum(), vectors)  # type: ignore[arg-type]
    assert stubborn.tolist() == [6.0, 22.0, 38.0]


def test_a_linear_effect_of_the_dimensions_is_taken_away_and_nothing_else() -> None:
    effects = np.arange(8) - 2.5
    free, masks = random_masks(160, 8, 1), random_masks(30, 8, 2)
    linear = np.where(free, 1.0, -1.0) @ effects
    np.testing.assert_allclose(dimension_effects(free, linear, masks), np.where(masks, 1.0, -1.0) @ effects, atol=1e-9)


def test_tokens_share_by_their_pairs_with_probe_words() -> None:
    problem = small_problem()
    corpus, score = problem.corpus, problem.scores[0]
    shares = token_shares(problem, score)
    sums = np.add.reduceat(shares, corpus.document_offsets[:-1])
    np.testing.assert_allclose(sums, 1.0)
    keep = keep_probabilities(corpus.counts, problem.settings.subsample)
    first = np.zeros(corpus.sentence_count)
    totals = []
    for sentence in (0, 1):
        first[:] = np.arange(len(first)) == sentence
        totals.append(count_pairs(corpus, score.words, keep, problem.settings.window, first).sum())
    begin, end = corpus.sentence_offsets[:2]
    assert shares[begin:end].sum() == pytest.approx(totals[0] / sum(totals))


def test_influences_add_up_and_are_the_same_again() -> None:
    problem, estimator = small_problem(), TurnOverEstimator()
    influences = estimator.influences(problem, silent)
    documents = check_sums(problem, influences)
    assert (documents != 0).all()
    assert np.corrcoef(documents[0])[0, 1] < 0.999
    again = estimator.influences(problem, silent)
    assert again.sentences.tobytes() == influences.sentences.tobytes()
    removed = np.arange(problem.corpus.document_count) < 3
    (change,) = estimator.predict(problem, lambda: influences, [removed], silent)
    np.testing.assert_allclose(change, -documents[:, :, :3].sum(axis=2))
    check_cancelled(estimator, problem)
