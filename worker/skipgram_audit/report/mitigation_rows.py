"""The table of mitigations as pages, files and a terminal show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.mitigations import (
    COLUMNS,
    METHODS,
    MitigationCell,
    MitigationColumn,
    MitigationRow,
    MitigationTable,
)
from skipgram_audit.report.formatting import score_text, thousands
from skipgram_audit.report.mitigation_cells import cell_text, interval_text, score_interval, with_interval
from skipgram_audit.report.mitigation_sentences import row_sentence
from skipgram_audit.report.spreadsheets import csv_line


def measured_on(table: MitigationTable, column: str) -> str:
    """On how many words, pairs or questions, of how many; the least and the most of its rows. Empty where nothing is
    counted."""
    cells = [row.cells[column] for row in table.rows if column in row.cells]
    counted = [(cell.covered, cell.total) for cell in cells if cell.covered is not None and cell.total]
    if not counted:
        return ""
    covered, total = [one for one, _ in counted], max(of for _, of in counted)
    least, most = min(covered), max(covered)
    numbers = thousands(most) if least == most else f"{thousands(least)} to {thousands(most)}"
    return numbers if least == total else f"{numbers} of {thousands(total)}"


def seeds_of(table: MitigationTable, column: str) -> str:
    """From how many seeds a column comes: one number, or the least and the most of its rows."""
    return _seeds([row.cells[column] for row in table.rows if column in row.cells])


def _seeds(cells: list[MitigationCell]) -> str:
    numbers = sorted({cell.seeds for cell in cells if cell.value is not None})
    return "–" if not numbers else str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


def missing_reasons(table: MitigationTable) -> list[str]:
    """Why cells are empty, each reason once, with the column or probe and the actions that it is about."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        if row.reason:
            found.setdefault(("", row.reason), []).append(row.title)
        named = [(COLUMNS[name].title, cell) for name, cell in row.cells.items()]
        for title, cell in [*named, *row.scores.items()]:
            if cell.value is None and cell.reason:
                found.setdefault((title, cell.reason), []).append(row.title)
    sentences = []
    for (title, reason), actions in found.items():
        who = "" if len(actions) == len(table.rows) else f" ({', '.join(dict.fromkeys(actions))})"
        sentences.append(f"{title or 'Not carried out'}{who}: {reason}")
    return sentences


def columns_of(table: MitigationTable) -> dict[str, list[Any]]:
    """Plain columns, a row an action: for data frames and files.

    A number's column has its name; beside it stand ``low`` and ``high`` of its 95% interval, ``seeds``, ``covered`` and
    ``total`` where it is measured on so many of so many, and ``reason`` where it is missing.
    """
    rows = table.rows
    found: dict[str, list[Any]] = {
        "action": [row.action for row in rows],
        "title": [row.title for row in rows],
        "kind": [row.kind for row in rows],
        "detail": [row.detail for row in rows],
        "reason": [row.reason for row in rows],
    }
    for probe in table.probes:
        _add(found, f"score {probe}", [row.scores.get(probe) for row in rows], counted=False)
        _add(found, f"change {probe}", [row.changes.get(probe) for row in rows], counted=False)
        for seed in table.plan.seeds:
            found[f"score {probe} seed {seed}"] = [row.by_seed.get(probe, {}).get(seed) for row in rows]
    for name in COLUMNS:
        counted = any(row.cells[name].total for row in rows if name in row.cells)
        _add(found, name, [row.cells.get(name) for row in rows], counted)
    return found


def _add(found: dict[str, list[Any]], name: str, cells: list[MitigationCell | None], counted: bool) -> None:
    whole = [cell or MitigationCell() for cell in cells]
    found[name] = [cell.value for cell in whole]
    if any(cell.low is not None for cell in whole):
        found[f"{name} low"] = [cell.low for cell in whole]
        found[f"{name} high"] = [cell.high for cell in whole]
    found[f"{name} seeds"] = [cell.seeds for cell in whole]
    if counted:
        found[f"{name} covered"] = [cell.covered for cell in whole]
        found[f"{name} total"] = [cell.total for cell in whole]
    if any(cell.value is None and cell.reason for cell in whole):
        found[f"{name} reason"] = [cell.reason if cell.value is None else "" for cell in whole]


