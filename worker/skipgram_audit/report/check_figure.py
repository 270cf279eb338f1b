"""The figure of a check: predicted against actual change, a mark a removal set; templates/checks/figure.html draws it.

Both axes have one scale, so that the identity line is the diagonal and a slope can be seen as it is. Geometry only; see
skipgram_audit.report.figures for why it is made here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skipgram_audit.model.check_plan import SET_KINDS, SetAgreement
from skipgram_audit.report.check_rows import SetRow
from skipgram_audit.report.figures import Frame, Tick, nice_step
from skipgram_audit.report.formatting import decimal

Scale = Callable[[float], float]
"""From a change of score to its place in the picture."""

WIDTH, HEIGHT = 420.0, 424.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 408.0, 22.0, 374.0
TICKS = 5
MARGIN = 0.06
"""Of the range, left free on either side."""

MARKS = {
    "random": "circle",
    "single": "circle",
    "amplifying": "up",
    "mitigating": "down",
    "control": "ring",
    "turning": "diamond",
    "prefix": "square",
    "chosen": "diamond",
}
"""The shape of each kind of set: colour is never the only difference."""


@dataclass(frozen=True)
class Point:
    """A set: its place, the reach of its standard errors over seeds, and the row it represents."""

    x: float
    y: float
    left: float
    right: float
    low: float
    high: float
    shape: str
    row: SetRow


@dataclass(frozen=True)
class LineSegment:
    """A straight line inside the plot."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class CheckFigure(Frame):
    """Predicted changes to the right, actual ones upwards.

    Attributes:
        identity: where predictions are exact.
        fitted: the least squares line over the sets; None where there is none.
        zero_x, zero_y: where no change lies, when that is in the picture.
        legend: shape and name of each kind that is shown.
    """

    top: float
    points: list[Point]
    identity: LineSegment
    fitted: LineSegment | None
    zero_x: float | None
    zero_y: float | None
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    legend: list[tuple[str, str]]


def check_figure(rows: Sequence[SetRow], agreement: SetAgreement | None) -> CheckFigure | None:
    """The figure of one probe's rows; None while no set has been both predicted and trained."""
    shown = [row for row in rows if row.actual is not None and math.isfinite(row.predicted)]
    if not shown:
        return None
    low, high = _range(shown)

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (RIGHT - LEFT)

    def y(value: float) -> float:
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    step = nice_step(high - low, TICKS)
    digits = max(0, math.ceil(-math.log10(step) - 1e-9) + (1 if _is_quarter(step) else 0))
    values = [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    inside = low < 0 < high
    return CheckFigure(
        WIDTH,
        HEIGHT,
        LEFT,
        RIGHT,
        BOTTOM,
        TOP,
        points=[_point(row, x, y) for row in shown],
        identity=LineSegment(x(low), y(low), x(high), y(high)),
        fitted=_fitted(shown, agreement, low, high, x, y),
        zero_x=x(0.0) if inside else None,
        zero_y=y(0.0) if inside else None,
        x_ticks=[Tick(x(value), decimal(value, digits)) for value in values],
        y_ticks=[Tick(y(value), decimal(value, digits)) for value in values],
        legend=[(MARKS[kind], SET_KINDS[kind]) for kind in dict.fromkeys(row.kind for row in shown)],
    )


def _range(rows: Sequence[SetRow]) -> tuple[float, float]:
    """From the smallest to the largest of all values and their errors, with a margin."""
    ends = []
    for row in rows:
        assert row.actual is not None
        for value, error in ((row.predicted, row.predicted_error), (row.actual, row.actual_error)):
            ends += [value - (error or 0.0), value + (error or 0.0)]
    low, high = min(ends), max(ends)
    margin = MARGIN * (high - low) or 0.1
    return low - margin, high + margin


def _is_quarter(step: float) -> bool:
    """Whether a step is 2.5 times a power of ten, which takes a digit more."""
    return math.isclose(step / 10.0 ** math.floor(math.log10(step)), 2.5)


def _point(row: SetRow, x: Scale, y: Scale) -> Point:
    assert row.actual is not None
    across, up = row.predicted_error or 0.0, row.actual_error or 0.0
    return Point(
        x(row.predicted),
        y(row.actual),
        x(row.predicted - across),
        x(row.predicted + across),
        y(row.actual - up),
        y(row.actual + up),
        MARKS[row.kind],
        row,
    )


def _fitted(
    rows: Sequence[SetRow], agreement: SetAgreement | None, low: float, high: float, x: Scale, y: Scale
) -> LineSegment | None:
    """The part of the fitted line over the predicted changes that are there, cut off at the frame."""
    if agreement is None or agreement.slope.value is None or agreement.intercept.value is None:
        return None
    slope, intercept = agreement.slope.value, agreement.intercept.value
    first, last = min(row.predicted for row in rows), max(row.predicted for row in rows)
    if slope != 0:
        crossings = sorted(((low - intercept) / slope, (high - intercept) / slope))
        first, last = max(first, crossings[0]), min(last, crossings[1])
    if first >= last:
        return None
    return LineSegment(x(first), y(intercept + slope * first), x(last), y(intercept + slope * last))
