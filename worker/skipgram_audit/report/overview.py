"""The picture of a whole audit: every probe with its score, interval, seeds and null on one axis a kind of probe.

Geometry only, as in figures.py; templates/audits/trust.html draws it, with a table of the same numbers beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.figures import RIGHT, WIDTH, Frame, Tick, shorten, symmetric_ticks
from skipgram_audit.report.verdict import interval_of

ROW = 40.0
LINE = 27.0
"""Of a row's marks below its top; the probe's name stands above them."""

AXIS = 34.0
"""Below the rows: the numbers of the axis, and what it shows."""

LEFT = 10.0
LONGEST_NAME = 44


@dataclass(frozen=True)
class Row:
    """A probe's marks on the axis.

    Attributes:
        label_y, y: of its name and of its marks.
        score: where the score stands; None when the probe was not measured, and then nothing else is drawn.
        interval, null: from and to; None where there is none.
        seeds, shuffles: of single trainings, of the text as it is and of shuffled text.
    """

    outcome: ProbeOutcome
    number: int
    label: str
    label_y: float
    y: float
    score: float | None = None
    interval: tuple[float, float] | None = None
    null: tuple[float, float] | None = None
    seeds: tuple[float, ...] = ()
    shuffles: tuple[float, ...] = ()


@dataclass(frozen=True)
class OverviewPanel(Frame):
    """The probes of one kind: scores of different kinds have different scales.

    Attributes:
        title: of the kind; empty when it is the only one.
        score_name: what the kind calls its score.
        bottom: where the rows end.
        zero: of the axis.
    """

    title: str
    score_name: str
    zero: float
    ticks: list[Tick]
    rows: list[Row]


def overview_panels(outcomes: Sequence[ProbeOutcome]) -> list[OverviewPanel]:
    """A panel for each kind of probe, in the order of their first probes; probes keep their numbers in the audit."""
    numbered = list(enumerate(outcomes, start=1))
    kinds = list(dict.fromkeys(outcome.kind for outcome in outcomes))
    panels = []
    for kind in kinds:
        chosen = [(number, outcome) for number, outcome in numbered if outcome.kind == kind]
        description = KINDS[kind]
        panels.append(_panel(description.title if len(kinds) > 1 else "", description.score, chosen))
    return panels


def _panel(title: str, score_name: str, numbered: Sequence[tuple[int, ProbeOutcome]]) -> OverviewPanel:
    largest = max((abs(value) for _, outcome in numbered for value in _values(outcome)), default=0.0) or 1.0
    right = WIDTH - RIGHT
    zero, unit = (LEFT + right) / 2, (right - LEFT) / 2 / (largest * 1.05)
    rows = [_row(place, number, outcome, zero, unit) for place, (number, outcome) in enumerate(numbered)]
    bottom = ROW * len(rows) + 4
    ticks = symmetric_ticks(largest, zero, unit)
    return OverviewPanel(WIDTH, bottom + AXIS, LEFT, right, bottom, title, score_name, zero, ticks, rows)


def _row(place: int, number: int, outcome: ProbeOutcome, zero: float, unit: float) -> Row:
    def at(value: float) -> float:
        return zero + value * unit

    top = ROW * place
    label, label_y, y = shorten(outcome.name, LONGEST_NAME), top + 13, top + LINE
    if outcome.score is None:
        return Row(outcome, number, label, label_y, y)
    interval, null = interval_of(outcome), outcome.null_scores
    return Row(
        outcome,
        number,
        label,
        label_y,
        y,
        score=at(outcome.score),
        interval=(at(interval[0]), at(interval[1])) if interval else None,
        null=(at(min(null)), at(max(null))) if null else None,
        seeds=tuple(at(seed.score) for seed in outcome.by_seed),
        shuffles=tuple(map(at, null)),
    )


def _values(outcome: ProbeOutcome) -> list[float]:
    """Everything that must fit the axis."""
    if outcome.score is None:
        return []
    seeds = [seed.score for seed in outcome.by_seed]
    return [outcome.score, *seeds, *outcome.null_scores, *(interval_of(outcome) or ())]
