"""Accuracy beside cost, as a picture that stands alone: dots by estimator, and a logarithmic axis of cost."""

import math
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from tests.benchmarks.accuracy.tables import finished, mean, seconds_of_training, share_of_ceiling

ROW, TOP, BOTTOM, LEFT, PANEL, GAP = 26.0, 64.0, 46.0, 150.0, 250.0, 40.0
INK, PALE, ACCENT, SECOND = "#1f2933", "#c3cad1", "#1d6fb8", "#c2571a"
FONT = 'font-family="system-ui, sans-serif" font-size="12"'


def as_figure(result: dict[str, Any]) -> str:
    """SVG: share of the noise ceiling on runs like it, Spearman on this run, and cost in trainings, by estimator."""
    estimators = finished(result)
    height = TOP + ROW * max(1, len(estimators)) + BOTTOM
    width = LEFT + 3 * PANEL + 2 * GAP + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" {FONT} fill="{INK}">',
        f"<title>{escape(result['corpus']['name'])}: accuracy and cost of the estimators</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    names = list(estimators)
    for row, name in enumerate(names):
        parts.append(_text(LEFT - 10, _y(row) + 4, name, "end"))
    parts += _panel(0, len(names), "Runs like it: share of the noise ceiling", ("halves", "10% removed"))
    parts += _panel(1, len(names), "This run: Spearman", ("10% removed", "1% removed"))
    for row, one in enumerate(estimators.values()):
        like = one["runs like it"]
        shares = [share_of_ceiling(like[kind]["gensim"] or like[kind]["ours"]) for kind in ("halves", "tenths")]
        parts += _dots(0, row, shares)
        if "this run" in one:
            parts += _dots(1, row, [mean(one["this run"][kind]["spearman"]) for kind in ("tenths", "hundredths")])
    parts += _costs(result, list(estimators.values()))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _y(row: int) -> float:
    return TOP + ROW * (row + 0.5)


def _left(panel: int) -> float:
    return LEFT + panel * (PANEL + GAP)


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = PALE) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _x(panel: int, value: float) -> float:
    """Shares and correlations, from -0.25 to 1.25."""
    return _left(panel) + PANEL * (min(1.25, max(-0.25, value)) + 0.25) / 1.5


def _panel(panel: int, rows: int, title: str, labels: tuple[str, str]) -> list[str]:
    bottom = TOP + ROW * rows
    parts = [_text(_left(panel), 20, title)]
    parts.append(f'<circle cx="{_left(panel) + 5:.1f}" cy="38" r="5" fill="{ACCENT}"/>')
    parts.append(_text(_left(panel) + 16, 42, labels[0]))
    parts.append(
        f'<circle cx="{_left(panel) + 117:.1f}" cy="38" r="4" fill="#ffffff" stroke="{SECOND}" stroke-width="2"/>'
    )
    parts.append(_text(_left(panel) + 128, 42, labels[1]))
    for value in (0.0, 0.5, 1.0):
        parts.append(_line(_x(panel, value), TOP, _x(panel, value), bottom))
        parts.append(_text(_x(panel, value), bottom + 18, f"{value:g}", "middle"))
    return parts


def _dots(panel: int, row: int, values: Sequence[float | None]) -> list[str]:
    parts = []
    first, second = values
    if first is not None:
        parts.append(f'<circle cx="{_x(panel, first):.1f}" cy="{_y(row):.1f}" r="5" fill="{ACCENT}"/>')
    if second is not None:
        parts.append(
            f'<circle cx="{_x(panel, second):.1f}" cy="{_y(row):.1f}" r="4" fill="#ffffff" fill-opacity="0.6" '
            f'stroke="{SECOND}" stroke-width="2"/>'
        )
    return parts


def _costs(result: dict[str, Any], estimators: list[dict[str, Any]]) -> list[str]:
    """Bars from the left edge: influences of all probes, and one set, in trainings; a decade a grid line."""
    left, bottom = _left(2), TOP + ROW * len(estimators)
    parts = [
        _text(left, 20, "Cost in trainings, logarithmic"),
        f'<rect x="{left:.1f}" y="33" width="10" height="10" fill="{ACCENT}"/>',
        _text(left + 16, 42, "influences"),
        f'<rect x="{left + 112:.1f}" y="33" width="10" height="10" fill="{SECOND}"/>',
        _text(left + 128, 42, "one set"),
    ]
    if not estimators:
        return parts
    kinds = (("influences, processor seconds", -7.0, ACCENT), ("one set, processor seconds", 1.0, SECOND))
    costs = [
        [max(one["cost"][kind], 1e-6) / seconds_of_training(one, result) for kind, _, _ in kinds] for one in estimators
    ]
    low = min(-3, *(math.floor(math.log10(max(value, 1e-4))) for pair in costs for value in pair))
    high = max(1, *(math.ceil(math.log10(value)) for pair in costs for value in pair))

    def place(value: float) -> float:
        return left + PANEL * (math.log10(max(value, 10.0**low)) - low) / (high - low)

    for power in range(low, high + 1):
        parts.append(_line(place(10.0**power), TOP, place(10.0**power), bottom))
        parts.append(_text(place(10.0**power), bottom + 18, f"{10.0**power:g}", "middle"))
    for row, pair in enumerate(costs):
        for value, (_, shift, colour) in zip(pair, kinds, strict=True):
            top, width = _y(row) + shift, max(1.0, place(value) - left)
            parts.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="6" fill="{colour}"/>')
    return parts
