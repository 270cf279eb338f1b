"""What a table of mitigations says, in sentences with the figures that bear on them."""

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.mitigations import COLUMNS, MitigationCell, MitigationRow, MitigationTable
from skipgram_audit.report.formatting import joined, percent, plural, score_text, signed
from skipgram_audit.report.mitigation_cells import cell_with_interval, score_interval

FOUND_AGAIN = 0.75
"""Purity or accuracy from which the former sides of words are called found again: half way from chance to certainty."""

CHANCE, NEAR_CHANCE = 0.5, 0.6
"""Purity or accuracy of a side that is guessed, and up to which finding more than that is next to nothing."""

EXACT = 1e-4
"""Distance of a score from its neutral value that rounding of float32 vectors explains."""

CHOSEN_BY_THE_PROBE = ("remove", "forget")
"""Actions whose texts are chosen by influence on the probe. Chosen by half of a probe's words, they hardly moved the
other half on gap-wikipedia: see docs/benchmarks/paper.md."""

UTILITY = {"wordsim353": "WordSim-353", "simlex999": "SimLex-999", "analogies": "Google analogies"}


def row_sentence(table: MitigationTable, row: MitigationRow) -> str:
    """What an action did to the score of the plan's probe, and whether the bias can still be found."""
    before = table.row("none")
    if row.reason and not row.cells:
        return f"Not carried out. {row.reason}"
    if before is None or row.action == "none":
        return _as_trained(table, row)
    parts = [_score(table, before, row), _recovery(before, row), _utility(before, row)]
    return " ".join(part for part in parts if part)


def _as_trained(table: MitigationTable, row: MitigationRow) -> str:
    probe = table.plan.probe
    cell = row.scores.get(probe, MitigationCell())
    score = score_text(cell.value, table.kinds[probe])
    purity = row.cells["purity"]
    found = (
        f" Clusters find the side of {cell_with_interval(purity, COLUMNS['purity'])} of the most biased words"
        if purity.value is not None
        else ""
    )
    stable = (
        f" Two seeds of the audit have {percent(table.seed_neighbours)} of a word’s ten nearest words in common."
        if table.seed_neighbours is not None
        else ""
    )
    other = f" In the vectors of another seed, {percent(table.seed_purity)}." if table.seed_purity is not None else ""
    return f"{probe} scores {score}{_interval(cell, table.kinds[probe])}.{found}{'.' if found else ''}{other}{stable}"


def _score(table: MitigationTable, before: MitigationRow, row: MitigationRow) -> str:
    probe, kind = table.plan.probe, table.kinds[table.plan.probe]
    old, new = before.scores.get(probe), row.scores.get(probe)
    if old is None or new is None or old.value is None:
        return ""
    if new.value is None:
        return f"{probe} has no score any more: {new.reason}"
    moved = f"{probe} goes from {score_text(old.value, kind)} to {score_text(new.value, kind)}"
    if row.kind == "vectors" and _is_removed(new, KINDS[kind].neutral):
        return (
            f"{moved} in every seed. The method removes the very direction along which this score is measured, so the "
            "score says nothing of what is left of the bias."
        )
    moved += _interval(new, kind)
    change = row.changes.get(probe, MitigationCell())
    if change.low is None or change.high is None:
        return f"{moved}. One seed does not say how sure that is."
    over = f"{_range(change, KINDS[kind].digits)} over {plural(change.seeds, 'seed')}"
    if change.low <= 0 <= change.high:
        return f"{moved}. The change, {over}, may be chance."
    told = f"{moved}{_left(old, new, KINDS[kind].neutral)}. The change is {over}."
    if row.action in CHOSEN_BY_THE_PROBE:
        told += " The texts were chosen by these very words; other words of the same kind may hardly move."
    return told


def _is_removed(cell: MitigationCell, neutral: float) -> bool:
    """Whether a score is exactly neutral in each of several seeds, as only algebra makes it."""
    return (
        cell.low is not None
        and cell.high is not None
        and max(abs(cell.low - neutral), abs(cell.high - neutral)) < EXACT
    )


def _left(old: MitigationCell, new: MitigationCell, neutral: float) -> str:
    """What is left of a score's distance from the value without bias, where the new score is told from it."""
    if old.value is None or new.value is None or old.value == neutral:
        return ""
    if new.low is not None and new.high is not None and new.low <= neutral <= new.high:
        return ", which is not told from unbiased"
    share = (new.value - neutral) / (old.value - neutral)
    if 0 <= share <= 1:
        return f": {percent(share)} of what it was"
    if new.low is None or new.high is None:
        return ""
    further = "further from unbiased than before" if abs(share) > 1 else ""
    turned = "its sign turns" if share < 0 else ""
    return f": {' and it is '.join(part for part in (turned, further) if part)}"


def _range(cell: MitigationCell, digits: int) -> str:
    return f"{signed(cell.low, digits)} to {signed(cell.high, digits)}"


def _interval(cell: MitigationCell, kind: str) -> str:
    interval = score_interval(cell, kind)
    return f" (95%: {interval})" if interval else ""


def _recovery(before: MitigationRow, row: MitigationRow) -> str:
    purity, accuracy = row.cells["purity"], row.cells["accuracy"]
    was = before.cells["purity"]
    if purity.value is None or accuracy.value is None or was.value is None:
        return ""
    figures = (
        f"clusters find the former side of {cell_with_interval(purity, COLUMNS['purity'])} of the most biased words "
        f"(before: {percent(was.value)}), a classifier that of {cell_with_interval(accuracy, COLUMNS['accuracy'])}"
    )
    return _found_again([purity, accuracy], figures)


def _found_again(cells: list[MitigationCell], figures: str) -> str:
    """Whether the former sides are found, as far as the intervals of the tests allow to say."""
    chance = f"{percent(CHANCE)} is chance"
    if any(cell.low is None for cell in cells):
        return f"How sure the tests are is not known: {figures}; {chance}."
    told = [cell.value for cell in cells if cell.value is not None and cell.low is not None and cell.low > CHANCE]
    highest = [1.0 if cell.high is None else cell.high for cell in cells]
    if told and max(highest) > NEAR_CHANCE:
        how = "can still be found" if max(told) >= FOUND_AGAIN else "can be found in part"
        return f"The bias {how}: {figures}; {chance}."
    if max(highest) < FOUND_AGAIN:
        return f"Neither test finds the bias again: {figures}; {chance}."
    return (
        f"Whether the bias can still be found is not told: {figures}; {chance}, and the intervals hold it. Take more "
        "seeds."
    )


def _utility(before: MitigationRow, row: MitigationRow) -> str:
    """The tests whose interval lies below the one that it was before."""
    worse = []
    for name, title in UTILITY.items():
        old, new = before.cells.get(name), row.cells.get(name)
        if old is None or new is None or old.low is None or new.value is None:
            continue
        if (new.value if new.high is None else new.high) < old.low:
            column = COLUMNS[name]
            worse.append(f"{title} from {cell_with_interval(old, column)} to {cell_with_interval(new, column)}")
    return f"Use falls, and the intervals do not meet: {joined(worse)}." if worse else ""
