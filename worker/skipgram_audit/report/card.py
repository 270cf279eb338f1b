"""Everything that a page or a report shows of one probe, made ready for the templates."""

from dataclasses import dataclass
from functools import cached_property

from skipgram_audit.model.kind_description import KindDescription
from skipgram_audit.model.outcome import Association, ProbeOutcome
from skipgram_audit.report import figures, sentences
from skipgram_audit.report.left_out import LeftOut, left_out_sentence, left_out_words
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
    """A probe's outcome with its verdict, sentences and charts; each is made when it is first asked for, since a page
    shows all of one probe and a line of the others.

    Attributes:
        number: of the probe in its audit, from 1.
    """

    outcome: ProbeOutcome
    number: int

    @cached_property
    def kind(self) -> KindDescription:
        """What is said of all probes of its kind."""
        return sentences.kind_of(self.outcome)

    @cached_property
    def direction(self) -> int:
        """+1 when positive influence amplifies, -1 when negative influence does."""
        return sentences.direction(self.outcome)

    @cached_property
    def verdict(self) -> ProbeVerdict:
        """What may be said of its score."""
        return probe_verdict(self.outcome)

    @cached_property
    def coverage(self) -> list[sentences.SetCoverage]:
        """Its word lists, and what of them was found."""
        return sentences.coverage(self.outcome)

    @property
    def influence(self) -> str:
        """What positive influence does."""
        return sentences.influence_sentence(self.outcome)

    @property
    def seeds(self) -> str:
        """The spread of its score over seeds."""
        return sentences.spread_note(self.outcome)

    @property
    def saturation(self) -> str:
        """Whether removing one document says little about removing many; empty where it does not matter."""
        return sentences.saturation_sentence(self.outcome)

    @cached_property
    def plots(self) -> list[AssociationPlot]:
        """Of its words: the charts that its kind has, with the lists of this probe."""
        names = sentences.list_names(self.outcome)
        plots = []
        for chart in self.kind.charts:
            role = f"{chart.role}s"
            sets = tuple(self.outcome.definition[role])
            plot = figures.dot_plot(self.outcome.associations, sets)
            if plot is not None:
                title = f"{self.kind.role(role).title}: each word"
                note, low, high = (text.format(**names) for text in (chart.note, chart.low, chart.high))
                plots.append(AssociationPlot(title, note, low, high, sets, chart.role, plot))
        return plots

    @cached_property
    def histogram_plot(self) -> figures.HistogramPlot | None:
        """Of its documents by influence."""
        return figures.histogram_plot(self.outcome.histogram)

    @property
    def concentration(self) -> str:
        """How much of the influence few documents hold."""
        return sentences.concentration_sentence(self.outcome)

    @cached_property
    def concentration_plot(self) -> figures.ConcentrationPlot | None:
        """The same as a curve."""
        return figures.concentration_plot(self.outcome.concentration)

    @property
    def interval(self) -> str:
        """Of its score, over documents."""
        return interval_text(self.outcome)

    @property
    def null(self) -> str:
        """What it scores on shuffled text."""
        return null_text(self.outcome)

    @cached_property
    def left_out(self) -> list[LeftOut]:
        """Its score without each single word."""
        return left_out_words(self.outcome)

    @property
    def left_out_sentence(self) -> str:
        """The same in a sentence."""
        return left_out_sentence(self.outcome)

    @cached_property
    def left_out_plot(self) -> figures.DotPlot | None:
        """The change of the score without each word, list by list; drawn as associations are, without spreads."""
        changes = [
            Association(item.word.set_name, item.word.role, item.word.word, item.change, 0.0, 0)
            for item in self.left_out
            if item.change is not None
        ]
        return figures.dot_plot(changes, list(dict.fromkeys(item.set_name for item in changes)))

    def agreement(self, document_count: int) -> str:
        """How far the seeds agree on which of the audit's documents matter."""
        return sentences.agreement_sentence(self.outcome, document_count)

    @property
    def anchor(self) -> str:
        """The card's id in a report."""
        return f"probe-{self.number}"

    @property
    def carrying(self) -> set[tuple[str, str]]:
        """List and word of the words that carry the probe."""
        return {(item.word.set_name, item.word.word) for item in self.left_out if item.carries}

    @property
    def found_count(self) -> int:
        return sum(len(item.found) for item in self.coverage)

    @property
    def word_count(self) -> int:
        return sum(item.word_count for item in self.coverage)
