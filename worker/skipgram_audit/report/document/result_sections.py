"""What an audit found, section by section: answer, data sheet, scores, what drives them, and limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.report import limits as audit_limits
from skipgram_audit.report.answer import answer, usual_question
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.document import pictures
from skipgram_audit.report.document.blocks import Block, Bullets, Facts, Figure, Paragraph, Section, Table
from skipgram_audit.report.excerpts import beginning
from skipgram_audit.report.formatting import (
    decimal,
    influence,
    influence_digits,
    percent,
    probability,
    score_text,
    thousands,
)
from skipgram_audit.report.material import Drivers, Material, RankedText
from skipgram_audit.report.overview import overview_panels
from skipgram_audit.report.rewrite_sentences import derivation_sentence

LENGTH = {"full": 400, "short": 60, "none": 0}
"""Characters shown of a text."""

SHOWN_GROUPS = 8
MOST_FIELDS = 4
NOT_ENTERED = "Not entered."
OPPOSITE = (
    "This score is below its unbiased value, so a plus lowers it. The tables for programs give the change of the "
    "score, with the opposite sign."
)


def cut(text: str, options: ReportOptions) -> str:
    """As much of a text of the corpus as the report may show, on one line."""
    length = LENGTH[options.texts]
    return beginning(text, length) if length else ""


def answer_section(material: Material, options: ReportOptions) -> Section:
    """Question, answer in three sentences, and what the authors add."""
    blocks: list[Block] = [Paragraph(options.question or usual_question(material), by_users=bool(options.question))]
    blocks += [Paragraph(sentence, "lead") for sentence in answer(material)]
    if options.notes:
        blocks += [Paragraph("Notes of the authors", "note"), Paragraph(options.notes, by_users=True)]
    return Section("Question and answer", "answer", tuple(blocks))


def corpus_section(material: Material, options: ReportOptions) -> Section:
    """The data sheet: what was counted, and what only people know."""
    corpus = material.corpus
    rows = corpus.get("rows") or {}
    counted = [
        ("Name", material.corpus_name),
        *_origin(corpus),
        ("Documents", thousands(material.document_count)),
        ("Sentences", thousands(material.sentence_count)),
        ("Words", thousands(material.token_count)),
        ("Language", str(corpus.get("language") or "–")),
        ("Fields of documents", ", ".join(corpus.get("metadata_fields") or ()) or "none"),
        ("SHA-256 of the content", str(corpus.get("content_sha256") or "–")),
    ]
    if rows:
        skipped = rows.get("skipped", {})
        told = "; ".join(f"{thousands(count)}: {reason}" for reason, count in skipped.items()) or "none"
        counted += [("Rows in the file", thousands(rows.get("in_file"))), ("Rows that were skipped", told)]
    entered = [
        ("Source and collection", options.source),
        ("Time span", options.time_span),
        ("Licence", options.licence),
        ("Consent and personal data", options.consent),
    ]
    known = Section("Counted", "corpus-counted", (Facts(tuple(counted)),))
    blocks: list[Block] = [Facts(tuple((name, text or NOT_ENTERED) for name, text in entered))]
    if material.corpus_note:
        blocks.append(Paragraph(f"Note on the corpus: {material.corpus_note}"))
    people = Section("Entered by the authors", "corpus-entered", tuple(blocks))
    return Section("The corpus: a data sheet", "corpus", (), (known, people))


def _origin(corpus: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The file of a corpus, or the corpus that it was made from, and how."""
    made = corpus.get("rewritten_from")
    if not made:
        return [
            ("File", str(corpus.get("filename") or "–")),
            ("SHA-256 of the file", str(corpus.get("source_sha256") or "–")),
        ]
    plan = RewritePlan.model_validate(made["plan"])
    return [
        ("Made from", str(made["name"] or "another corpus")),
        ("SHA-256 of that corpus's content", str(made["content_sha256"] or "–")),
        ("How it was made", derivation_sentence(plan, made["undone"])),
    ]


def scores_section(material: Material, cards: Sequence[ProbeCard]) -> Section:
    """All scores in one picture and one table, then everything that bears on each."""
    blocks: list[Block] = []
    for panel in overview_panels([card.outcome for card in cards]):
        name = f" of the kind {panel.title}" if panel.title else ""
        blocks.append(
            Figure(
                f"Scores of the probes{name}. Large dot: the score. Line: its 95% interval over documents. Small dots: "
                "single seeds. Grey: what the same words score in shuffled text.",
                f"Scores of the probes{name} on one axis; the table that follows holds the numbers.",
                pictures.overview(panel),
            )
        )
    columns = (
        ("Probe", False), ("Verdict", False), ("Score", True), ("95% interval", True), ("Spread over seeds", True),
        ("Shuffled text, ± spread", True), ("p, two-sided", True), ("Words", True),
    )  # fmt: skip
    blocks.append(Table("Scores with their uncertainty", columns, tuple(_score_row(card) for card in cards)))
    return Section("Scores, and how sure they are", "scores", tuple(blocks), tuple(_probe(card) for card in cards))


def _score_row(card: ProbeCard) -> tuple[str, ...]:
    outcome = card.outcome
    spread = decimal(outcome.score_spread, card.kind.digits) if len(outcome.by_seed) > 1 else "–"
    return (
        outcome.name,
        card.verdict.title,
        score_text(outcome.score, outcome.kind),
        card.interval if outcome.measured else "–",
        spread,
        card.null if outcome.measured else "–",
        probability(outcome.p_value_two_sided),
        f"{card.found_count}/{card.word_count}",
    )


