"""The plain values that reports are written from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from skipgram_audit.model.influence_table import Attribution
from skipgram_audit.model.outcome import ProbeOutcome


@dataclass(frozen=True)
class ReportProbe:
    """A probe's outcome, and the influence of all texts on it; None when it was not measured."""

    outcome: ProbeOutcome
    attribution: Attribution | None


@dataclass(frozen=True)
class SeedVectors:
    """The trained vectors of one seed: float32 [words, dimension]."""

    seed: int
    words: tuple[str, ...]
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True)
class WordInfluences:
    """Influence by word.

    Attributes:
        words: [V].
        counts: int64 [V], tokens of each.
        probes: names [P].
        influences: float64 [P, V], of all tokens of a word.
    """

    words: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    probes: list[str]
    influences: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Report:
    """A finished audit.

    Attributes:
        metadata_fields: names of the documents' fields, in the order of the columns.
        manifest: see manifest.py.
        vectors: none when nothing could be measured, since nothing was trained then.
        words: influence by word; None when nothing could be measured.
        duplicates: int32 [documents], the number of the first document of each one's group of near-duplicates, -1 for
            those in none; None when they were not looked for.
    """

    title: str
    corpus_name: str
    document_count: int
    sentence_count: int
    token_count: int
    vocabulary_size: int
    trained_tokens: int
    metadata_fields: list[str]
    settings: dict[str, Any]
    manifest: dict[str, Any]
    probes: list[ReportProbe]
    vectors: Iterable[SeedVectors]
    duplicates: npt.NDArray[np.int32] | None = None
    words: WordInfluences | None = None


def outcomes_of(report: dict[str, Any]) -> list[ProbeOutcome]:
    """The probes' outcomes of the content of report.json."""
    # The file has a verdict on every probe; an outcome has the code of a reason alone.
    rows = [{**row, "verdict": "" if row["measured"] else row["verdict"]} for row in report["probes"]]
    return TypeAdapter(list[ProbeOutcome]).validate_python(rows)
