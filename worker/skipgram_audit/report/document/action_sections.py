"""What can be done about a score: what-ifs that were tried, mitigations that were compared, and rewritings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from skipgram_audit.model.check_plan import Measure
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.mitigations import COLUMNS, MitigationTable
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.report.document.blocks import Block, Bullets, Paragraph, Section, Table
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.formatting import change, plural, score_text, score_with_error
from skipgram_audit.report.material import CheckMaterial, Material, TriedWhatIf
from skipgram_audit.report.mitigation_cells import with_interval
from skipgram_audit.report.mitigation_rows import ShownCell, mitigation_view
from skipgram_audit.report.rewrite_sentences import score_rows
from skipgram_audit.report.set_findings import is_told
from skipgram_audit.report.what_if_sentences import misled_sentence

MOST_WHAT_IFS = 12
MOST_REWRITINGS = 12
MOST_COMPARISONS = 6
SCORES_A_TABLE = 4
COSTS_A_TABLE = 5
"""Columns side by side: a page has no room for more."""


def what_ifs_section(material: Material, options: ReportOptions) -> Section:
    """What was asked, answered at once, and predicted."""
    shown = material.what_ifs[:MOST_WHAT_IFS]
    found = {
        (tried.number, score.probe): _retrained(tried, score.probe, material.checks)
        for tried in shown
        for score in tried.at_once.probes
    }
    rows = [
        _what_if_row(tried, score, found[tried.number, score.probe], options)
        for tried in shown
        for score in tried.at_once.probes
    ]
    columns = (
        ("What if", False), ("Probe", False), ("Score", True), ("At once", True), ("95% interval", True),
        ("Predicted as a set", True), ("Retrained", True),
    )  # fmt: skip
    more = f"; the newest {len(shown)} of {len(material.what_ifs)}" if len(shown) < len(material.what_ifs) else ""
    lead = Paragraph(
        "At once: the summed influences, on the audit's calibration where it has one. Predicted: by the estimator, for "
        "the set as a whole. Retrained: the score plus the change that training found, ± its standard error over "
        "seeds. The others are expected scores, not trained ones.",
        "note",
    )
    against = [
        Paragraph(f"What-if {tried.number}, {score.probe}: {text}", "note")
        for tried in shown
        for score in tried.at_once.probes
        if (
            text := misled_sentence(
                score,
                _score_of(tried.predicted, score.probe),
                bool(tried.documents),
                _told_change(found[tried.number, score.probe]),
            )
        )
    ]
    table = Table(f"What-ifs{more}", columns, tuple(rows))
    return Section("What was tried", "what-ifs", (lead, table, *against))


@dataclass(frozen=True)
class _Retrained:
    """What the training of a what-if found: change of the score, with its standard error over seeds, and whether it is
    told from none."""

    change: float
    error: float | None
    told: bool


def _retrained(tried: TriedWhatIf, probe: str, checks: Sequence[CheckMaterial]) -> _Retrained | None:
    """None where nothing was trained, or the probe has no score then."""
    for row in score_rows(tried.trained) if tried.trained else ():
        if row.probe == probe and row.trained_change is not None:
            return _Retrained(row.trained_change, row.trained_error, bool(row.told))
    for check in checks:
        if check.number == tried.check:
            chosen = next((row for row in check.rows.get(probe, ()) if row.kind == "chosen"), None)
            if chosen is not None and chosen.actual is not None:
                measure = Measure(value=chosen.actual, error=chosen.actual_error)
                return _Retrained(chosen.actual, chosen.actual_error, is_told(check.plan, measure, 0.0))
    return None


def _told_change(found: _Retrained | None) -> float | None:
    """The change where it is told from none."""
    return found.change if found is not None and found.told else None


def _what_if_row(
    tried: TriedWhatIf, score: WhatIfScore, found: _Retrained | None, options: ReportOptions
) -> tuple[str, ...]:
    name = "" if options.texts == "none" else f": {tried.title}"
    done = "left out" if tried.weight == 0 else f"counted {tried.weight:g} times"
    what = f"{plural(tried.documents, 'document')} {done}" if tried.documents else ""
    added = f"{plural(tried.added, 'text')} added" if tried.added and not name else ""  # a title says it
    asked = ", ".join(part for part in (what, added) if part)
    predicted = _score_of(tried.predicted, score.probe)
    interval = (
        "–"
        if score.low is None or score.high is None
        else f"{score_text(score.low, score.kind)} to {score_text(score.high, score.kind)}"
    )
    return (
        f"{tried.number}{name}" + (f" ({asked})" if asked else ""),
        score.probe,
        score_text(score.before, score.kind),
        score_text(score.after, score.kind) if score.after is not None else score.reason or "–",
        interval,
        score_text(predicted, score.kind),
        "–" if found is None else score_with_error(score.before + found.change, found.error, score.kind),
    )


def _score_of(answer: WhatIfAnswer | None, probe: str) -> float | None:
    found = [one.after for one in answer.probes if one.probe == probe] if answer else []
    return found[0] if found else None


def mitigation_section(material: Material) -> Section:
    """What each way to mitigate a bias does to the scores, whether the bias is still found, and what it costs; then
    rewritings of the corpus."""
    rewritten = _rewritings(material)
    if not material.mitigations:
        text = "No mitigations were compared."
        if material.checks or material.what_ifs:
            text += " What removing documents does to the scores is told above, by what-ifs and checks."
        elif not rewritten:
            text += " Nothing in this report says how the bias could be reduced."
        return Section("Mitigation", "mitigation", (Paragraph(text),), rewritten)
    blocks = [
        Paragraph(
            "Every way to mitigate the bias was carried out on the same vectors or texts. A score near its unbiased "
            "value does not mean that the bias is gone: the tests of recovery say whether it is still found.",
            "note",
        )
    ]
    count, shown = len(material.mitigations), material.mitigations[:MOST_COMPARISONS]
    if count > len(shown):
        left = plural(count - len(shown), "older comparison is", "older comparisons are")
        blocks.append(Paragraph(f"{left} not shown.", "note"))
    parts = tuple(_comparison(count - place, one) for place, one in enumerate(shown))
    return Section("Mitigation", "mitigation", tuple(blocks), (*parts, *rewritten))


def _rewritings(material: Material) -> tuple[Section, ...]:
    """The newest rewritings, a section each."""
    shown = material.rewritings[:MOST_REWRITINGS]
    sections = [_rewriting(len(material.rewritings) - place, one) for place, one in enumerate(shown)]
    left = len(material.rewritings) - len(shown)
    if left:
        more = Paragraph(f"{plural(left, 'older rewriting is', 'older rewritings are')} not shown.", "note")
        sections[-1] = replace(sections[-1], blocks=(*sections[-1].blocks, more))
    return tuple(sections)


def _rewriting(number: int, one: FinishedRewriting) -> Section:
    trained = len(one.outcome.trained_seeds)
    columns = [("Probe", False), ("Score", True), ("Predicted", True), ("Predicted change", True)]
    columns += [("Retrained", True), ("Actual change", True)] if trained else []
    rows = []
    for row in one.rows:
        cells = [row.probe, *(score_text(value, row.kind) for value in (row.before, row.predicted))]
        cells.append(change(row.predicted_change, row.predicted_error))
        if trained:
            cells += [score_text(row.trained, row.kind), change(row.trained_change, row.trained_error)]
        rows.append(tuple(cells))
    seeds = "± is a standard error over seeds."
    if trained:
        seeds += " The actual change is against the same seeds on the audited corpus."
    blocks: tuple[Block, ...] = (
        Paragraph(one.how, "note"),
        Paragraph(one.summary),
        Table("Scores of all probes after the rewriting", tuple(columns), tuple(rows)),
        Bullets(tuple(one.sentences)),
        Paragraph(seeds, "note"),
        *(Paragraph(note, "note") for note in one.notes),
    )
    return Section(f"Rewriting {number}: {one.title}", f"rewriting-{number}", blocks)


def _comparison(number: int, table: MitigationTable) -> Section:
    view = mitigation_view(table)
    scores = len(view.columns) - len(COLUMNS)
    blocks: list[Block] = [Bullets(tuple(f"{one.row.title}: {one.sentence}" for one in view.rows))]
    costs = range(scores, len(view.columns))
    tables = [
        ("Scores, with 95% intervals over seeds", range(first, min(first + SCORES_A_TABLE, scores)))
        for first in range(0, scores, SCORES_A_TABLE)
    ]
    tables += [
        ("Whether the bias is found again, and how well the vectors still serve", costs[:COSTS_A_TABLE]),
        ("What is changed and lost", costs[COSTS_A_TABLE:]),
    ]
    for caption, chosen in tables:
        columns = [("Way", False), *((view.columns[place].title, True) for place in chosen)]
        rows = tuple((one.row.title, *(_with_interval(one.cells[place]) for place in chosen)) for one in view.rows)
        blocks.append(Table(caption, tuple(columns), rows))
    blocks += [Bullets(tuple(f"{view.columns[place].title}: {view.columns[place].help}" for place in costs))]
    blocks += [Paragraph(sentence, "note") for sentence in view.missing]
    kind = KINDS[table.kinds[table.plan.probe]].score
    return Section(f"Comparison {number}: the {kind} of {table.plan.probe}", f"mitigation-{number}", tuple(blocks))


def _with_interval(cell: ShownCell) -> str:
    return with_interval(cell.text, cell.interval)
