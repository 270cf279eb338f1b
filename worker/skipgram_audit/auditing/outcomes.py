"""What is reported of the influence of all texts on one probe: sums, counts, standard error, distribution."""

import math
from dataclasses import replace

import numpy as np

from skipgram_audit.model.estimators import DESCRIPTIONS, EstimatorName
from skipgram_audit.model.influence_table import Attribution, InfluenceTable
from skipgram_audit.model.outcome import FEWEST_DOCUMENTS, Concentration, Histogram, ProbeOutcome

HISTOGRAM_BINS = 40
"""Even, so that zero is an edge."""

CURVE_POINTS = 24
"""Of each kind, equally and geometrically spaced: a curve must be smooth at both of its ends."""


def with_influence(outcome: ProbeOutcome, attribution: Attribution, estimator: EstimatorName) -> ProbeOutcome:
    """The outcome of a measured probe with what is reported of the influence on it.

    Args:
        outcome: its scores.
        estimator: of the influence; says whether there is a standard error over documents.
    """
    documents, sentences = attribution.documents.influence, attribution.sentences.influence
    return replace(
        outcome,
        standard_error=(
            standard_error_of(attribution.documents, len(outcome.by_seed))
            if DESCRIPTIONS[estimator].calibrated and np.count_nonzero(documents) >= FEWEST_DOCUMENTS
            else None
        ),
        seed_agreement=attribution.seed_agreement,
        influence_sum=float(documents.sum()),
        positive_documents=int((documents > 0).sum()),
        zero_documents=int((documents == 0).sum()),
        stable_documents=int(((documents != 0) & (attribution.documents.sign_stability == 1.0)).sum()),
        positive_sentences=int((sentences > 0).sum()),
        zero_sentences=int((sentences == 0).sum()),
        histogram=histogram_of(attribution.documents),
        concentration=concentration_of(attribution.documents),
    )


def histogram_of(table: InfluenceTable) -> Histogram:
    """Equally wide bins from minus to plus the largest absolute influence, zeros left out."""
    influence = table.influence[table.influence != 0]
    if len(influence) == 0:
        return Histogram()
    edge = float(np.abs(influence).max())
    counts, edges = np.histogram(influence, bins=HISTOGRAM_BINS, range=(-edge, edge))
    return Histogram(edges.tolist(), counts.tolist())


def standard_error_of(table: InfluenceTable, seeds: int) -> float:
    """Standard error of a score over documents by the infinitesimal jackknife (Jaeckel 1972; Efron 2014), the chance of
    training taken out:

        sqrt(max(0, sum over documents of influence^2 - spread^2 / seeds))

    with the mean and the sample standard deviation over seeds of a document's influence. In the textbook form
    the sum of squares is divided by n^2, since there an influence is the derivative with respect to a document's weight
    of 1/n. Ours is the effect of removing the whole document, which is that derivative divided by n already, so no
    factor of n is left. Influences are not centred: the number of documents counts as random too, as in a bootstrap
    that draws each document a Poisson number of times.

    A mean over a few seeds holds their noise, whose square would be added to the sum once for every document. The
    second term takes it out (as Wager, Hastie and Efron 2014 do for the Monte Carlo noise of bagging): the difference
    is the mean, over pairs of different seeds, of the sum of products of the two seeds' influences, which is unbiased
    when the seeds' noise is independent. With one seed the noise is unknown and stays in, so the standard error is too
    large.
    """
    squares = float(np.square(table.influence).sum())
    noise = float(np.square(table.spread).sum()) / seeds
    return math.sqrt(max(0.0, squares - noise))


def concentration_of(table: InfluenceTable) -> Concentration:
    """Shares of the total absolute influence, documents of large influence of either sign first."""
    absolute = np.sort(np.abs(table.influence))[::-1]
    total = float(absolute.sum())
    if total == 0:
        return Concentration()
    cumulative = np.cumsum(absolute) / total
    documents = len(absolute)
    hundredth, tenth = math.ceil(documents / 100), math.ceil(documents / 10)
    spaced = [*np.geomspace(1, documents, CURVE_POINTS), *np.linspace(1, documents, CURVE_POINTS)]
    counts = np.unique(np.round([*spaced, hundredth, tenth]).astype(np.int64))
    return Concentration(
        top_1_percent=float(cumulative[hundredth - 1]),
        top_10_percent=float(cumulative[tenth - 1]),
        document_counts=counts.tolist(),
        shares=cumulative[counts - 1].tolist(),
    )
