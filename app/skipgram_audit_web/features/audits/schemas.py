"""What the JSON API takes and gives for audits."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.model.pretrained import MAXIMUM_MODELS
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.text import PlainText
from skipgram_audit.store.models import Status
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.web import FromRow


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


class AuditSummary(FromRow):
    """An audit in a list."""

    id: int
    name: str
    note: str
    status: Status
    corpus_id: int
    corpus_name: str
    probes: list[str]
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class AuditList(BaseModel):
    """A page of audits."""

    items: list[AuditSummary]
    next: str | None
    previous: str | None


class SolverModel(FromRow):
    """How the linear system behind one training's influences was solved."""

    damping: float
    iterations: int
    residual: float
    sampling_error: float | None


class SeedModel(FromRow):
    """The scores of one training."""

    seed: int
    score: float
    mean_difference: float | None
    p_value: float | None
    p_value_two_sided: float | None
    surrogate_score: float | None
    solver: SolverModel | None


class AssociationModel(FromRow):
    """A word's association with the other pair of sets. ``stability`` is the share of its ten nearest words that two
    seeds have in common, null where nothing is known of that."""

    set_name: str
    role: str
    word: str
    association: float
    spread: float
    count: int
    stability: float | None


class LeftOutModel(FromRow):
    """The score without one word of one word list; null with a reason when there is none."""

    set_name: str
    role: str
    word: str
    score: float | None
    spread: float
    reason: str


class RepeatsModel(FromRow):
    """What becomes of a score when, of each group of near-duplicates, the first document alone is kept: documents that
    go, the score as it is predicted without them, and the score less the sum of their influences."""

    documents: int
    score: float | None
    first_order_score: float


class HistogramModel(FromRow):
    """Documents by influence, those of influence zero left out."""

    edges: list[float]
    counts: list[int]


class ConcentrationModel(FromRow):
    """The shares of the total absolute influence that the strongest documents hold."""

    top_1_percent: float | None
    top_10_percent: float | None
    document_counts: list[int]
    shares: list[float]


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


class ProbeModel(FromRow):
    """A probe as measured; ``score`` is the score, whatever its kind calls it (``score_name``).
    ``standard_error`` is null where ``standard_error_reason`` says why. A probe that is not ``measured`` has a
    ``reason``. The ``verdict`` is the answer of the ``conclusion``."""

    name: str
    kind: str
    score_name: str
    definition: dict[str, Any]
    measured: bool
    reason: str
    verdict: str
    missing: dict[str, list[str]]
    score: float | None
    score_spread: float | None
    standard_error: float | None
    standard_error_reason: str
    mean_difference: float | None
    p_value: float | None
    p_value_two_sided: float | None
    p_method: str
    surrogate_score: float | None
    null_scores: list[float]
    by_seed: list[SeedModel]
    seed_agreement: float | None
    influence_sum: float | None
    positive_documents: int
    zero_documents: int
    stable_documents: int | None
    positive_sentences: int
    zero_sentences: int
    histogram: HistogramModel
    concentration: ConcentrationModel
    left_out: list[LeftOutModel]
    repeats: RepeatsModel | None
    associations: list[AssociationModel]

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