def mitigations_csv(table: MitigationTable) -> Iterator[str]:
    """A line an action, after a line of names; see columns_of."""
    columns = columns_of(table)
    yield csv_line(columns)
    for values in zip(*columns.values(), strict=True):
        yield csv_line(values)


def text_lines(table: MitigationTable) -> list[str]:
    """The table for a terminal: a line an action, numbers below each other."""
    probe = table.plan.probe
    names = [name for name in COLUMNS if name != "words_lost"]
    heads = ["", probe, *(COLUMNS[name].title for name in names)]
    lines = [[row.title, _score(row, table, probe), *(cell_text(row.cells.get(name), COLUMNS[name]) for name in names)]
             for row in table.rows]  # fmt: skip
    widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(len(heads))]
    return [
        "  ".join(text.ljust(width) if place == 0 else text.rjust(width) for place, (text, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in [heads, *lines])
    ]


def _score(row: MitigationRow, table: MitigationTable, probe: str) -> str:
    cell = row.scores.get(probe)
    if cell is None or cell.value is None:
        return "–"
    kind = table.kinds[probe]
    return with_interval(score_text(cell.value, kind), score_interval(cell, kind))


@dataclass(frozen=True)
class ShownCell:
    """A number as it is shown, its interval, and why it is missing."""

    text: str
    interval: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ShownRow:
    """An action: its cells in the order of the columns, and what it did in words."""

    row: MitigationRow
    source: str
    cells: list[ShownCell]
    sentence: str


@dataclass(frozen=True)
class ShownColumn:
    """A column: its heading, what it means, from how many seeds it comes, and on what it was measured."""

    title: str
    help: str
    seeds: str
    measured_on: str = ""


@dataclass(frozen=True)
class MitigationView:
    """A table as pages and notebooks show it."""

    columns: list[ShownColumn]
    rows: list[ShownRow]
    missing: list[str]


def mitigation_view(table: MitigationTable) -> MitigationView:
    """Columns are the plan's probe, the other probes, and those of COLUMNS."""
    probes = [table.plan.probe, *(one for one in table.probes if one != table.plan.probe)]
    scores = {one: [row.scores[one] for row in table.rows if one in row.scores] for one in probes}
    columns = [ShownColumn(one, _probe_help(table, one), _seeds(scores[one])) for one in probes]
    columns += [
        ShownColumn(one.title, one.help, seeds_of(table, name), measured_on(table, name))
        for name, one in COLUMNS.items()
    ]
    rows = []
    for row in table.rows:
        cells = [_shown_score(row.scores.get(one), table.kinds[one]) for one in probes]
        cells += [_shown(row.cells.get(name), one) for name, one in COLUMNS.items()]
        rows.append(ShownRow(row, METHODS[row.action].source, cells, row_sentence(table, row)))
    return MitigationView(columns, rows, missing_reasons(table))


def _shown(cell: MitigationCell | None, column: MitigationColumn) -> ShownCell:
    if cell is None:
        return ShownCell("–")
    return ShownCell(
        cell_text(cell, column),
        interval_text(cell, column),
        cell.reason if cell.value is None else "",
    )


def _shown_score(cell: MitigationCell | None, kind: str) -> ShownCell:
    if cell is None or cell.value is None:
        return ShownCell("–", reason=cell.reason if cell else "")
    return ShownCell(score_text(cell.value, kind), score_interval(cell, kind))


def _probe_help(table: MitigationTable, probe: str) -> str:
    own = " This is the bias to be mitigated." if probe == table.plan.probe else ""
    return f"The {KINDS[table.kinds[probe]].score} of {probe}. Interval over seeds, by Student’s t.{own}"
