"""Everything that a page or a report shows of one probe, made ready for the templates."""

from dataclasses import dataclass

from skipgram_audit.model.kind_description import KindDescription
from skipgram_audit.model.outcome import Association, ProbeOutcome
from skipgram_audit.report import figures, left_out, sentences
from skipgram_audit.report.verdict import ProbeVerdict, interval_text, null_text, probe_verdict


@dataclass(frozen=True)
class AssociationPlot:
    """A chart of what a probe says of the words of one role.

    Attributes:
        title: over the chart.
        note: what its two sides mean.
        low, high: labels of the two sides.
        sets: the word lists in it.
        role: of these lists.
    """

    title: str
    note: str
    low: str
    high: str
    sets: tuple[str, ...]
    role: str
    plot: figures.DotPlot


@dataclass(frozen=True)
class ProbeCard:
    """A probe's outcome with its verdict, sentences and charts.

    Attributes:
        number: of the probe in its audit, from 1.
        kind: what is said of all probes of its kind.
        direction: +1 when positive influence amplifies, -1 when negative influence does.
        influence: what positive influence does.
        plots: of the words.
        carrying: list and word of the words that carry the probe.
    """

    outcome: ProbeOutcome
    number: int
    kind: KindDescription
    direction: int
    verdict: ProbeVerdict
    coverage: list[sentences.SetCoverage]
    influence: str
    seeds: str
    saturation: str
    plots: list[AssociationPlot]
    histogram_plot: figures.HistogramPlot | None
    concentration: str
    concentration_plot: figures.ConcentrationPlot | None
    interval: str
    null: str
    left_out: list[left_out.LeftOut]
    left_out_sentence: str
    left_out_plot: figures.DotPlot | None

    def agreement(self, document_count: int) -> str:
        """How far the seeds agree on which of the audit's documents matter."""
        return sentences.agreement_sentence(self.outcome, document_count)

    @property
    def anchor(self) -> str:
        """The card's id in a report."""
        return f"probe-{self.number}"

    @property
    def carrying(self) -> set[tuple[str, str]]:
        return {(item.word.set_name, item.word.word) for item in self.left_out if item.carries}

    @property
    def found_count(self) -> int:
        return sum(len(item.found) for item in self.coverage)

    @property
    def word_count(self) -> int:
        return sum(item.word_count for item in self.coverage)


def probe_card(outcome: ProbeOutcome, number: int) -> ProbeCard:
    """The card of the audit's probe of this number."""
    words = left_out.left_out_words(outcome)
    return ProbeCard(
        outcome=outcome,
        number=number,
        kind=sentences.kind_of(outcome),
        direction=sentences.direction(outcome),
        verdict=probe_verdict(outcome),
        coverage=sentences.coverage(outcome),
        influence=sentences.influence_sentence(outcome),
        seeds=sentences.spread_note(outcome),
        saturation=sentences.saturation_sentence(outcome),
        plots=_plots(outcome),
        histogram_plot=figures.histogram_plot(outcome.histogram),
        concentration=sentences.concentration_sentence(outcome),
        concentration_plot=figures.concentration_plot(outcome.concentration),
        interval=interval_text(outcome),
        null=null_text(outcome),
        left_out=words,
        left_out_sentence=left_out.left_out_sentence(outcome),
        left_out_plot=_changes_plot(words),
    )


def _changes_plot(words: list[left_out.LeftOut]) -> figures.DotPlot | None:
    """The change of the score without each word, list by list; as dots of associations are drawn, without spreads."""
    changes = [
        Association(item.word.set_name, item.word.role, item.word.word, item.change, 0.0, 0)
        for item in words
        if item.change is not None
    ]
    return figures.dot_plot(changes, list(dict.fromkeys(item.set_name for item in changes)))


def _plots(outcome: ProbeOutcome) -> list[AssociationPlot]:
    """The charts that the probe's kind has, with the lists of this probe."""
    kind, names = sentences.kind_of(outcome), sentences.list_names(outcome)
    plots = []
    for chart in kind.charts:
        role = f"{chart.role}s"
        sets = tuple(outcome.definition[role])
        plot = figures.dot_plot(outcome.associations, sets)
        if plot is not None:
            title = f"{kind.role(role).title}: each word"
            note, low, high = (text.format(**names) for text in (chart.note, chart.low, chart.high))
            plots.append(AssociationPlot(title, note, low, high, sets, chart.role, plot))
    return plots
