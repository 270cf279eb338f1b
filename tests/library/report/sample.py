"""A small report of made-up numbers that add up: two documents with three sentences, one probe measured, one not."""

from typing import Any

import numpy as np

from skipgram_audit.auditing.outcomes import with_influence
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.model.influence_table import Attribution, InfluenceTable
from skipgram_audit.model.outcome import Association, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import built_in_probes, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.values import Report, ReportProbe, SeedVectors

OWN = parse_probe(
    {
        "name": "mine",
        "targets": {"He": ["he", "his", "him"], "She": ["she", "her", "hers"]},
        "attributes": {"Work": ["office", "career", "salary"], "Home": ["home", "family", "kitchen"]},
    }
)
DOCUMENTS = [
    CorpusDocument(
        "He works. 😀 She too.",
        np.array([[0, 9], [10, 20]], np.uint32),
        "=1+1",
        "<script>alert(1)</script>",
        {"author": "@nobody"},
    ),
    CorpusDocument("Nothing.", np.array([[0, 8]], np.uint32), "-7", "Größe"),
    CorpusDocument("", np.zeros((0, 2), np.uint32), "empty"),
]
SENTENCES = np.array([[0.3, -0.1, 0.0], [0.5, -0.3, 0.0]])
"""Influences [seeds, sentences]."""


def attribution() -> Attribution:
    documents = np.stack([SENTENCES[:, :2].sum(axis=1), SENTENCES[:, 2], np.zeros(2)], axis=1)
    return Attribution(
        InfluenceTable.of(documents), InfluenceTable.of(SENTENCES), np.zeros(5, np.float32), seed_agreement=1.0
    )


def measured() -> ProbeOutcome:
    """Its scores."""
    return ProbeOutcome(
        name="mine",
        kind=OWN.kind,
        definition=OWN.model_dump(mode="json"),
        measured=True,
        missing={"He": [], "She": [], "Work": [], "Home": []},
        score=-0.5,
        score_spread=0.1,
        mean_difference=-0.05,
        p_value=0.8,
        p_method="exact over 2 splits",
        surrogate_score=-0.4,
        null_scores=[0.1, -0.3],
        by_seed=[SeedOutcome(1, -0.4, -0.04, 0.8, -0.3), SeedOutcome(2, -0.6, -0.06, 0.8, -0.5)],
        associations=[Association("He", "target", "he", -0.1, 0.01, 4)],
    )


def make_report(**changes: Any) -> Report:
    weat_1 = built_in_probes()["weat-1"]
    unmeasured = ProbeOutcome(
        "weat-1", "weat", weat_1.model_dump(mode="json"), False, "No word of 'Flowers' is in the vocabulary.",
        missing={"Flowers": ["rose"]},
    )  # fmt: skip
    values: dict[str, Any] = {
        "title": "An <b>audit</b>",
        "corpus_name": "Corpus",
        "document_count": 3,
        "sentence_count": 3,
        "token_count": 6,
        "vocabulary_size": 2,
        "trained_tokens": 5,
        "metadata_fields": ["author"],
        "settings": AuditSettings().model_dump(mode="json"),
        "manifest": {"format": 1, "name": "</code><script>"},
        "probes": [
            ReportProbe(with_influence(measured(), attribution(), "replay"), attribution()),
            ReportProbe(unmeasured, None),
        ],
        "vectors": [SeedVectors(3, ("he", "größe"), np.array([[0.5, -1.25], [0.1, 2.0]], np.float32))],
    }
    return Report(**(values | changes))
