"""The picture of a map: a mark for each cell that holds documents, larger for more of them, coloured by influence.

What amplifies is a warm square, what mitigates a cool diamond, what does neither a small grey square, so that the
picture can be read without its colours.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skipgram_audit.report.figures import shorten
from skipgram_audit.store.document_map import CELLS, SIDE, Grid, Region

STEP = SIDE / CELLS
LEVEL_QUANTILES = (0.5, 0.75, 0.9)
"""Of the cells with influence, by the size of their sum: where the second, third and fourth level begin."""

SMALLEST = 0.35
FULL_QUANTILE = 0.95
"""A cell with as many documents as this quantile of the cells that hold any is filled."""


@dataclass(frozen=True)
class Marks:
    """All marks of one colour, as one path; ``level`` 0 has no influence."""

    css_class: str
    path: str


@dataclass(frozen=True)
class Level:
    """What a shade means: the summed influence of a cell, from ``least`` on."""

    level: int
    least: float


@dataclass(frozen=True)
class MapFigure:
    """The marks of a map and their key; ``full`` documents or more fill a cell."""

    marks: list[Marks]
    levels: list[Level]
    full: int


def map_figure(grid: Grid, direction: int) -> MapFigure:
    """The picture of a map.

    Args:
        direction: +1 when positive influence amplifies, -1 when negative influence does.
    """
    held = np.argwhere(grid.documents > 0)
    counts = grid.documents[grid.documents > 0]
    influences = grid.influence[grid.documents > 0] * direction
    sizes = np.abs(influences[influences != 0])
    bounds = np.quantile(sizes, LEVEL_QUANTILES) if len(sizes) else np.zeros(len(LEVEL_QUANTILES))
    full = max(1, int(np.quantile(counts, FULL_QUANTILE))) if len(counts) else 1
    paths: dict[str, list[str]] = defaultdict(list)
    for (row, column), count, influence in zip(held.tolist(), counts.tolist(), influences.tolist(), strict=True):
        side = STEP * max(SMALLEST, min(1.0, count / full) ** 0.5)
        level = 1 + int(np.searchsorted(bounds, abs(influence), side="right"))
        middle = ((column + 0.5) * STEP, (row + 0.5) * STEP)
        if influence > 0:
            paths[f"map-amplifying-{level}"].append(_square(middle, side * 0.9))
        elif influence < 0:
            paths[f"map-mitigating-{level}"].append(_diamond(middle, side))
        else:
            paths["map-none"].append(_square(middle, side * 0.6))
    levels = [Level(1, 0.0), *(Level(number, float(bound)) for number, bound in enumerate(bounds, start=2))]
    return MapFigure(
        [Marks(name, "".join(parts)) for name, parts in sorted(paths.items(), key=lambda item: item[0] != "map-none")],
        levels if len(sizes) else [],
        full,
    )


def _square(middle: tuple[float, float], side: float) -> str:
    return f"M{middle[0] - side / 2:.1f} {middle[1] - side / 2:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z"


def _diamond(middle: tuple[float, float], width: float) -> str:
    half = f"{width / 2:.1f}"
    return f"M{middle[0]:.1f} {middle[1] - width / 2:.1f}l{half} {half}l-{half} {half}l-{half} -{half}z"


LABEL_WORDS = 2
LONGEST_LABEL_WORD = 14
LABEL_HEIGHT, LETTER = 30.0, 13.0
"""Of a label, and the width of one of its letters, in units of the map."""

FEWEST_LABELLED = 0.01
"""Share of the map's documents that a region needs to be named in the picture."""


@dataclass(frozen=True)
class Label:
    """The name of a region in the picture: its most typical words, about the middle of its documents."""

    text: str
    x: float
    y: float

    @property
    def width(self) -> float:
        return LETTER * len(self.text)

    def meets(self, other: "Label") -> bool:
        """Whether the two would cover each other."""
        apart = abs(self.x - other.x) >= (self.width + other.width) / 2
        return not apart and abs(self.y - other.y) < LABEL_HEIGHT


def region_labels(regions: Sequence[Region]) -> list[Label]:
    """Names of regions, those of most documents first; one that would cover another is left to the table."""
    least = max(2.0, FEWEST_LABELLED * sum(region.documents for region in regions))
    labels: list[Label] = []
    for region in sorted(regions, key=lambda one: -one.documents):
        if not region.words or region.documents < least:
            continue
        text = ", ".join(shorten(word, LONGEST_LABEL_WORD) for word in region.words[:LABEL_WORDS])
        half = min(LETTER * len(text) / 2, SIDE / 2)
        x = min(max(region.middle[0], half), SIDE - half)
        label = Label(text, x, min(max(region.middle[1], LABEL_HEIGHT), SIDE - LABEL_HEIGHT))
        if not any(label.meets(other) for other in labels):
            labels.append(label)
    return labels
