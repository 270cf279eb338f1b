"""How an audit was made, in plain words, with formulas, seeds, words and manifest in appendices."""

import json
import re
from collections.abc import Mapping
from typing import Any

from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.document.blocks import Block, Bullets, Code, Facts, Formula, Paragraph, Section, Table
from skipgram_audit.report.document.formulas import formulas_for
from skipgram_audit.report.formatting import decimal, joined, plural, probability, score_text, signed, thousands
from skipgram_audit.report.left_out import LeftOut
from skipgram_audit.report.material import Material

UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that JSON takes as they are and that a page would not show as they are."""

NO_SCORE = "no score"

LIST = re.compile(r"\[\n(?P<indent> +)(?P<items>[^\[\]{}]*)\n(?P<end> *)\]")
"""With line ends, which no text in JSON has; of items without brackets."""
LIST_LINE = 100
"""Characters to a line of a list."""


def method(material: Material, cards: list[ProbeCard]) -> Section:
    """What was done, one step a paragraph."""
    settings = material.settings
    estimator = DESCRIPTIONS[settings["estimator"]]
    blocks: list[Block] = [Paragraph(_training(material))]
    kinds = list(dict.fromkeys(card.outcome.kind for card in cards))
    blocks += [
        Paragraph(f"{KINDS[kind].title}. {KINDS[kind].measures} Source: {KINDS[kind].source}.") for kind in kinds
    ]
    blocks.append(
        Paragraph(
            "The influence of a text says how far it pushes a score up. A text amplifies a bias where it pushes the "
            "score away from the value that means none, and mitigates it where it pulls the score back. "
            f"The estimator is {estimator.title}. {estimator.reach}"
        )
    )
    answers = _uncertainty(material)
    if answers:
        blocks += [Paragraph("How sure a score is:"), Bullets(answers)]
    return Section("Method", "method", tuple(blocks))


def _uncertainty(material: Material) -> tuple[str, ...]:
    """What this audit asked of its scores; what it did not is among the limits."""
    outcomes, seeds = material.outcomes, len(material.seeds)
    asked = (
        (
            seeds > 1,
            f"Would other random draws give another score? The spread, the sample standard deviation over {seeds} "
            "seeds, answers this.",
        ),
        (
            any(one.standard_error is not None for one in outcomes),
            "Would other documents of this kind? The 95% interval over documents answers this.",
        ),
        (
            any(one.p_value_two_sided is not None for one in outcomes),
            "Could chance among the words do the same? The two-sided p of a permutation test answers this.",
        ),
        (
            any(one.null_scores for one in outcomes),
            "Could word frequency and chance alone? The scores on shuffled text answer this: all words of the corpus "
            "are put in random places, and the training is repeated.",
        ),
        (
            any(one.left_out for one in outcomes),
            "Does the score rest on one word? The score without each single word answers this.",
        ),
    )
    return tuple(sentence for was_asked, sentence in asked if was_asked)


def _training(material: Material) -> str:
    settings = material.settings
    size = (
        f"{thousands(material.trained_tokens)} of the {thousands(material.token_count)} words of the corpus are in the "
        f"vocabulary of {thousands(material.vocabulary_size)} words."
    )
    if settings.get("models"):
        return (
            f"The word vectors were trained elsewhere: {plural(len(settings['models']), 'model')}, whose names and "
            f"hashes are in the manifest. {size}"
        )
    seeds = plural(len(material.seeds), "training")
    return (
        f"Skip-gram with negative sampling (word2vec) was trained on the corpus in {seeds} with other random draws: "
        f"{settings['dimension']} dimensions, a window of {settings['window']} words, {settings['negatives']} noise "
        f"words, {settings['epochs']} epochs, words that occur at least {settings['minimum_count']} times. {size}"
    )


def citation(entry: str, text: str) -> Section:
    """How the audit is cited."""
    return Section("How to cite", "citation", (Paragraph(text), Code(entry, "bibtex")))


def appendix(material: Material, cards: list[ProbeCard]) -> Section:
    """Formulas, then each probe's seeds and words."""
    outcomes = [card.outcome for card in cards]
    used = {
        "training": not material.settings.get("models"),
        "influence": DESCRIPTIONS[material.settings["estimator"]].calibrated,
        "standard-error": any(one.standard_error is not None for one in outcomes),
        "permutation": any(one.p_value_two_sided is not None for one in outcomes),
        "agreement": any(one.seed_agreement is not None for one in outcomes),
        "ceiling": any(one.agreement for check in material.checks for one in check.finished.outcome.probes),
    }
    names = formulas_for([one.kind for one in outcomes], used)
    formulas = Section("Formulas", "formulas", tuple(Formula(name) for name in names))
    settings = Section("Settings", "settings", (_settings(material.settings),))
    probes = tuple(_probe(card) for card in cards)
    return Section("Appendix: formulas, seeds and words", "appendix", (), (formulas, settings, *probes))


