"""From a sum of influences to the predicted score: what an audit's what-ifs answer at once, without the engine.

With x the first-order change of a probe's score, sum_i (v_i - 1) I_i over documents of weights v_i, and p the share of
the tokens that goes, sum_i (1 - v_i) L_i / sum_i L_i,

    h(score without) = h(s) + g(b h'(s) x) + m p,        g(t) = c asinh(t / c), with one c below zero and one above

h = atanh of the score's place between its limits, where it has limits, else the identity: a score near its limit moves
little. asinh says that many texts do less than the sum of what each does. m is what any removal of that size does. b
is 1 where influences are derivatives at the whole corpus (calibrated estimators), so that small sets are first order.
g rises, so the answer rises with x.

c, m and b are fitted to the estimator's own predictions of some sets (skipgram_audit.auditing.calibrating): least
squares of the errors over their usual size tau = (r + u p) |change| + q p, which is fitted to the errors in turn: with
u, what is relative of an error depends on how much text goes. The interval is change +- k tau, with k the 95% conformal
quantile of the errors over tau, each set left out of the fit in turn (Vovk, Gammerman and Shafer 2005). It is where the
estimator's own prediction lies for 95 in 100 sets that are drawn as those were, and says nothing of how near that
prediction is to retraining.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

Floats = npt.NDArray[np.float64]

BENDS = (0.1, 0.2, 0.35, 0.6, 1.0, 1.8, 3.2, 6.0, 12.0, math.inf)
"""c, in units of h; inf: straight."""

SLOPES = tuple(np.geomspace(0.2, 5.0, 33).tolist())
FEWEST_POINTS = 8
COVERAGE = 0.95
NEAR_LIMIT = 1e-6
LEAST_ERROR = 1e-9
ROUNDS = 3
"""Of fitting the curve, and then the size of its errors."""


class CalibrationPoint(BaseModel):
    """A set that the estimator predicted: its first-order change, the share of tokens that goes, and the change."""

    first_order: float
    share: float
    change: float
    error: float | None = Field(default=None, description="Of the curve that was fitted to the other sets alone.")


@dataclass(frozen=True)
class Estimate:
    """A change of a score, with its 95% interval; None without one."""

    change: float
    low: float | None
    high: float | None


class ProbeCalibration(BaseModel):
    """The curve of one probe.

    Attributes:
        base: s, the score that the estimator's own model gives the whole corpus.
        low, high: limits of the score; None where it has none.
        slope: b; below, above: c on either side, None for straight; drift: m.
        relative_error, share_error, joint_error: r, q and u; quantile: k, None with too few sets.
        points: that it was fitted to.
    """

    probe: str
    base: float
    low: float | None = None
    high: float | None = None
    slope: float = 1.0
    below: float | None = None
    above: float | None = None
    drift: float = 0.0
    relative_error: float = 0.0
    share_error: float = 0.0
    joint_error: float = 0.0
    quantile: float | None = None
    points: list[CalibrationPoint] = Field(default=[])

    def estimate(self, first_order: float, share: float) -> Estimate:
        """The predicted change of a set.

        Args:
            first_order: x. share: p.
        """
        change = self.change(first_order, share)
        if first_order == 0.0 and share == 0.0:
            return Estimate(0.0, 0.0, 0.0)
        if self.quantile is None:
            return Estimate(change, None, None)
        reach = self.quantile * float(_error_size(self, np.array([change]), np.array([share]))[0])
        low, high = (self._within(change + sign * reach) for sign in (-1, 1))
        return Estimate(change, low, high)

    def change(self, first_order: float, share: float) -> float:
        """That of estimate, without its interval."""
        return float(self.changes(np.array([first_order]), np.array([share]))[0])

    def changes(self, first_order: Floats, share: Floats) -> Floats:
        """Those of many sets: float64 [sets]."""
        return _curve(self, first_order, share)

    def _within(self, change: float) -> float:
        """The change, cut where the score would pass its limits."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return min(max(self.base + change, low), high) - self.base


