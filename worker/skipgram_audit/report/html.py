"""report.html: one file with its styles in it, without scripts and without any address to fetch from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from markupsafe import Markup

from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.overview import overview_panels
from skipgram_audit.report.templating import make_environment
from skipgram_audit.report.values import Report, ReportProbe
from skipgram_audit.resources import static_folder

TEXTS_SHOWN = 20
"""Documents, and sentences, of each side."""

EXCERPT_LENGTH = 400
LONGEST_SENTENCE = 1_000


@dataclass(frozen=True)
class RankedText:
    """A document's beginning or a sentence in a report's lists."""

    title: str
    external_id: str
    text: str
    influence: float
    spread: float
    sign_stability: float


@dataclass(frozen=True)
class ProbeSection:
    """A probe's card and its most amplifying and most mitigating texts; ``largest_*`` scale the bars."""

    card: ProbeCard
    documents: dict[str, list[RankedText]]
    sentences: dict[str, list[RankedText]]
    largest_document: float
    largest_sentence: float


def extremes(table: InfluenceTable, direction: int) -> dict[str, list[int]]:
    """Rows of the largest influences either way, the strongest first; a row is never on the wrong side of zero."""
    order = table.order()
    up = [int(row) for row in order[:TEXTS_SHOWN] if table.influence[row] > 0]
    down = [int(row) for row in order[::-1][:TEXTS_SHOWN] if table.influence[row] < 0]
    return {"amplifying": up, "mitigating": down} if direction > 0 else {"amplifying": down, "mitigating": up}


class HtmlReport:
    """Collects, while documents stream by, the few texts that the report shows; then writes it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._cards = [ProbeCard(probe.outcome, number) for number, probe in enumerate(report.probes, start=1)]
        self._documents: dict[int, tuple[str, str, str]] = {}
        self._sentences: dict[int, tuple[str, str, str]] = {}
        tables = [
            (probe.attribution, card.direction)
            for probe, card in zip(report.probes, self._cards, strict=True)
            if probe.attribution is not None
        ]
        self._wanted_documents = _rows([extremes(item.documents, direction) for item, direction in tables])
        self._wanted_sentences = _rows([extremes(item.sentences, direction) for item, direction in tables])
        self._sentence_count = 0

    def add(self, number: int, document: CorpusDocument) -> None:
        """Looks at the document of this number; they must come in order."""
        names = document.title, document.id
        if number in self._wanted_documents:
            self._documents[number] = (*names, _cut(document.text, EXCERPT_LENGTH))
        for index, (start, end) in enumerate(document.bounds.tolist(), start=self._sentence_count):
            if index in self._wanted_sentences:
                self._sentences[index] = (*names, _cut(document.text[start:end], LONGEST_SENTENCE))
        self._sentence_count += len(document.bounds)

    def write(self, path: Path) -> None:
        """Writes the report; all documents have been added."""
        page = (
            make_environment()
            .get_template("report.html")
            .render(
                report=self._report,
                written=datetime.now(UTC),
                overview=overview_panels([card.outcome for card in self._cards]),
                sections=[self._section(*pair) for pair in zip(self._cards, self._report.probes, strict=True)],
                # Our own file, and inside a style element nothing may be escaped.
                style=Markup((static_folder() / "style.css").read_text(encoding="utf-8")),
            )
        )
        path.write_text(page, encoding="utf-8")

    def _section(self, card: ProbeCard, probe: ReportProbe) -> ProbeSection:
        if probe.attribution is None:
            return ProbeSection(card, {}, {}, 0.0, 0.0)
        documents, sentences = probe.attribution.documents, probe.attribution.sentences
        return ProbeSection(
            card,
            _ranked(documents, card.direction, self._documents),
            _ranked(sentences, card.direction, self._sentences),
            float(np.abs(documents.influence).max(initial=0.0)),
            float(np.abs(sentences.influence).max(initial=0.0)),
        )


def _rows(sides: list[dict[str, list[int]]]) -> set[int]:
    return {row for item in sides for rows in item.values() for row in rows}


def _ranked(
    table: InfluenceTable, direction: int, texts: dict[int, tuple[str, str, str]]
) -> dict[str, list[RankedText]]:
    return {
        side: [
            RankedText(
                *texts[row], float(table.influence[row]), float(table.spread[row]), float(table.sign_stability[row])
            )
            for row in rows
        ]
        for side, rows in extremes(table, direction).items()
    }


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"
