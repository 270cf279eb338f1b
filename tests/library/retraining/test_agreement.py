"""Measures against numbers worked out by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from skipgram_audit.model.check_plan import Measure
from skipgram_audit.retraining.agreement import (
    comparison,
    mean_with_error,
    noise_ceiling,
    seed_agreement,
    set_agreement,
)


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


def test_correlations_and_slope_of_five_sets() -> None:
    """Ranks differ by 1, 1, 0, 0, 0: 1 - 6 * 2 / (5 * 24) = 0.9. Sums about the means 3 and 6: xx 10, xy 18, yy 34."""
    predicted, actual = column(1, 2, 3, 4, 5), column(3, 2, 7, 8, 10)
    found = set_agreement(predicted, actual)
    xy, yy = 20.0, 46.0  # actual has the mean 6: deviations -3, -4, 1, 2, 4
    assert found.spearman.value == pytest.approx(0.9)
    assert found.pearson.value == pytest.approx(xy / math.sqrt(10 * yy))
    assert found.slope.value == pytest.approx(xy / 10)
    residuals = yy - xy * xy / 10
    assert found.slope.error == pytest.approx(math.sqrt(residuals / 3 / 10))
    assert found.intercept.value == pytest.approx(6 - 2 * 3)
    assert (found.mean_predicted, found.mean_actual, found.shift.value) == pytest.approx((3, 6, 3))
    reach = 1.959964 / math.sqrt(2)
    assert found.pearson.value is not None
    assert found.pearson.low == pytest.approx(math.tanh(math.atanh(found.pearson.value) - reach))
    assert found.agreement.value is None
    assert "One seed" in found.agreement.reason
    assert found.ceiling.value is None
    assert found.share.value is None


def test_the_ceiling_is_the_root_of_the_reliability_of_the_mean() -> None:
    """Two seeds that agree at 0.5: 2 * 0.5 / 1.5 = 2/3 of the mean's variance is not noise."""
    assert noise_ceiling(Measure(value=0.5), 2).value == pytest.approx(math.sqrt(2 / 3))
    assert noise_ceiling(Measure(value=0.5), 4).value == pytest.approx(math.sqrt(4 * 0.5 / 2.5))
    assert noise_ceiling(Measure(value=1.0), 2).value == 1
    assert "do not agree" in noise_ceiling(Measure(value=-0.1), 2).reason


def test_the_ceiling_is_what_a_noiseless_prediction_reaches() -> None:
    generator = np.random.default_rng(0)
    truth = generator.normal(size=20_000)
    actual = truth[:, None] + generator.normal(size=(20_000, 3))
    found = set_agreement(truth[:, None], actual)
    assert found.agreement.value == pytest.approx(0.5, abs=0.02)
    assert found.share.value == pytest.approx(1.0, abs=0.02)


def test_agreement_is_the_mean_of_all_pairs_of_seeds() -> None:
    actual = np.array([[1.0, 1.0, -1.0], [2.0, 2.0, -2.0], [3.0, 3.0, -3.0], [4.0, 4.0, -4.0]])
    assert seed_agreement(actual).value == pytest.approx((1 - 1 - 1) / 3)


@pytest.mark.parametrize(
    ("predicted", "actual", "reason"),
    [
        (column(1, 2, 3), column(1, 2, 3), "3 sets are too few"),
        (column(1, 1, 1, 1), column(1, 2, 3, 4), "same predicted change"),
        (column(1, 2, 3, 4), column(0, 0, 0, 0), "same actual change"),
    ],
)
def test_an_undefined_measure_says_why(predicted: np.ndarray, actual: np.ndarray, reason: str) -> None:
    found = set_agreement(predicted, actual)
    for measure in (found.spearman, found.pearson, found.slope):
        assert measure.value is None
        assert reason in measure.reason


def test_a_chosen_set_against_its_controls() -> None:
    """Predicted 0.3 +- 0.1 (0.2 and 0.4: sd 0.1414, / sqrt 2), actual 0.7 +- 0.1: apart by 0.4 / 0.1414 = 2.83.

    Welch: (0.01 + 0.01)^2 / (0.0001 / 1 + 0.0001 / 1) = 2 degrees of freedom, of which t is 4.303; so the seeds explain
    it. Three controls: t of 2, times sqrt(4 / 3), is 4.968.
    """
    found = comparison(
        1,
        predicted=np.array([-0.2, -0.4]),
        predicted_before=1.2,
        before=np.array([1.0, 1.0]),
        after=np.array([0.4, 0.2]),
        controls=[np.array([0.0, 0.2]), np.array([-0.1, 0.1]), np.array([-0.2, 0.0])],
    )
    assert (found.predicted.value, found.predicted.error) == pytest.approx((-0.3, 0.1))
    assert (found.actual.value, found.actual.error) == pytest.approx((-0.7, 0.1))
    assert found.score_predicted == pytest.approx(0.9)
    assert found.score_actual.value == pytest.approx(0.3)
    assert found.difference.value == pytest.approx(-0.4 / math.sqrt(0.02))
    assert found.bound == pytest.approx(4.3027, abs=1e-4)
    assert found.within is True
    assert found.distance_bound == pytest.approx(4.9683, abs=1e-4)
    assert found.control_mean.value == pytest.approx(0.0)
    assert found.control_spread.value == pytest.approx(0.1)
    assert found.distance.value == pytest.approx(-7.0)


def test_a_change_is_as_predicted_by_the_freedom_of_both_seeds() -> None:
    """Four seeds on either side, each with the error e, have 6 degrees of freedom: t is 2.447. With an exact
    prediction there are 3: t is 3.182. Offsets of -3, -1, 1 and 3 have the standard error sqrt(20 / 3) / 2."""
    offsets = np.array([-3.0, -1.0, 1.0, 3.0])
    error = math.sqrt(20 / 3) / 2
    for predicted, freedom_t, total in ((offsets, 2.4469, error * math.sqrt(2)), (np.zeros(1), 3.1824, error)):
        for apart, within in ((freedom_t - 0.01, True), (freedom_t + 0.01, False)):
            after = offsets + apart * total
            found = comparison(1, predicted, 1.0, np.zeros(4), after, [])
            assert found.difference.value == pytest.approx(apart)
            assert found.bound == pytest.approx(freedom_t, abs=1e-4)
            assert found.within is within


def test_the_shift_over_sets_has_its_own_freedom() -> None:
    """Means over sets of each seed: 1 and 3 predicted, 4 and 8 found; errors 1 and 2. (1 + 4)^2 / (1 + 16) = 25 / 17
    degrees of freedom lie between 1 (12.706) and 2 (4.303)."""
    found = set_agreement(np.array([[1.0, 3.0]] * 4), np.array([[4.0, 8.0]] * 4))
    assert (found.shift.value, found.shift.error) == pytest.approx((4, math.sqrt(5)))
    assert found.shift_bound == pytest.approx(float(stats.t.ppf(0.975, 25 / 17)))
    assert 4.303 < found.shift_bound < 12.706


def test_one_seed_and_one_control_leave_much_undefined() -> None:
    one = np.array([1.0])
    found = comparison(1, one, 1.0, one, one, [one])
    assert found.within is None
    assert "One seed" in found.difference.reason
    assert "controls" in found.distance.reason
    assert mean_with_error(one).error is None
