"""What an audit says of one probe, as plain values: written to the store and to reports, read by pages and charts."""

from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ConfigDict

from skipgram_audit.model.kinds import KINDS

STATED = ConfigDict(json_schema_serialization_defaults_required=True)
"""Of what the JSON API gives: its description says that every field is there, one with a default, too."""

FEWEST_DOCUMENTS = 10
"""With influence, for a standard error over documents. One document says nothing of how documents differ, and from few
the jackknife's error is itself uncertain: with 10 the 1.96 of a normal interval should be 2.26, by Student's t."""


@dataclass(frozen=True)
class SolverOutcome:
    """How the linear system behind one seed's influences was solved.

    Attributes:
        damping: added to the curvature.
        iterations: steps taken.
        residual: relative size of what is left of the right-hand side.
        sampling_error: relative standard error of a sampled solution; None where nothing is sampled.
    """

    damping: float
    iterations: int
    residual: float
    sampling_error: float | None


@dataclass(frozen=True)
class SeedOutcome:
    """The scores of one training."""

    __pydantic_config__ = STATED

    seed: int
    score: float
    mean_difference: float | None
    p_value: float | None
    surrogate_score: float | None
    solver: SolverOutcome | None = None
    p_value_two_sided: float | None = None


@dataclass(frozen=True)
class Association:
    """s(w, A, B) of a target word, or s(w, X, Y) of an attribute word: the mean over seeds with its spread.

    Attributes:
        set_name: the word list that the word belongs to.
        role: ``target`` or ``attribute``.
        count: occurrences in the trained corpus.
        stability: share of the ten nearest words that two seeds have in common; None with one seed, and in audits of
            version 0.2.0. See training/neighbour_stability.py.
    """

    __pydantic_config__ = STATED

    set_name: str
    role: str
    word: str
    association: float
    spread: float
    count: int
    stability: float | None = None


@dataclass(frozen=True)
class LeftOutWord:
    """A probe without one word of one list: its effect size, mean over seeds with its spread, or why it has none.

    Attributes:
        role: ``target`` or ``attribute``.
        score: None when the probe cannot be measured without the word; ``reason`` says why.
    """

    __pydantic_config__ = STATED

    set_name: str
    role: str
    word: str
    score: float | None
    spread: float
    reason: str = ""


@dataclass(frozen=True)
class Repeats:
    """What becomes of a score when, of each group of near-duplicates, the first document alone is kept.

    Attributes:
        documents: that go.
        score: as the audit's estimator predicts it without them; None where none go, or no score is left.
        first_order_score: the score less the sum of their influences.
    """

    documents: int
    score: float | None
    first_order_score: float


@dataclass(frozen=True)
class Histogram:
    """Documents by influence: ``counts[i]`` of them lie between ``edges[i]`` and ``edges[i + 1]``.

    The bins are equally wide and symmetric about zero; documents of influence zero are in no bin.
    """

    __pydantic_config__ = STATED

    edges: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Concentration:
    """How the total absolute influence is shared out among the documents, the strongest first.

    Attributes:
        top_1_percent, top_10_percent: share of the total in the first hundredth and tenth of all documents, both
            rounded up to whole documents; None when no document has any influence.
        document_counts, shares: the cumulative curve: the first ``document_counts[i]`` documents hold ``shares[i]``.
    """

    __pydantic_config__ = STATED

    top_1_percent: float | None = None
    top_10_percent: float | None = None
    document_counts: list[int] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class TokenInfluence:
    """A token with a non-zero influence: text[start:end] of its document."""

    start: int
    end: int
    influence: float


@dataclass(frozen=True)
class RankedPlace:
    """A text's place in the ranking of all texts for one probe; the tables have a column for each of its fields.

    Attributes:
        rank: from 1, which raises the score most, to what lowers it most.
    """

    rank: int
    influence: float
    spread: float
    sign_stability: float


@dataclass(frozen=True)
class SentencePlace(RankedPlace):
    """A sentence's place, and its number in its document."""

    sentence_index: int


@dataclass(frozen=True)
class OutcomeFields:
    """What is kept of a probe; every field up to ``associations`` is a column of ``audit_probes`` of the same name.

    score is the score, whatever its kind calls it; reason says why there is none. mean_difference and the p-values are
    None for kinds that have no such number. p_value is one-sided, the probability of a difference as high as this or
    higher; p_value_two_sided that of one as far from zero; both are means over seeds. Audits of version 0.2.0 have the
    first alone. repeats is None where the estimator only adds up influences, which says nothing of texts that repeat
    each other, and in audits of earlier versions.
    """

    __pydantic_config__ = STATED

    name: str
    kind: str
    definition: dict[str, Any]
    measured: bool
    reason: str = ""
    verdict: str = ""
    missing: dict[str, list[str]] = field(default_factory=dict)
    score: float | None = None
    score_spread: float | None = None
    standard_error: float | None = None
    mean_difference: float | None = None
    p_value: float | None = None
    p_value_two_sided: float | None = None
    p_method: str = ""
    surrogate_score: float | None = None
    null_scores: list[float] = field(default_factory=list)
    by_seed: list[SeedOutcome] = field(default_factory=list)
    seed_agreement: float | None = None
    influence_sum: float | None = None
    positive_documents: int = 0
    zero_documents: int = 0
    stable_documents: int | None = None
    positive_sentences: int = 0
    zero_sentences: int = 0
    histogram: Histogram = field(default_factory=Histogram)
    concentration: Concentration = field(default_factory=Concentration)
    left_out: list[LeftOutWord] = field(default_factory=list)
    repeats: Repeats | None = None
    associations: list[Association] = field(default_factory=list)


@dataclass(frozen=True)
class ProbeOutcome(OutcomeFields):
    """A probe as measured.

    verdict is the code of the reason: too_few_words, or not_measurable where the words give no finite score; both are
    empty when measured. report.json and the JSON API give every probe a verdict, see skipgram_audit.report.verdict.
    """

    @property
    def score_name(self) -> str:
        """What the probe's kind calls the number in score."""
        return KINDS[self.kind].score

    @property
    def standard_error_reason(self) -> str:
        """Why there is no standard error over documents; empty where one is, or where there is no score."""
        if not self.measured or self.standard_error is not None:
            return ""
        documents = sum(self.histogram.counts)
        if documents < FEWEST_DOCUMENTS:
            return (
                f"A standard error over documents needs at least {FEWEST_DOCUMENTS} documents with influence; here "
                f"{'is' if documents == 1 else 'are'} {documents}."
            )
        return "The influences of this estimator do not have the size of what removals do, so they give none."

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **asdict(self), "score_name": self.score_name, "standard_error_reason": self.standard_error_reason,
        }  # fmt: skip
