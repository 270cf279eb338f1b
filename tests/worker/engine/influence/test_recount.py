"""Recounted scores: their derivative, and sets recounted whole."""

import numpy as np
import pytest

from tests.worker.engine.influence.problems import check_cancelled, check_sums, small_problem
from tests.worker.engine.samples import silent
from worker.engine.influence.recount import RecountPpmiEstimator, RecountSvdEstimator

ESTIMATORS = [RecountPpmiEstimator(), RecountSvdEstimator()]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: one.name)
def test_table_is_the_derivative_of_the_score_in_the_counts(estimator) -> None:
    problem = small_problem()
    model, score = estimator.model(problem, silent), problem.scores[0]
    counts = model.counts(score)
    value, table = model.table(score, counts)
    assert value == model.value(score, counts)
    generator = np.random.default_rng(0)
    direction = generator.normal(size=counts.shape) * counts
    up, down = (model.value(score, counts + change * direction) for change in (1e-6, -1e-6))
    assert (table * direction).sum() == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: one.name)
def test_influences_add_up_and_sets_are_recounted(estimator) -> None:
    problem = small_problem()
    influences = estimator.influences(problem, silent)
    documents = check_sums(problem, influences)
    np.testing.assert_array_equal(documents[:, 0], documents[:, 1])
    model, score = estimator.model(problem, silent), problem.scores[0]
    removed = np.arange(problem.corpus.document_count) % 2 == 0
    nothing = np.zeros_like(removed)
    half, none = estimator.predict(problem, influences, [removed, nothing], silent)
    left = problem.corpus.without(removed)
    of_left = type(model)(
        type(problem)(left, *list(vars(problem).values())[1:]), model.keep, model.noise, model.projection
    )
    expected = of_left.value(score, of_left.counts(score)) - influences.scores[0, 0]
    np.testing.assert_allclose(half[0], [expected, expected], rtol=1e-9)
    assert (none == 0).all()
    check_cancelled(estimator, problem)
