"""What happens if documents go: what-ifs, and checks by retraining with predicted beside actual changes."""

from collections.abc import Sequence

from skipgram_audit.model.check_plan import PLANS, SET_KINDS
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.check_figure import check_figure
from skipgram_audit.report.check_rows import SetRow
from skipgram_audit.report.check_sentences import plan_sentence, set_measures
from skipgram_audit.report.document import pictures
from skipgram_audit.report.document.action_sections import what_ifs_section
from skipgram_audit.report.document.blocks import Block, Figure, Paragraph, Section, Table
from skipgram_audit.report.finished_check import CheckedScore
from skipgram_audit.report.formatting import change, plural, score_text, score_with_error, thousands
from skipgram_audit.report.material import CheckMaterial, Material

MOST_CHECKS = 12
"""The newest; the answer counts all, and all that do not confirm the predictions are limits."""

MOST_SETS = 24
"""Rows of a check's table; a report says how many more there are."""

ERRORS = "± is a standard error over seeds. Of random documents it is the standard deviation over their sets."


def checks_section(material: Material, cards: Sequence[ProbeCard], options: ReportOptions) -> Section:
    """What-ifs and checks: predicted beside actual changes, and whether predictions hold."""
    tried = (what_ifs_section(material, options),) if material.what_ifs else ()
    if not material.checks:
        text = "No check by retraining was made. Nothing in this report confirms what is predicted of removals."
        return Section("What happens if documents go", "checks", (Paragraph(text, "lead"),), tried)
    sections = tuple(_check(check, material, cards, options) for check in material.checks[:MOST_CHECKS])
    blocks = [
        Paragraph(
            "Each check trained again without sets of documents, or predicted what that would do. Predicted changes "
            "are those of the audit's estimator; actual ones were trained.",
            "note",
        )
    ]
    left = len(material.checks) - len(sections)
    if left:
        blocks.append(Paragraph(f"{plural(left, 'older check is', 'older checks are')} not shown here.", "note"))
    return Section("What happens if documents go", "checks", tuple(blocks), (*tried, *sections))


def _check(check: CheckMaterial, material: Material, cards: Sequence[ProbeCard], options: ReportOptions) -> Section:
    plan, number = check.plan, check.number
    blocks: list[Block] = [Paragraph(plan_sentence(plan, int(material.settings.get("epochs", 0))), "note")]
    blocks += [Paragraph(why, "note") for why in check.finished.outcome.no_controls.values()]
    for card in sorted(cards, key=lambda one: one.outcome.name != plan.probe):
        blocks += _checked_probe(check, card, options.texts != "none")
    title = f"Check {number}: {PLANS[plan.plan].title.lower()}"
    return Section(title + (", predicted alone" if plan.predict_only else ""), f"check-{number}", tuple(blocks))


def _checked_probe(check: CheckMaterial, card: ProbeCard, named: bool) -> list[Block]:
    """Args:
    named: whether a chosen set may be called by its name, which can hold words of the corpus.
    """
    name = card.outcome.name
    judgement = next((one for one in check.finished.outcome.probes if one.probe == name), None)
    found, rows = check.finished.score_of(name), check.rows.get(name, ())
    blocks: list[Block] = []
    if found:
        blocks.append(Paragraph(f"{name}: {found.verdict.title} {found.verdict.sentence}", "lead"))
        blocks += [Paragraph(found.result)] if found.result and name == check.plan.probe else []
        blocks += [_compared(found, named), Paragraph(ERRORS, "note")] if found.sets else []
    if judgement and judgement.agreement:
        measures = set_measures(judgement.agreement, check.plan)
        columns = (("Measure", False), ("Value", True), ("Meaning", False))
        cells = tuple((one.name, one.value, one.note) for one in measures)
        blocks.append(Table(f"Measures of the check of {name}", columns, cells, wide=2))
    figure = check_figure(rows, judgement.agreement if judgement else None)
    if figure:
        caption = f"{name}: predicted against actual change of the score, a mark a set. Dashed: exact prediction."
        alternative = f"Predicted against actual changes of {name}; the table that follows holds the numbers."
        blocks.append(Figure(caption, alternative, pictures.predicted_actual(figure)))
    return [*blocks, *(_sets(name, rows, check.plan.noun) if rows else ())]


def _compared(found: CheckedScore, named: bool) -> Table:
    """Scores without chosen sets: predicted, retrained, and without as many random documents."""
    rows = []
    for one in found.sets[:MOST_SETS]:
        this = one.comparison
        known = this.control_mean.value is not None and this.score_before.value is not None
        random = (this.score_before.value or 0.0) + (this.control_mean.value or 0.0) if known else None
        rows.append(
            (
                f"{one.name if named else one.title} (set {one.removed.number})",
                thousands(one.removed.document_count),
                score_with_error(this.score_before.value, this.score_before.error, found.kind),
                score_text(this.score_predicted, found.kind),
                score_with_error(this.score_actual.value, this.score_actual.error, found.kind),
                score_with_error(random, this.control_spread.value, found.kind),
            )
        )
    columns = (
        ("Retrained without", False), (f"{found.noun.capitalize()}s", True), ("Score before", True),
        ("Predicted", True), ("Retrained", True), ("Without random ones", True),
    )  # fmt: skip
    return Table(f"Scores of {found.probe} without chosen {found.noun}s", columns, tuple(rows))


def _sets(name: str, rows: Sequence[SetRow], noun: str) -> list[Block]:
    """Every set with its predicted and actual change; a report says how many more there are."""
    shown = rows[:MOST_SETS]
    columns = (
        ("Set", True), ("Kind", False), (f"{noun.capitalize()}s", True), ("Predicted change", True),
        ("Actual change", True),
    )  # fmt: skip
    cells = tuple(
        (
            str(row.number),
            SET_KINDS[row.kind],
            thousands(row.document_count),
            change(row.predicted, row.predicted_error),
            change(row.actual, row.actual_error),
        )
        for row in shown
    )
    more = f"; the first {len(shown)} of {len(rows)}" if len(rows) > len(shown) else ""
    reasons = list(dict.fromkeys(row.reason for row in rows if row.reason))
    notes = [Paragraph(f"Not every set could be measured: {reason}", "note") for reason in reasons[:3]]
    error = Paragraph("± is a standard error over seeds.", "note")
    return [Table(f"Sets of {noun}s and {name}{more}", columns, cells), error, *notes]