class Calibration(BaseModel):
    """The curves of an audit's measured probes.

    Attributes:
        estimator: whose predictions they were fitted to; seed: of the training that was predicted with.
        sets: how many; smallest, largest: documents of one.
        seconds: that it took.
    """

    estimator: str
    seed: int
    sets: int
    smallest: int
    largest: int
    seconds: float
    probes: list[ProbeCalibration]

    def of_probe(self, name: str) -> ProbeCalibration | None:
        """None where the probe was not calibrated."""
        return next((one for one in self.probes if one.probe == name), None)


def fitted(
    probe: str,
    base: float,
    limits: tuple[float, float],
    points: Sequence[CalibrationPoint],
    is_calibrated: bool = True,
) -> ProbeCalibration:
    """The curve of a probe.

    Args:
        base: s.
        limits: of its score, infinite where it has none.
        is_calibrated: the estimator's influences are derivatives at the whole corpus, so b = 1.
    """
    low, high = (bound if math.isfinite(bound) else None for bound in limits)
    blank = ProbeCalibration(probe=probe, base=base, low=low, high=high)
    if not points:
        return blank
    x, share, change = (np.array([getattr(one, name) for one in points]) for name in ("first_order", "share", "change"))
    found = _fit(blank, x, share, change, is_calibrated)
    quantile, points = None, list(points)
    if len(points) >= FEWEST_POINTS:
        ratios = np.zeros(len(points))
        for number in range(len(points)):
            others = np.arange(len(points)) != number
            apart = _fit(blank, x[others], share[others], change[others], is_calibrated)
            there = (x[number : number + 1], share[number : number + 1])
            predicted = _curve(apart, *there)
            error = float(predicted[0] - change[number])
            ratios[number] = abs(error) / _error_size(apart, predicted, there[1])[0]
            points[number] = points[number].model_copy(update={"error": error})
        rank = min(len(points), math.ceil(COVERAGE * (len(points) + 1)))
        quantile = float(np.sort(ratios)[rank - 1])
    return found.model_copy(update={"quantile": quantile, "points": points})


def _fit(blank: ProbeCalibration, x: Floats, share: Floats, change: Floats, is_calibrated: bool) -> ProbeCalibration:
    """The curve of least weighted squares, without its quantile."""
    size = np.abs(x) + np.abs(change) + share * max(float(np.abs(change).max(initial=0.0)), 1e-12) + 1e-12
    found = blank
    for _ in range(ROUNDS):
        found = _least_squares(found, x, share, change, size, is_calibrated)
        predicted = _curve(found, x, share)
        relative, by_share, joint = _error_parts(np.abs(predicted - change), np.abs(predicted), share)
        sizes = {"relative_error": relative, "share_error": by_share, "joint_error": joint}
        found = found.model_copy(update=sizes)
        size = _error_size(found, predicted, share)
    return found


def _least_squares(
    blank: ProbeCalibration, x: Floats, share: Floats, change: Floats, size: Floats, is_calibrated: bool
) -> ProbeCalibration:
    """b, c and m of least squares of errors over their size, of those on a grid."""
    start = float(_link(blank, blank.base))
    best, least = blank, math.inf
    drifts = _drifts(blank, share, change)
    for slope in (1.0,) if is_calibrated else SLOPES:
        t = slope * _link_slope(blank) * x
        bent = np.stack([_bent(t, _or_none(bend)) for bend in BENDS])
        both = np.where(t < 0, bent[:, None], bent[None, :])
        values = start + both[:, :, None] + drifts[:, None] * share
        costs = (((_inverse(blank, values) - blank.base - change) / size) ** 2).sum(axis=-1)
        # Among curves that fit alike, the straighter one, and the one without drift.
        for below, above, drift in np.argwhere(costs <= costs.min() * (1 + 1e-9) + 1e-12)[::-1].tolist():
            if costs[below, above, drift] < least * (1 - 1e-9) - 1e-12:
                least = float(costs[below, above, drift])
                ends = {"below": _or_none(BENDS[below]), "above": _or_none(BENDS[above])}
                best = blank.model_copy(update=ends | {"slope": slope, "drift": float(drifts[drift])})
    return best


