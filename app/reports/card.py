"""Everything that a page or a report shows of one probe, made ready for the templates."""

from dataclasses import dataclass

from app.reports import figures, reading
from app.store.definitions.outcome import ProbeOutcome


@dataclass(frozen=True)
class ProbeCard:
    """A probe's outcome with its readings and charts.

    Attributes:
        anchor: the card's id on the page.
        sets: names of X, Y, A, B.
        direction: +1 when positive influence amplifies, -1 when negative influence does.
        target_plot: s(w, A, B) of the target words.
        attribute_plot: s(w, X, Y) of the attribute words.
    """

    outcome: ProbeOutcome
    anchor: str
    sets: tuple[str, str, str, str]
    direction: int
    coverage: list[reading.SetCoverage]
    sign: str
    seeds: str
    significance: str
    agreement: str
    target_plot: figures.DotPlot | None
    attribute_plot: figures.DotPlot | None
    histogram_plot: figures.HistogramPlot | None
    concentration: str
    concentration_plot: figures.ConcentrationPlot | None

    @property
    def found_count(self) -> int:
        return sum(len(item.found) for item in self.coverage)

    @property
    def word_count(self) -> int:
        return sum(len(item.found) + len(item.missing) for item in self.coverage)


def probe_card(outcome: ProbeOutcome, number: int) -> ProbeCard:
    """The card of the audit's probe of this number."""
    x, y, a, b = reading.set_names(outcome)
    return ProbeCard(
        outcome=outcome,
        anchor=f"probe-{number}",
        sets=(x, y, a, b),
        direction=reading.direction(outcome),
        coverage=reading.coverage(outcome),
        sign=reading.sign_reading(outcome),
        seeds=reading.seeds_reading(outcome),
        significance=reading.significance_reading(outcome),
        agreement=reading.agreement_reading(outcome),
        target_plot=figures.dot_plot(outcome.associations, (x, y)),
        attribute_plot=figures.dot_plot(outcome.associations, (a, b)),
        histogram_plot=figures.histogram_plot(outcome.histogram),
        concentration=reading.concentration_reading(outcome),
        concentration_plot=figures.concentration_plot(outcome.concentration),
    )
