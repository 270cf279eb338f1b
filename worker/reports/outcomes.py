"""From the engine's result of a probe to the plain outcome that store, pages and reports share."""

import numpy as np

from app.store.definitions.outcome import Association, Histogram, ProbeOutcome, SeedOutcome
from app.store.definitions.probe import ProbeDefinition
from worker.engine.influence.attribution import InfluenceTable
from worker.engine.results import ProbeResult

HISTOGRAM_BINS = 40
"""Even, so that zero is an edge."""


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