def _settings(settings: Mapping[str, Any]) -> Table:
    rows = tuple((name.replace("_", " "), _written(value)) for name, value in settings.items() if name != "models")
    return Table("Settings of the audit", (("Setting", False), ("Value", False)), rows)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return joined(list(map(str, value))) if isinstance(value, list) else str(value)


def _probe(card: ProbeCard) -> Section:
    outcome, kind = card.outcome, card.kind
    blocks: list[Block] = [
        Facts(
            tuple(
                (
                    f"{one.name} ({one.role}, {len(one.found)} of {one.word_count})",
                    joined_words(one.found, one.missing, one.unpaired),
                )
                for one in card.coverage
            )
        )
    ]
    if outcome.by_seed:
        columns = [("Seed", True), (kind.score.capitalize(), True), ("p, two-sided", True), ("Estimator's own", True)]
        seeds = tuple(
            (
                str(seed.seed),
                score_text(seed.score, outcome.kind),
                probability(seed.p_value_two_sided),
                score_text(seed.surrogate_score, outcome.kind),
            )
            for seed in outcome.by_seed
        )
        blocks.append(Table(f"Scores of {outcome.name} by seed", tuple(columns), seeds))
    if outcome.associations or card.left_out:
        blocks += _words(card)
    return Section(outcome.name, f"words-{card.number}", tuple(blocks))


def _words(card: ProbeCard) -> list[Block]:
    """A row a word: its association, and what the score is without it; then why some words cannot be left out."""
    outcome, several = card.outcome, len(card.outcome.by_seed) > 1
    without = {(one.word.set_name, one.word.word): one for one in card.left_out}
    rows: list[tuple[str, ...]] = []
    for one in outcome.associations:
        spread = decimal(one.spread, 3) if several else "–"
        known = (one.word, one.set_name, signed(one.association, 3), spread, thousands(one.count))
        rows.append((*known, *_without(without.pop((one.set_name, one.word), None), card)))
    rows += [(name, title, "–", "–", "–", *_without(one, card)) for (title, name), one in without.items()]
    columns = [("Word", False), ("List", False), ("Association", True), ("Spread", True), ("Occurrences", True)]
    columns += [("Without it", True), ("Change", True), ("Remark", False)]
    if not card.left_out:
        columns, rows = columns[:5], [row[:5] for row in rows]
    reasons = dict.fromkeys(one.word.reason for one in card.left_out if one.word.reason)
    notes = (Paragraph(f"{NO_SCORE.capitalize()} without the word: {reason}", "note") for reason in reasons)
    return [Table(f"Words of {outcome.name}", tuple(columns), tuple(rows)), *notes]


def _without(one: LeftOut | None, card: ProbeCard) -> tuple[str, str, str]:
    """The score without a word, its change, and what that means; dashes where the word was not left out."""
    if one is None or one.word.score is None:
        return "–", "–", NO_SCORE if one else ""
    remark = "turns the sign" if one.turns else "carries the probe" if one.carries else ""
    change = "–" if one.change is None else signed(one.change, card.kind.digits)
    return score_text(one.word.score, card.outcome.kind), change, remark


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def joined_words(found: list[str], missing: list[str], unpaired: list[str]) -> str:
    """The words of a list as it was met."""
    parts = [", ".join(found) or "none found"]
    parts += [f"missing: {', '.join(missing)}"] if missing else []
    parts += [f"without the other word of the pair: {', '.join(unpaired)}"] if unpaired else []
    return "; ".join(parts)


def manifest(material: Material) -> Section:
    """All that is needed to compute the audit again."""
    lead = Paragraph(
        "All that is needed to compute this audit again; skipgram-audit reproduce takes it as a file.", "note"
    )
    written = UNSAFE.sub(_escaped, json.dumps(material.manifest, indent=1, ensure_ascii=False))
    return Section("Appendix: manifest", "manifest", (lead, Code(LIST.sub(_on_few_lines, written), "json")))


def _on_few_lines(found: re.Match[str]) -> str:
    """A list of words or numbers, which JSON writes on a line each, on as few as fit a page."""
    between = f",\n{found['indent']}"
    lines = [""]
    for item in found["items"].split(between):
        if lines[-1] and len(lines[-1]) + len(item) > LIST_LINE:
            lines.append("")
        lines[-1] += f"{', ' if lines[-1] else ''}{item}"
    if len(lines) == 1:
        return f"[{lines[0]}]"
    return f"[\n{found['indent']}{between.join(lines)}\n{found['end']}]"
