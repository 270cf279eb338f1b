"""The settings of an audit: every number that its results depend on, with defaults, ranges and reasons."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from skipgram_audit.model.estimators import DESCRIPTIONS, EstimatorName
from skipgram_audit.model.pretrained import PretrainedModel, refusal
from skipgram_audit.model.seeds import require_seeds

FOLLOWS_UPDATES = ("unrolled", "gradient")
"""Estimators that run the very training again, which they know update by update only."""


class TrainingSettings(BaseModel):
    """What a training depends on: skip-gram with negative sampling as in word2vec (Mikolov et al. 2013, arXiv
    1310.4546)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    casefold: bool = Field(default=True, description="Treat He and he as one word.")
    dimension: int = Field(default=100, ge=2, le=1000, description="Length of a word vector.")
    window: int = Field(default=5, ge=1, le=50, description="Largest distance of a context word.")
    negatives: int = Field(default=5, ge=1, le=50, description="Noise words drawn for each pair.")
    minimum_count: int = Field(default=5, ge=1, le=2**31 - 1, description="Words seen less often are left out.")
    subsample: float = Field(
        default=1e-3, ge=0, le=1, description="Threshold t above which frequent words are thinned; 0 keeps all."
    )
    epochs: int = Field(default=5, ge=1, le=500, description="Passes over the corpus.")
    step_size: float = Field(default=0.025, gt=0, le=1, description="First step size; it falls linearly.")
    minimum_step_size: float = Field(default=0.0001, ge=0, le=1, description="Last step size.", validate_default=True)
    noise_power: float = Field(default=0.75, ge=0, le=2, description="Noise words are drawn by count to this power.")
    shuffle_documents: bool = Field(
        default=True,
        description="Each seed reads the documents in a random order of its own. Off: all in the order of the corpus, "
        "as word2vec reads a file. Where a corpus is sorted, by source or by date, that order alone can move a score "
        "by a third of its size, in all seeds alike.",
    )
    batch_tokens: int = Field(
        default=0,
        ge=0,
        le=65_536,
        description="0 trains one update after the other, as word2vec does. A GPU trains in batches: 2,048 tokens at a "
        "time come close to the former on a corpus of a hundred such batches or more. Without a GPU batches are many "
        "times slower.",
    )
    seeds: list[int] = Field(
        default=[1, 2], min_length=1, max_length=64, description="One training each; results are means with spread."
    )

    _seeds_differ = field_validator("seeds")(require_seeds)

    @field_validator("minimum_step_size")
    @classmethod
    def _step_falls(cls, last: float, info: ValidationInfo) -> float:
        if last > info.data.get("step_size", last):
            raise ValueError("the last step size is larger than the first")
        return last

    @property
    def mean_step_size(self) -> float:
        """Of a whole training."""
        return 0.5 * (self.step_size + self.minimum_step_size)

    @property
    def time(self) -> float:
        """The step sizes of a training, summed over its epochs."""
        return self.epochs * self.mean_step_size


class AuditSettings(TrainingSettings):
    """What the results of an audit depend on: its trainings, and how influence on its probes is estimated."""

    estimator: EstimatorName = Field(
        default="mean-field", description="; ".join(one.title for one in DESCRIPTIONS.values()) + "."
    )
    exact_permutations: int = Field(
        default=200_000, ge=1, le=10_000_000, description="Up to this many partitions p is exact, then Monte Carlo."
    )
    null_shuffles: int = Field(
        default=2,
        ge=0,
        le=100,
        description="Trainings on the same words in shuffled order: what word frequency alone scores. Each takes as "
        "long as one seed.",
    )

    damping: float = Field(
        default=100.0,
        gt=0,
        le=1e9,
        description="Added to the curvature by the estimators that solve for it (implicit, per-word, lissa), since "
        "training stops early. More is safer and flatter, less trusts directions that were barely trained.",
    )
    solver_iterations: int = Field(
        default=5000,
        ge=1,
        le=1_000_000,
        description="Steps that these estimators may take before an unfinished solve is an error.",
    )
    solver_tolerance: float = Field(
        default=1e-3,
        ge=1e-6,
        le=0.1,
        description="Relative error at which they stop; single precision reaches no less than about 1e-6.",
    )

    models: list[PretrainedModel] = Field(
        default=[], description="Models that were trained elsewhere and take the place of training, one a seed."
    )

    @field_validator("estimator")
    @classmethod
    def _training_can_be_followed(cls, estimator: str, info: ValidationInfo) -> str:
        if info.data.get("batch_tokens") and estimator in FOLLOWS_UPDATES:
            raise ValueError(
                f"{estimator} follows a training update by update, and this one is to be in batches; choose 0 tokens a "
                "batch or another estimator"
            )
        return estimator

    @field_validator("models")
    @classmethod
    def _models_suffice(cls, models: list[PretrainedModel], info: ValidationInfo) -> list[PretrainedModel]:
        reason = refusal(info.data["estimator"], models) if "estimator" in info.data else ""
        if reason:
            raise ValueError(reason)
        return models
