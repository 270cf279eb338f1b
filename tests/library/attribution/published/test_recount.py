"""Recounted scores: their derivative, and sets recounted whole."""

from dataclasses import replace

import numpy as np
import pytest

from skipgram_audit.attribution.published.recount import RecountEstimator, recount_of
from skipgram_audit.corpus.encoding import occurrences
from tests.library.attribution.problems import check_cancelled, check_sums, not_asked, small_problem
from tests.library.samples import silent


def test_table_is_the_derivative_of_the_score_in_the_counts() -> None:
    problem = small_problem()
    model, score = recount_of(problem), problem.scores[0]
    counts = model.counts()
    value, table = model.table(score, counts)
    assert value == pytest.approx(model.values(counts)[0], rel=1e-12)
    generator = np.random.default_rng(0)
    direction = generator.normal(size=counts.shape) * counts
    up, down = (model.values(counts + change * direction)[0] for change in (1e-6, -1e-6))
    assert (table * direction).sum() == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_influences_add_up_and_sets_are_recounted() -> None:
    problem = small_problem()
    estimator = RecountEstimator()
    influences = estimator.influences(problem, silent)
    documents = check_sums(problem, influences)
    np.testing.assert_array_equal(documents[:, 0], documents[:, 1])
    removed = np.arange(problem.corpus.document_count) % 2 == 0
    nothing = np.zeros_like(removed)
    half, none = estimator.predict(problem, not_asked, [removed, nothing], silent)
    left = problem.corpus.without(removed)
    of_left = recount_of(replace(problem, corpus=replace(left, counts=occurrences(left.tokens, len(left.words)))))
    expected = of_left.values(of_left.counts())[0] - influences.scores[0, 0]
    np.testing.assert_allclose(half[0], [expected, expected], rtol=1e-9)
    assert (none == 0).all()
    check_cancelled(estimator, problem)
