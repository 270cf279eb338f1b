"""What the JSON API takes and gives for audits."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.model.outcome import OutcomeFields
from skipgram_audit.model.pretrained import MAXIMUM_MODELS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.text import PlainText
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.jobs.schemas import ComputedModel, JobModel
from skipgram_audit_web.web import FromRow, PageOf


class AuditRequest(BaseModel):
    """A new audit."""

    model_config = ConfigDict(extra="forbid")

    corpus_id: Id
    name: PlainText = Field(
        default="", max_length=200, description="Made from the corpus and the probes when left out."
    )
    probes: list[PlainText | ProbeDefinition] = Field(
        description="Stored probes by name, or whole definitions.", examples=[["weat-6"]]
    )
    settings: AuditSettings = AuditSettings()
    model_ids: list[Id] = Field(
        default=[],
        max_length=MAXIMUM_MODELS,
        description="Imported models in the place of training, one a seed. Settings that their files state are taken "
        "from there; settings.models is written by the server.",
    )
    standard_check: bool = Field(
        default=False,
        description="As soon as the audit is done, train without the 40 strongest documents of either side of its "
        "clearest probe, and without as many random ones. Not with imported models.",
    )


class PhaseCostModel(FromRow):
    """What a phase will take; ``runs`` is how many earlier runs on this machine say so, 0 for a first guess."""

    kind: str
    seconds: float
    runs: int


class CostModel(FromRow):
    """What an audit will take on this machine; ``runs`` is how many earlier runs of its longest phase say so."""

    seconds: float
    runs: int
    phases: list[PhaseCostModel]


class AuditSummary(ComputedModel):
    """An audit in a list."""

    name: str
    note: str
    corpus_id: int
    corpus_name: str
    probes: list[str]


class AuditList(PageOf[AuditSummary]):
    """A page of audits."""


class EvidenceModel(BaseModel):
    """One thing that bears on a score: ``for`` it, ``against`` it, a ``limit`` to it, ``missing``, or ``none`` where
    probes of this kind have no such test."""

    about: str
    support: str
    sentence: str


class ConclusionModel(BaseModel):
    """What may be said of a score: ``found``, ``weak``, ``chance``, ``unstable``, ``too_few_words`` or
    ``not_measurable``, with the reasons."""

    answer: str
    title: str
    sentence: str
    evidence: list[EvidenceModel]


@dataclass(frozen=True, kw_only=True)
class ProbeModel(OutcomeFields):
    """A probe as measured; ``score`` is the score, whatever its kind calls it (``score_name``).
    ``standard_error`` is null where ``standard_error_reason`` says why. A probe that is not ``measured`` has a
    ``reason``. The ``verdict`` is the answer of the ``conclusion``."""

    score_name: str
    standard_error_reason: str
    conclusion: ConclusionModel


class AuditDetail(AuditSummary):
    """An audit with its settings, its progress and, when done, its scores."""

    settings: dict[str, Any]
    standard_check: bool
    vocabulary_size: int
    trained_tokens: int
    document_count: int
    sentence_count: int
    job: JobModel | None
    results: list[ProbeModel]