def _probe(card: ProbeCard) -> Section:
    outcome = card.outcome
    blocks: list[Block] = [Paragraph(f"{card.verdict.title}. {card.verdict.sentence}", "lead")]
    if description := outcome.definition.get("description"):
        blocks.insert(0, Paragraph(str(description), "note", by_users=True))
    if card.verdict.evidence:
        blocks.append(Bullets(tuple(one.sentence for one in card.verdict.evidence)))
    if card.left_out_sentence:
        blocks.append(Paragraph(card.left_out_sentence))
    if card.saturation:
        blocks.append(Paragraph(card.saturation))
    for plot in card.plots:
        caption = f"{plot.title}. {plot.note} The line is a list's mean."
        alternative = f"{plot.title} of {outcome.name}: the table of words in the appendix holds the numbers."
        blocks.append(Figure(caption, alternative, pictures.associations(plot)))
    return Section(outcome.name, card.anchor, tuple(blocks))


def drivers_section(material: Material, cards: Sequence[ProbeCard], options: ReportOptions) -> Section:
    """Of each measured probe: how influence is shared out, the strongest texts, and the groups."""
    parts = tuple(
        _drivers(material, card, material.drivers[card.outcome.name], options)
        for card in cards
        if card.outcome.name in material.drivers
    )
    lead = (
        "A plus amplifies the bias, a minus mitigates it. Influences of single documents do not add up for large sets: "
        "what a set does when it goes is a question for a check."
        if parts
        else "No probe has a score, so no document can be behind one."
    )
    return Section("Documents and groups behind the scores", "drivers", (Paragraph(lead, "note"),), parts)


def _drivers(material: Material, card: ProbeCard, drivers: Drivers, options: ReportOptions) -> Section:
    name = card.outcome.name
    blocks: list[Block] = [Paragraph(card.influence)]
    if card.direction < 0:
        blocks.append(Paragraph(OPPOSITE, "note"))
    blocks += [Paragraph(text) for text in (card.concentration, card.agreement(material.document_count)) if text]
    if card.histogram_plot:
        caption = f"Documents by their influence on {name}; their number on a logarithmic axis."
        blocks.append(Figure(caption, f"Histogram of the influence of documents on {name}.", pictures.histogram(card)))
    if card.concentration_plot:
        caption = f"How the influence on {name} is shared out. The dashed line is what equal shares would give."
        blocks.append(Figure(caption, f"Concentration of influence on {name}.", pictures.concentration(card)))
    for side in ("amplifying", "mitigating"):
        blocks.append(_texts(f"Most {side} documents", drivers.documents[side], card, material, options))
        blocks.append(_texts(f"Most {side} sentences", drivers.sentences[side], card, material, options))
    if drivers.groups_missing:
        blocks.append(Paragraph(drivers.groups_missing, "note"))
    if drivers.groups and options.texts == "none":
        blocks.append(Paragraph("The groups of documents are not shown: values of fields are left out.", "note"))
    else:
        fields = list(drivers.groups.items())[:MOST_FIELDS]
        blocks += [_groups(field, groups, card) for field, groups in fields if groups]
    return Section(name, f"drivers-{card.number}", tuple(block for block in blocks if block))


def _texts(
    caption: str, rows: Sequence[RankedText], card: ProbeCard, material: Material, options: ReportOptions
) -> Table:
    digits = influence_digits([row.influence for row in rows], [row.spread for row in rows])
    seeds, shown = len(material.seeds), options.texts != "none"
    cells: tuple[tuple[str, ...], ...] = tuple(
        (
            str(number),
            row.external_id,
            _shown_text(row, caption, options) if shown else "",
            influence(row.influence * card.direction, digits),
            f"± {decimal(row.spread, digits)}" if seeds > 1 else "–",
            f"{round(row.sign_stability * seeds)} of {seeds}" if seeds > 1 else "–",
        )
        for number, row in enumerate(rows[: options.strongest], start=1)
    )
    columns: tuple[tuple[str, bool], ...] = (
        ("Rank", True), ("Document", False), ("Text", False), ("Influence", True), ("Spread", True),
        ("Seeds of this sign", True),
    )  # fmt: skip
    if not shown:
        columns = columns[:2] + columns[3:]
        cells = tuple(row[:2] + row[3:] for row in cells)
    name = f"{caption} for {card.outcome.name}" + ("" if cells else ": none")
    return Table(name, columns, cells, wide=2 if shown else -1)


def _shown_text(row: RankedText, caption: str, options: ReportOptions) -> str:
    text, title = cut(row.text, options), cut(row.title, options)
    return f"{title}. {text}" if title and title != row.external_id and caption.endswith("documents") else text


def _groups(field: str, groups: Sequence[InfluenceGroup], card: ProbeCard) -> Table:
    shown = groups[:SHOWN_GROUPS]
    digits = influence_digits([one.influence for one in shown], [one.standard_error for one in shown])
    rows = tuple(
        (
            "without a value" if one.value is None else one.value,
            thousands(one.documents),
            influence(one.influence * card.direction, digits),
            "–" if one.standard_error is None else f"± {decimal(one.standard_error, digits)}",
            percent(one.share, 1),
            percent(one.document_share, 1),
        )
        for one in shown
    )
    columns = (
        (field, False), ("Documents", True), ("Summed influence", True), ("Standard error", True),
        ("Share of influence", True), ("Share of documents", True),
    )  # fmt: skip
    more = f", the {len(shown)} largest" if len(groups) > len(shown) else ""
    return Table(f"Influence on {card.outcome.name} by {field}{more}", columns, rows)


def limits_section(material: Material) -> Section:
    """What must not be concluded."""
    items = tuple(one.text for one in audit_limits.limits(material))
    follow = "1 limit follows" if len(items) == 1 else f"{len(items)} limits follow"
    lead = Paragraph(f"{follow} from the numbers of this audit.", "note")
    return Section("Limits", "limits", (lead, Bullets(items)))
