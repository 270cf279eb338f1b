"""From the engine's result of a probe to the plain outcome that store, pages and reports share."""

import math

import numpy as np

from app.store.definitions.outcome import Association, Concentration, Histogram, ProbeOutcome, SeedOutcome
from app.store.definitions.probe import ProbeDefinition
from worker.engine.influence.attribution import InfluenceTable
from worker.engine.results import ProbeResult

HISTOGRAM_BINS = 40
"""Even, so that zero is an edge."""

CURVE_POINTS = 24
"""Of each kind, equally and geometrically spaced: a curve must be smooth at both of its ends."""


def outcome_of(result: ProbeResult, definition: ProbeDefinition) -> ProbeOutcome:
    """The outcome of a probe.

    Args:
        result: what the engine measured.
        definition: the probe as it was asked for.
    """
    scores = {
        "name": definition.name,
        "kind": definition.kind,
        "definition": definition.model_dump(mode="json"),
        "measured": result.measured,
        "reason": result.reason,
        "missing": result.missing,
    }
    attribution = result.attribution
    if attribution is None:
        return ProbeOutcome(**scores)  # type: ignore[arg-type]
    documents, sentences = attribution.documents.influence, attribution.sentences.influence
    return ProbeOutcome(
        **scores,  # type: ignore[arg-type]
        effect_size=result.effect_size,
        effect_size_spread=result.effect_size_spread,
        standard_error=standard_error_of(attribution.documents),
        mean_difference=result.mean_difference,
        p_value=result.p_value,
        p_method=result.p_method,
        replayed_score=result.replayed_score,
        by_seed=[
            SeedOutcome(one.seed, one.effect_size, one.mean_difference, one.p_value, one.replayed_score)
            for one in result.by_seed
        ],
        seed_agreement=attribution.seed_agreement,
        influence_sum=float(documents.sum()),
        positive_documents=int((documents > 0).sum()),
        zero_documents=int((documents == 0).sum()),
        positive_sentences=int((sentences > 0).sum()),
        zero_sentences=int((sentences == 0).sum()),
        histogram=histogram_of(attribution.documents),
        concentration=concentration_of(attribution.documents),
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


def standard_error_of(table: InfluenceTable) -> float:
    """Standard error of a score over documents by the infinitesimal jackknife (Jaeckel 1972; Efron 2014):

        sqrt(sum over documents of influence^2)

    In the textbook form the sum of squares is divided by n^2, since there an influence is the derivative with respect
    to a document's weight of 1/n. Ours is the effect of removing the whole document, which is that derivative divided
    by n already, so no factor of n is left. Influences are not centred: the number of documents counts as random too,
    as in a bootstrap that draws each document a Poisson number of times. What one training's chance adds to the
    influences makes the estimate too large rather than too small.
    """
    return float(np.sqrt(np.square(table.influence).sum()))


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
