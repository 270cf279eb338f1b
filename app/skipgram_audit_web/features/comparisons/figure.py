"""The scatter of influences: a document's in the first audit to the right, in the second upwards.

Each axis has a scale of its own, symmetric about zero, since estimators and corpora of different size give influences
of different size. Geometry only; templates/comparisons/figure.html draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.report.figures import Frame, Tick, symmetric_ticks

WIDTH, HEIGHT = 420.0, 430.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 408.0, 24.0, 370.0
MARGIN = 1.05


@dataclass(frozen=True)
class ScatterPoint:
    """A document: its place in the list of shown documents, and in the picture; ``turned`` where its sign changed."""

    index: int
    x: float
    y: float
    turned: bool


@dataclass(frozen=True)
class Scatter(Frame):
    """Marks, ticks, and the line on which influences are equal."""

    top: float
    zero_x: float
    zero_y: float
    points: list[ScatterPoint]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    equal: tuple[float, float, float, float]


def scatter(influences: Sequence[tuple[float, float]]) -> Scatter | None:
    """The figure of documents by their two influences; None when none has any."""
    across = max((abs(first) for first, _ in influences), default=0.0) * MARGIN
    up = max((abs(second) for _, second in influences), default=0.0) * MARGIN
    if not across or not up:
        return None
    zero_x, zero_y = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2
    unit_x, unit_y = (RIGHT - LEFT) / 2 / across, (BOTTOM - TOP) / 2 / up
    reach = min(across, up)
    return Scatter(
        WIDTH,
        HEIGHT,
        LEFT,
        RIGHT,
        BOTTOM,
        TOP,
        zero_x,
        zero_y,
        points=[
            ScatterPoint(index, zero_x + first * unit_x, zero_y - second * unit_y, first * second < 0)
            for index, (first, second) in enumerate(influences)
        ],
        x_ticks=symmetric_ticks(across, zero_x, unit_x),
        y_ticks=symmetric_ticks(up, zero_y, -unit_y),
        equal=(zero_x - reach * unit_x, zero_y + reach * unit_y, zero_x + reach * unit_x, zero_y - reach * unit_y),
    )