def _drifts(blank: ProbeCalibration, share: Floats, change: Floats) -> Floats:
    """Candidates of m, none among them: as far to either side as the changes are large for their share."""
    moved = np.abs(_link(blank, blank.base + change) - _link(blank, blank.base))
    reach = float(np.max(moved / (np.abs(share) + 0.05), initial=0.0))
    return np.linspace(-1.0, 1.0, 41) * min(reach, 3.0)


def _error_parts(errors: Floats, change: Floats, share: Floats) -> tuple[float, float, float]:
    """r, q and u of errors ~ (r + u p) |change| + q p: non-negative least squares, each row over its size, so that
    small sets count as much as large ones."""
    parts = np.stack([change, np.abs(share), change * np.abs(share)], axis=1)
    size = change + np.abs(share) * (float(change.max(initial=0.0)) or 1.0) + 1e-12
    for _ in range(ROUNDS):
        found = _nonnegative(parts / size[:, None], errors / size)
        size = np.maximum(parts @ found, LEAST_ERROR)
    relative, by_share, joint = found.tolist()
    return relative, by_share, joint


def _nonnegative(rows: Floats, wanted: Floats) -> Floats:
    """Non-negative least squares over few columns: the best of all choices of those that are not zero."""
    best, least = np.zeros(rows.shape[1]), float(wanted @ wanted)
    for number in range(1, 2 ** rows.shape[1]):
        chosen = [column for column in range(rows.shape[1]) if number >> column & 1]
        found = np.linalg.lstsq(rows[:, chosen], wanted, rcond=None)[0]
        cost = float(((rows[:, chosen] @ found - wanted) ** 2).sum())
        if (found >= 0).all() and cost < least:
            best, least = np.zeros(rows.shape[1]), cost
            best[chosen] = found
    return best


def _error_size(one: ProbeCalibration, change: Floats, share: Floats) -> Floats:
    """tau."""
    share = np.abs(share)
    size = (one.relative_error + one.joint_error * share) * np.abs(change) + one.share_error * share
    return np.asarray(size + LEAST_ERROR, np.float64)


def _curve(one: ProbeCalibration, x: Floats, share: Floats) -> Floats:
    """Changes of first-order changes x and shares p."""
    start = _link(one, np.array([one.base]))
    t = one.slope * _link_slope(one) * x
    bent = np.where(t < 0, _bent(t, one.below), _bent(t, one.above))
    return np.asarray(_inverse(one, start + bent + one.drift * share) - one.base, np.float64)


def _bent(t: Floats, bend: float | None) -> Floats:
    return t if bend is None else np.asarray(bend * np.arcsinh(t / bend), np.float64)


def _or_none(bend: float) -> float | None:
    return None if math.isinf(bend) else bend


def _has_limits(one: ProbeCalibration) -> bool:
    return one.low is not None and one.high is not None


def _link(one: ProbeCalibration, score: Floats | float) -> Floats:
    """h."""
    if one.low is None or one.high is None:
        return np.asarray(score, np.float64)
    place = (2 * np.asarray(score, np.float64) - one.low - one.high) / (one.high - one.low)
    return np.asarray(np.arctanh(np.clip(place, -1 + NEAR_LIMIT, 1 - NEAR_LIMIT)), np.float64)


def _link_slope(one: ProbeCalibration) -> float:
    """h' at the whole corpus."""
    if one.low is None or one.high is None:
        return 1.0
    half = (one.high - one.low) / 2
    place = min(max((one.base - (one.low + one.high) / 2) / half, -1 + NEAR_LIMIT), 1 - NEAR_LIMIT)
    return 1 / (half * (1 - place * place))


def _inverse(one: ProbeCalibration, value: Floats) -> Floats:
    if one.low is None or one.high is None:
        return value
    return np.asarray((one.low + one.high) / 2 + (one.high - one.low) / 2 * np.tanh(value), np.float64)
