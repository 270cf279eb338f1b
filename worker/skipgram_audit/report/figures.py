"""The geometry of the charts: plain values in, marks in viewBox units out; templates/figures.html draws them.

No charting library makes these few charts better. Those that draw on the server (matplotlib, Bokeh, pygal) put colours
and styles inside the picture, which a strict Content-Security-Policy forbids and which do not follow light and dark;
those that draw in the browser are megabytes of script, and a report to be read in ten years should run none. The
marks are dots, lines and rectangles on a linear and a logarithmic scale, so they are computed here and coloured by the
stylesheet.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skipgram_audit.model.outcome import Association, Concentration, Histogram
from skipgram_audit.report.formatting import thousands

WIDTH = 400.0
RIGHT = 10.0
ROW = 17.0
HEADER = 26.0
AXIS = 40.0
CHARACTER = 6.4
"""About the width of a character of the charts' 12-unit sans serif."""

LONGEST_LABEL = 22


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    """A word's association with its spread over seeds."""

    y: float
    x: float
    low: float
    high: float
    label: str
    association: Association


@dataclass(frozen=True)
class Group:
    """The words of one set, under its name, with their mean."""

    name: str
    number: int
    y: float
    bottom: float
    mean: float
    mean_x: float
    dots: list[Dot]


@dataclass(frozen=True)
class Frame:
    """A picture of this size, and where the marks in it end."""

    width: float
    height: float
    left: float
    right: float
    bottom: float


@dataclass(frozen=True)
class DotPlot(Frame):
    """Associations of the words of two sets, one row a word."""

    zero: float
    ticks: list[Tick]
    groups: list[Group]


@dataclass(frozen=True)
class Bar:
    """A bin of a histogram."""

    x: float
    y: float
    width: float
    height: float
    positive: bool
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class HistogramPlot(Frame):
    """Documents by influence, their number on a logarithmic axis."""

    top: float
    zero: float
    bars: list[Bar]
    ticks: list[Tick]
    count_ticks: list[Tick]


@dataclass(frozen=True)
class Mark:
    """A point of a curve with its numbers."""

    x: float
    y: float
    documents: float
    share: float


@dataclass(frozen=True)
class ConcentrationPlot(Frame):
    """Share of the total absolute influence (upwards) in a share of the documents (to the right), both 0 to 100%.

    Attributes:
        points: of the curve, as an SVG polyline writes them.
        marks: the first hundredth and tenth of the documents.
    """

    top: float
    points: str
    marks: list[Mark]
    ticks: list[Tick]
    share_ticks: list[Tick]


def nice_step(span: float, steps: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that covers ``span`` in at most ``steps`` steps."""
    raw = span / steps
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))


def _tick_label(value: float, step: float) -> str:
    if value == 0:
        return "0"
    decimals = max(0, -math.floor(math.log10(step)) + (1 if step / 10 ** math.floor(math.log10(step)) == 2.5 else 0))
    return f"{value:.{decimals}f}".replace("-", "−")


def symmetric_ticks(largest: float, x_of_zero: float, unit: float) -> list[Tick]:
    """Ticks at round values on both sides of zero; ``unit`` is the length of 1."""
    step = nice_step(largest, 2)
    count = math.floor(largest / step * (1 + 1e-9))
    return [Tick(x_of_zero + n * step * unit, _tick_label(n * step, step)) for n in range(-count, count + 1)]


def shorten(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label that fits its place; the table beside a chart has the whole."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def dot_plot(associations: Iterable[Association], sets: Sequence[str]) -> DotPlot | None:
    """A dot plot (Cleveland 1984) of word associations.

    Args:
        associations: of the words of the sets, in the order of the rows.
        sets: the two sets, in the order of the blocks.

    Returns:
        The marks; None when no word of the sets was measured.
    """
    by_set = {name: [item for item in associations if item.set_name == name] for name in sets}
    everything = [item for items in by_set.values() for item in items]
    if not everything:
        return None
    largest = max(abs(item.association) + item.spread for item in everything) or 1.0
    left = 14 + CHARACTER * max(len(shorten(item.word)) for item in everything)
    right = WIDTH - RIGHT
    zero, unit = (left + right) / 2, (right - left) / 2 / (largest * 1.05)
    groups = []
    y = 0.0
    for number, (name, items) in enumerate(by_set.items(), start=1):
        top, y = y, y + HEADER
        dots = []
        for item in items:
            x = zero + item.association * unit
            reach = item.spread * unit
            dots.append(Dot(y + ROW / 2, x, x - reach, x + reach, shorten(item.word), item))
            y += ROW
        if items:
            mean = sum(item.association for item in items) / len(items)
            groups.append(Group(name, number, top + HEADER - 8, y, mean, zero + mean * unit, dots))
        else:
            y = top
    return DotPlot(WIDTH, y + AXIS, left, right, y + 4, zero, symmetric_ticks(largest, zero, unit), groups)


def histogram_plot(histogram: Histogram) -> HistogramPlot | None:
    """Bars of equal width about zero, their height on a logarithmic scale from one half; None without any document."""
    if not histogram.counts or max(histogram.counts) == 0:
        return None
    top, bottom, left, right = 14.0, 190.0, 44.0, WIDTH - RIGHT
    most = max(histogram.counts)
    largest = histogram.edges[-1]
    zero, unit = (left + right) / 2, (right - left) / 2 / largest
    height_of_ten = (bottom - top) / math.log10(most / 0.5)
    bars = []
    for low, high, count in zip(histogram.edges, histogram.edges[1:], histogram.counts, strict=False):
        if count:
            height = height_of_ten * math.log10(count / 0.5)
            x, width = zero + low * unit, (high - low) * unit
            bars.append(Bar(x + 0.5, bottom - height, width - 1, height, low + high > 0, count, low, high))
    count_ticks = [
        Tick(bottom - height_of_ten * math.log10(10**power / 0.5), thousands(10**power))
        for power in range(int(math.log10(most)) + 1)
    ]
    ticks = symmetric_ticks(largest, zero, unit)
    return HistogramPlot(WIDTH, bottom + AXIS, left, right, bottom, top, zero, bars, ticks, count_ticks)


def concentration_plot(concentration: Concentration) -> ConcentrationPlot | None:
    """The cumulative curve from the origin; None when no document has any influence."""
    top_1, top_10 = concentration.top_1_percent, concentration.top_10_percent
    if top_1 is None or top_10 is None:
        return None
    top, bottom, left, right = 14.0, 214.0, 44.0, WIDTH - RIGHT
    documents = concentration.document_counts[-1]

    def x(share: float) -> float:
        return left + share * (right - left)

    def y(share: float) -> float:
        return bottom - share * (bottom - top)

    curve = [(0, 0.0), *zip(concentration.document_counts, concentration.shares, strict=True)]
    quarters = (0.0, 0.25, 0.5, 0.75, 1.0)
    marks = [
        (math.ceil(documents / 100) / documents, top_1),
        (math.ceil(documents / 10) / documents, top_10),
    ]
    return ConcentrationPlot(
        WIDTH,
        bottom + AXIS,
        left,
        right,
        bottom,
        top,
        points=" ".join(f"{x(count / documents):.1f},{y(share):.1f}" for count, share in curve),
        marks=[Mark(x(part), y(share), part, share) for part, share in marks],
        ticks=[Tick(x(part), f"{100 * part:.0f}%") for part in quarters],
        share_ticks=[Tick(y(part), f"{100 * part:.0f}%") for part in quarters],
    )
