"""The plain values that reports are written from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.results import Attribution
from skipgram_audit.auditing.words import WordInfluences
from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.model.outcome import ProbeOutcome


@dataclass(frozen=True)
class ReportDocument:
    """A document as a report needs it; ``bounds`` are its sentences, uint32 [sentences, 2], in code points."""

    external_id: str
    title: str
    text: str
    bounds: npt.NDArray[np.uint32]
    fields: dict[str, str] = field(default_factory=dict)


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


def seed_vectors(pipeline: AuditPipeline) -> Iterator[SeedVectors]:
    """The vectors of every seed that was trained."""
    if pipeline.measurable_probes:
        for trajectory in pipeline.trajectories:
            yield SeedVectors(trajectory.seed, pipeline.corpus.words, trajectory.inputs)


def ranks(table: InfluenceTable, leave_out_zero: bool) -> npt.NDArray[np.int64]:
    """int64 [rows]: each row's rank from 1, the largest influence first.

    Args:
        leave_out_zero: rows of influence zero get no rank, shown as 0, and the others are ranked without gaps.
    """
    order = table.order()
    if leave_out_zero:
        order = order[table.influence[order] != 0]
    result = np.zeros(len(table.influence), np.int64)
    result[order] = np.arange(1, len(order) + 1)
    return result
