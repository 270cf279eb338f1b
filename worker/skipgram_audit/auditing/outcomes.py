"""From the engine's result of a probe to the plain outcome that store, pages and reports share."""

import math
from dataclasses import asdict

import numpy as np

from skipgram_audit.auditing.results import ProbeResult
from skipgram_audit.model.estimators import DESCRIPTIONS, EstimatorName
from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.model.outcome import (
    FEWEST_DOCUMENTS,
    Association,
    Concentration,
    Histogram,
    LeftOutWord,
    ProbeOutcome,
    SeedOutcome,
    SolverOutcome,
)
from skipgram_audit.model.probe import ProbeDefinition

HISTOGRAM_BINS = 40
"""Even, so that zero is an edge."""

CURVE_POINTS = 24
"""Of each kind, equally and geometrically spaced: a curve must be smooth at both of its ends."""


def outcome_of(result: ProbeResult, definition: ProbeDefinition, estimator: EstimatorName) -> ProbeOutcome:
    """The outcome of a probe.

    Args:
        result: what the engine measured.
        definition: the probe as it was asked for.
        estimator: of its influences; says whether there is a standard error over documents.
    """
    scores = {
        "name": definition.name,
        "kind": definition.kind,
        "definition": definition.model_dump(mode="json"),
        "measured": result.measured,
        "reason": result.reason,
        "verdict": result.verdict,
        "missing": result.missing,
    }
    attribution = result.attribution
    if attribution is None:
        return ProbeOutcome(**scores)  # type: ignore[arg-type]
    documents, sentences = attribution.documents.influence, attribution.sentences.influence
    return ProbeOutcome(
        **scores,  # type: ignore[arg-type]
        score=result.score,
        score_spread=result.score_spread,
        standard_error=(
            standard_error_of(attribution.documents, len(result.by_seed))
            if DESCRIPTIONS[estimator].calibrated and np.count_nonzero(documents) >= FEWEST_DOCUMENTS
            else None
        ),
        mean_difference=result.mean_difference,
        p_value=result.p_value,
        p_method=result.p_method,
        surrogate_score=result.surrogate_score,
        null_scores=list(result.null_scores),
        by_seed=[
            SeedOutcome(
                one.seed,
                one.score,
                one.mean_difference,
                one.p_value,
                one.surrogate_score,
                None if one.solver is None else SolverOutcome(**asdict(one.solver)),
            )
            for one in result.by_seed
        ],
        seed_agreement=attribution.seed_agreement,
        influence_sum=float(documents.sum()),
        positive_documents=int((documents > 0).sum()),
        zero_documents=int((documents == 0).sum()),
        stable_documents=int(((documents != 0) & (attribution.documents.sign_stability == 1.0)).sum()),
        positive_sentences=int((sentences > 0).sum()),
        zero_sentences=int((sentences == 0).sum()),
        histogram=histogram_of(attribution.documents),
        concentration=concentration_of(attribution.documents),
        left_out=[
            LeftOutWord(one.set_name, one.role, one.word, one.score, one.spread, one.reason) for one in result.left_out
        ],
        associations=[
            Association(one.set_name, one.role, one.word, one.association, one.spread, one.count)
            for one in result.associations
        ],
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
