"""Audits, documents and checks as a notebook shows them: the same charts and tints as on the pages.

Each view is a page of its own in a frame, so that its styles stay out of the notebook's.
"""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from skipgram_audit.model.mitigations import MitigationTable
from skipgram_audit.model.outcome import SentencePlace, TokenInfluence
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.check_figure import check_figure
from skipgram_audit.report.check_files import stored_checks
from skipgram_audit.report.highlight import highlight
from skipgram_audit.report.mitigation_rows import mitigation_view
from skipgram_audit.report.overview import overview_panels
from skipgram_audit.report.rewrite_sentences import (
    how_sentence,
    notes,
    score_rows,
    score_sentence,
    summary_sentence,
)
from skipgram_audit.report.templating import make_environment
from skipgram_audit.report.values import outcomes_of
from skipgram_audit.resources import static_folder

if TYPE_CHECKING:
    from skipgram_audit.auditing.check_result import CheckResult
    from skipgram_audit.auditing.document import AuditedDocument
    from skipgram_audit.auditing.rewriting import DocumentDiff

CHARACTERS_A_LINE, LINE_HEIGHT = 100, 26


def audit_html(report: dict[str, Any]) -> str:
    """Scores of an audit with intervals, seeds and shuffled text, and what its checks found; from report.json."""
    cards = [ProbeCard(outcome, number) for number, outcome in enumerate(outcomes_of(report), start=1)]
    checks = stored_checks(report)
    return _framed(
        "notebook/audit.html",
        440 + 46 * len(cards) + 240 * len(checks),
        report=report,
        overview=overview_panels([card.outcome for card in cards]),
        cards=cards,
        checks=checks,
        seeds=len(report["settings"]["seeds"]),
    )


def document_html(document: "AuditedDocument") -> str:
    """A document's text: sentences tinted and words underlined by their influence."""
    places = {
        index: SentencePlace(0, influence, 0.0, 1.0, sentence_index=index)
        for index, influence in enumerate(document.sentence_influence.tolist())
        if influence
    }
    tokens = [TokenInfluence(one.start, one.start + one.length, one.influence) for one in document.tokens]
    text = highlight(document.text, document.bounds, places, [one for one in tokens if one.influence])
    lines = len(document.text) // CHARACTERS_A_LINE + document.text.count("\n") + 6
    return _framed("notebook/document.html", LINE_HEIGHT * lines, document=document, text=text)


def check_html(result: "CheckResult") -> str:
    """The verdict of a check on each probe, its measures, and predicted against actual changes."""
    figures = [(one, check_figure(one.rows, one.judgement.agreement)) for one in result.probes]
    return _framed("notebook/check.html", 640 * len(figures), result=result, figures=figures)


def rewriting_html(plan: RewritePlan, outcome: RewriteOutcome, diffs: Sequence["DocumentDiff"]) -> str:
    """A rewriting: what it changes, what becomes of the scores, and the first documents with their changes."""
    rows = score_rows(outcome)
    trained = len(outcome.trained_seeds)
    return _framed(
        "notebook/rewriting.html",
        900,
        how=how_sentence(plan),
        summary=summary_sentence(plan, outcome.tally),
        notes=notes(plan, outcome.tally),
        rows=rows,
        trained=trained,
        sentences=[score_sentence(row, len(outcome.seeds), trained) for row in rows],
        diffs=diffs,
    )


def diff_html(diff: "DocumentDiff") -> str:
    """The changed sentences of a document."""
    return _framed("notebook/diff.html", 120 + 2 * LINE_HEIGHT * len(diff.sentences), diff=diff)


def mitigations_html(table: MitigationTable) -> str:
    """The table of mitigations, with what it says in words."""
    return _framed("notebook/mitigations.html", 300 + 110 * len(table.rows), table=table, view=mitigation_view(table))


def _framed(template: str, height: float, **context: Any) -> str:
    # Our own file, and inside a style element nothing may be escaped.
    style = Markup((static_folder() / "style.css").read_text(encoding="utf-8"))
    page = make_environment().get_template(template).render(style=style, **context)
    return (
        f'<iframe srcdoc="{html.escape(page)}" sandbox="" '
        f'style="width:100%;border:0;height:{min(height, 900):.0f}px"></iframe>'
    )
