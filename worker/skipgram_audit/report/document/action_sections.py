"""What can be done about a score: what-ifs that were tried, and mitigations that were compared."""

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.mitigations import COLUMNS, MitigationTable
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.report.document.blocks import Block, Bullets, Paragraph, Section, Table
from skipgram_audit.report.formatting import plural, score_text
from skipgram_audit.report.material import Material, TriedWhatIf
from skipgram_audit.report.mitigation_rows import ShownCell, mitigation_view

MOST_WHAT_IFS = 12
SCORES_A_TABLE = 4
COSTS_A_TABLE = 5
"""Columns side by side: a page has no room for more."""


def what_ifs_section(material: Material, options: ReportOptions) -> Section:
    """What was asked, answered at once, and predicted."""
    shown = material.what_ifs[:MOST_WHAT_IFS]
    rows = [
        _what_if_row(number, tried, score, options)
        for number, tried in enumerate(shown, start=1)
        for score in tried.at_once.probes
    ]
    columns = (
        ("What if", False), ("Probe", False), ("Score", True), ("At once", True), ("95% interval", True),
        ("Predicted as a set", True),
    )  # fmt: skip
    more = f"; the newest {len(shown)} of {len(material.what_ifs)}" if len(shown) < len(material.what_ifs) else ""
    lead = Paragraph(
        "Expected scores, not trained ones. At once: the summed influences, on the audit's calibration where it has "
        "one. Predicted: by the estimator, for the set as a whole. A check says what retraining finds.",
        "note",
    )
    return Section("What was tried", "what-ifs", (lead, Table(f"What-ifs{more}", columns, tuple(rows))))


def _what_if_row(number: int, tried: TriedWhatIf, score: WhatIfScore, options: ReportOptions) -> tuple[str, ...]:
    name = "" if options.texts == "none" else f": {tried.title}"
    done = "left out" if tried.weight == 0 else f"counted {tried.weight:g} times"
    what = f"{plural(tried.documents, 'document')} {done}" if tried.documents else ""
    added = f"{plural(tried.added, 'text')} added" if tried.added else ""
    predicted = _score_of(tried.predicted, score.probe)
    interval = (
        "–"
        if score.low is None or score.high is None
        else f"{score_text(score.low, score.kind)} to {score_text(score.high, score.kind)}"
    )
    return (
        f"{number}{name} ({', '.join(part for part in (what, added) if part)})",
        score.probe,
        score_text(score.before, score.kind),
        score_text(score.after, score.kind) if score.after is not None else score.reason or "–",
        interval,
        score_text(predicted, score.kind),
    )


def _score_of(answer: WhatIfAnswer | None, probe: str) -> float | None:
    found = [one.after for one in answer.probes if one.probe == probe] if answer else []
    return found[0] if found else None


def mitigation_section(material: Material) -> Section:
    """What each way to mitigate a bias does to the scores, whether the bias is still found, and what it costs."""
    if not material.mitigations:
        text = "No mitigations were compared. Nothing in this report says how the bias could be reduced."
        return Section("Mitigation", "mitigation", (Paragraph(text),))
    lead = Paragraph(
        "Every way to mitigate the bias was carried out on the same vectors or texts. A score near its unbiased value "
        "does not mean that the bias is gone: the tests of recovery say whether it is still found.",
        "note",
    )
    parts = tuple(_comparison(number, one) for number, one in enumerate(material.mitigations, start=1))
    return Section("Mitigation", "mitigation", (lead,), parts)


def _comparison(number: int, table: MitigationTable) -> Section:
    view = mitigation_view(table)
    scores = len(view.columns) - len(COLUMNS)
    blocks: list[Block] = [Bullets(tuple(f"{one.row.title}: {one.sentence}" for one in view.rows))]
    for first in range(0, scores, SCORES_A_TABLE):
        chosen = range(first, min(first + SCORES_A_TABLE, scores))
        columns = [("Way", False), *((view.columns[place].title, True) for place in chosen)]
        rows = tuple((one.row.title, *(_with_interval(one.cells[place]) for place in chosen)) for one in view.rows)
        blocks.append(Table("Scores, with 95% intervals over seeds", tuple(columns), rows))
    costs = range(scores, len(view.columns))
    for caption, chosen in (
        ("Whether the bias is found again, and how well the vectors still serve", costs[:COSTS_A_TABLE]),
        ("What is changed and lost", costs[COSTS_A_TABLE:]),
    ):
        columns = [("Way", False), *((view.columns[place].title, True) for place in chosen)]
        rows = tuple((one.row.title, *(one.cells[place].text for place in chosen)) for one in view.rows)
        blocks.append(Table(caption, tuple(columns), rows))
    blocks += [Bullets(tuple(f"{view.columns[place].title}: {view.columns[place].help}" for place in costs))]
    blocks += [Paragraph(sentence, "note") for sentence in view.missing]
    kind = KINDS[table.kinds[table.plan.probe]].score
    return Section(f"Comparison {number}: the {kind} of {table.plan.probe}", f"mitigation-{number}", tuple(blocks))


def _with_interval(cell: ShownCell) -> str:
    return f"{cell.text} ({cell.interval})" if cell.interval else cell.text
