"""From sums of influences to predicted scores: the curve, its fit, and its interval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.model.calibration import CalibrationPoint, ProbeCalibration, fitted

LIMITS = (-1.9, 1.9)
TRUE = ProbeCalibration(probe="p", base=1.1, low=-1.9, high=1.9, below=0.6, above=1.0)


def points(curve: ProbeCalibration, noise: float = 0.0, count: int = 40) -> list[CalibrationPoint]:
    generator = np.random.default_rng(3)
    found = []
    for number in range(count):
        x, share = float(generator.normal(0, 1.5)), 0.001 + 0.3 * number / count
        change = curve.estimate(x, share).change
        found.append(CalibrationPoint(first_order=x, share=share, change=change + noise * float(generator.normal())))
    return found


NOISY = fitted("p", 1.1, LIMITS, points(TRUE, noise=0.1, count=12))


def test_what_lies_on_a_curve_is_fitted_exactly() -> None:
    found = fitted("p", TRUE.base, LIMITS, points(TRUE))
    assert (found.below, found.above, found.drift, found.slope) == (0.6, 1.0, 0.0, 1.0)
    for one in found.points:
        estimate = found.estimate(one.first_order, one.share)
        assert estimate.change == pytest.approx(one.change, abs=1e-9)
        assert one.error == pytest.approx(0.0, abs=1e-9)


def test_small_sets_are_first_order() -> None:
    """asinh and tanh are straight at zero: an influence of 0.001 is off by less than a hundredth of itself."""
    for x in (1e-3, -1e-3):
        assert TRUE.estimate(x, 0.0).change == pytest.approx(x, rel=0.01)


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 0.5))
def test_the_answer_rises_with_the_sum_and_stays_within_the_limits(first: float, second: float, share: float) -> None:
    low, high = sorted((first, second))
    below, above = (NOISY.estimate(x, share).change for x in (low, high))
    assert below <= above + 1e-12
    for x in (low, high):
        one = NOISY.estimate(x, share)
        assert one.low is not None
        assert one.high is not None
        assert LIMITS[0] - 1.1 - 1e-9 <= one.low <= one.change + 1e-9 <= one.high + 2e-9 <= LIMITS[1] - 1.1 + 3e-9


def test_the_interval_holds_new_sets_as_often_as_it_says() -> None:
    """Of 400 new sets with errors like those of the 40 that were fitted, about 95 in 100."""
    straight = ProbeCalibration(probe="p", base=1.1)
    curve = fitted("p", 1.1, (-math.inf, math.inf), points(straight, 0.05))
    generator = np.random.default_rng(8)
    held = 0
    for _ in range(400):
        x, share = float(generator.normal(0, 1.5)), float(generator.uniform(0.001, 0.3))
        change = straight.estimate(x, share).change + 0.05 * float(generator.normal())
        one = curve.estimate(x, share)
        assert one.low is not None
        assert one.high is not None
        held += one.low <= change <= one.high
    assert 340 <= held <= 398


def test_intervals_hold_at_every_size_where_large_sets_err_more() -> None:
    """Errors of a fiftieth of the change of small sets, and of a third of that of sets of 0.3 of the words."""
    generator = np.random.default_rng(4)

    def drawn(share: float) -> CalibrationPoint:
        x = float(generator.choice([-1, 1]) * generator.uniform(0.3, 1.5))
        error = (0.02 + share) * abs(x) * float(generator.normal())
        return CalibrationPoint(first_order=x, share=share, change=x + error)

    shares = (0.001, 0.01, 0.1, 0.3)
    curve = fitted("p", 1.1, (-math.inf, math.inf), [drawn(share) for share in shares * 10])
    widths = []
    for share in shares:
        held, reach = [], []
        for _ in range(200):
            one = drawn(share)
            found = curve.estimate(one.first_order, one.share)
            assert found.low is not None
            assert found.high is not None
            held.append(found.low <= one.change <= found.high)
            reach.append(found.high - found.low)
        assert sum(held) >= 170, share
        widths.append(np.mean(reach))
    assert widths[3] > 5 * widths[1]


def test_nothing_changes_nothing_and_few_sets_give_no_interval() -> None:
    few = fitted("p", TRUE.base, LIMITS, points(TRUE, count=5))
    assert few.estimate(-0.3, 0.1).low is None
    assert TRUE.estimate(0.0, 0.0) == fitted("p", 1.1, LIMITS, points(TRUE)).estimate(0.0, 0.0)
    none = fitted("p", 0.4, (-math.inf, math.inf), [])
    assert none.estimate(-0.3, 0.1).change == pytest.approx(-0.3)


def test_influences_of_another_size_get_a_slope() -> None:
    """Of an estimator that is not calibrated, whose influences are half as large as what sets do."""
    straight = ProbeCalibration(probe="p", base=0.2, slope=2.0)
    found = fitted("p", 0.2, (-math.inf, math.inf), points(straight), is_calibrated=False)
    assert found.estimate(-0.1, 0.1).change == pytest.approx(-0.2, rel=0.1)
