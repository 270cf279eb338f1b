"""How time and memory grow: points, exponents fitted to them, and a figure."""

import json
import math
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from tests.benchmarks.speed.measured import Measurements

USUAL = {"tokens": 500_000, "words": 8_000, "probes": 3, "epochs": 2}
SWEEPS: dict[str, tuple[int, ...]] = {
    "tokens": (125_000, 250_000, 500_000, 1_000_000),
    "words": (1_000, 2_000, 4_000, 8_000),
    "probes": (1, 2, 3, 6, 10),
    "epochs": (1, 2, 4, 8),
}
AXES = {"tokens": "tokens", "words": "vocabulary", "probes": "probes", "epochs": "steps"}
CURVES = {"training": "training, one seed (s)", "influence": "influences by replay (s)", "memory": "memory (GB)"}
COLOURS = {"training": "#1d6fb8", "influence": "#c2571a", "memory": "#4b7a2b"}
INK, PALE = "#1f2933", "#c3cad1"
PANEL, HEIGHT, GAP, LEFT, TOP = 230.0, 220.0, 70.0, 56.0, 60.0


def points() -> Iterator[dict[str, Any]]:
    """The arguments of every point: one of them varied, the others as usual."""
    for name, values in SWEEPS.items():
        for value in values:
            yield {**USUAL, name: value}


def curves(measured: Measurements, sweep: str) -> dict[str, list[tuple[float, float]]]:
    """Of one sweep: (size, seconds of the processor or GB), by curve."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in CURVES}
    for value in SWEEPS[sweep]:
        piece = json.dumps({**USUAL, sweep: value})
        if measured.runs(piece):
            size = measured.value(piece, AXES[sweep]) or 0.0
            for name, curve in found.items():
                curve.append((size, (measured.value(piece, name) or 0.0) / (1e9 if name == "memory" else 1.0)))
    return found


def exponent(curve: list[tuple[float, float]]) -> float | None:
    """b of y = a x^b, by least squares of the logarithms; None with fewer than three points."""
    kept = [(x, y) for x, y in curve if x > 0 and y > 0]
    if len(kept) < 3:
        return None
    sizes, values = np.log(np.array(kept)).T
    return round(float(np.polyfit(sizes, values, 1)[0]), 2) + 0.0


def as_scaling_table(name: str, measured: Measurements) -> str:
    """Markdown: points and exponents."""
    usual = ", ".join(f"{value:,} {word}" for word, value in USUAL.items())
    lines = [
        f"# How time and memory grow, on parts of {name}",
        "",
        f"`python -m tests.benchmarks.speed --scaling {name}.jsonl.zst`. One size is varied, the others stay at "
        f"{usual}. Seconds are of the processor; memory is the peak above what the process held before training.",
    ]
    for sweep in SWEEPS:
        found = curves(measured, sweep)
        sizes = [f"{x:,.0f}" for x, _ in found["training"]]
        lines += ["", f"| {AXES[sweep]} | {' | '.join(sizes)} | exponent |", "|---" * (len(sizes) + 2) + "|"]
        for curve, points_of in found.items():
            fitted = exponent(points_of)
            values = " | ".join(f"{y:.2f}" for _, y in points_of)
            lines.append(f"| {CURVES[curve]} | {values} | {'' if fitted is None else f'{fitted:.2f}'} |")
    return "\n".join(lines) + "\n"


def as_figure(name: str, measured: Measurements) -> str:
    """SVG: a panel a sweep, both axes logarithmic, an exponent at each curve's end."""
    width, height = LEFT + len(SWEEPS) * (PANEL + GAP), TOP + HEIGHT + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">',
        f"<title>How time and memory grow on parts of {escape(name)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    for number, (curve, label) in enumerate(CURVES.items()):
        x = LEFT + number * 200
        parts.append(f'<rect x="{x:.0f}" y="12" width="12" height="12" fill="{COLOURS[curve]}"/>')
        parts.append(_text(x + 18, 22, label))
    for number, sweep in enumerate(SWEEPS):
        parts += _panel(LEFT + number * (PANEL + GAP), AXES[sweep], curves(measured, sweep))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(left: float, label: str, found: dict[str, list[tuple[float, float]]]) -> list[str]:
    every = [point for curve in found.values() for point in curve if point[1] > 0]
    parts = [_text(left + PANEL / 2, TOP + HEIGHT + 40, label, "middle")]
    if not every:
        return parts
    xs, ys = [math.log10(x) for x, _ in every], [math.log10(y) for _, y in every]
    low, high = math.floor(min(ys)), math.ceil(max(ys))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        across = (math.log10(point[0]) - min(xs)) / max(1e-9, max(xs) - min(xs))
        up = (math.log10(point[1]) - low) / max(1e-9, high - low)
        return left + PANEL * across, TOP + HEIGHT * (1 - up)

    for power in range(low, high + 1):
        y = place((every[0][0], 10.0**power))[1]
        parts.append(f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{left + PANEL:.1f}" y2="{y:.1f}" stroke="{PALE}"/>')
        parts.append(_text(left - 6, y + 4, f"{10.0**power:g}", "end"))
    for x, _ in found["training"]:
        parts.append(_text(place((x, 1.0))[0], TOP + HEIGHT + 18, _short(x), "middle"))
    for name, curve in found.items():
        kept = [place(point) for point in curve if point[1] > 0]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in kept)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[name]}"/>' for x, y in kept]
        fitted = exponent(curve)
        if kept and fitted is not None:
            parts.append(_text(kept[-1][0] + 6, kept[-1][1] + 4, f"{fitted:.2f}", colour=COLOURS[name]))
    return parts


def _short(size: float) -> str:
    for factor, letter in ((1e6, "M"), (1e3, "k")):
        if size >= factor:
            return f"{size / factor:.3g}{letter}"
    return f"{size:.0f}"


def _text(x: float, y: float, text: str, anchor: str = "start", colour: Any = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
