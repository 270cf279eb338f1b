"""The time line of groups whose values are years or dates: a bar a year, up what amplifies and down what mitigates.

Geometry only; templates/rankings/groups.html draws it, above the table of the same numbers.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit.report.figures import Frame, Tick, symmetric_ticks

WIDTH, HEIGHT = 720.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 712.0, 10.0, 190.0
MARGIN = 1.05
WIDEST = 40.0
TICKS = 8
FEWEST_YEARS = 3

_DATE = re.compile(r"(\d{4})(?:-\d{1,2}(?:-\d{1,2}.*)?)?")


@dataclass(frozen=True)
class YearBar:
    """A year: its summed influence, above zero where it amplifies, its standard error, and its place in the picture.

    Attributes:
        error: None where a group of the year has none.
        low, high: ends of the error bar.
    """

    year: int
    amplification: float
    error: float | None
    documents: int
    x: float
    y: float
    height: float
    low: float
    high: float


@dataclass(frozen=True)
class TimeLine(Frame):
    """Bars and ticks; ``undated`` documents have no value."""

    zero: float
    bar: float
    bars: list[YearBar]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    undated: int


def time_line(groups: Sequence[InfluenceGroup], direction: int) -> TimeLine | None:
    """The picture of all groups of a field; None where a value is no year or date, or there are few years.

    Args:
        direction: +1 when positive influence amplifies, -1 when negative influence does.
    """
    by_year: defaultdict[int, list[InfluenceGroup]] = defaultdict(list)
    for group in groups:
        if group.value is None:
            continue
        found = _DATE.fullmatch(group.value.strip())
        if found is None:
            return None
        by_year[int(found[1])].append(group)
    if len(by_year) < FEWEST_YEARS:
        return None
    first, last = min(by_year), max(by_year)
    sums = {year: (math.fsum(one.influence for one in own) * direction, _error(own)) for year, own in by_year.items()}
    reach = max(abs(value) + (error or 0.0) for value, error in sums.values()) * MARGIN
    if not reach:
        return None
    zero, unit = (TOP + BOTTOM) / 2, (BOTTOM - TOP) / 2 / reach
    step = (RIGHT - LEFT) / (last - first + 1)
    bar = min(max(step * 0.8, 1.0), WIDEST)
    bars = []
    for year in sorted(by_year):
        value, error = sums[year]
        end = zero - value * unit
        bars.append(
            YearBar(
                year=year,
                amplification=value,
                error=error,
                documents=sum(one.documents for one in by_year[year]),
                x=LEFT + (year - first + 0.5) * step,
                y=min(zero, end),
                height=abs(end - zero),
                low=end + (error or 0.0) * unit,
                high=end - (error or 0.0) * unit,
            )
        )
    every = max(1, -(-(last - first + 1) // TICKS))
    return TimeLine(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        bottom=BOTTOM,
        zero=zero,
        bar=bar,
        bars=bars,
        x_ticks=[Tick(LEFT + (year - first + 0.5) * step, str(year)) for year in range(first, last + 1, every)],
        y_ticks=symmetric_ticks(reach, zero, -unit),
        undated=sum(group.documents for group in groups if group.value is None),
    )


def _error(groups: Sequence[InfluenceGroup]) -> float | None:
    """Of the groups' sum, as they are of different documents."""
    errors = [group.standard_error for group in groups]
    return None if None in errors else math.sqrt(math.fsum((error or 0.0) ** 2 for error in errors))
