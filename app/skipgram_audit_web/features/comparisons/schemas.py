"""What the JSON API gives for two audits compared."""

from pydantic import BaseModel, Field

from skipgram_audit_web.features.comparisons.agreement import TopOverlap


class DifferenceModel(BaseModel):
    """One thing that is not the same in both audits."""

    name: str
    first: str
    second: str


class LoneProbeModel(BaseModel):
    """A probe that cannot be compared."""

    name: str
    reason: str


class ScoreModel(BaseModel):
    """A probe in both audits; the difference is the second score minus the first."""

    probe: str
    second_probe: str
    kind: str
    first: float
    second: float
    first_spread: float | None = Field(description="Sample standard deviation over seeds.")
    second_spread: float | None
    first_standard_error: float | None = Field(description="Over documents, by the infinitesimal jackknife.")
    second_standard_error: float | None
    difference: float
    training_error: float | None = Field(description="Of the difference, by the chance of training.")
    document_error: float | None = Field(description="Of the difference, as if the corpora were drawn independently.")
    combined_error: float | None
    degrees_of_freedom: float | None = Field(description="Of the combined error; null when unknown or infinite.")
    same_trainings: bool
    reading: str
    remark: str


class ComparedDocumentModel(BaseModel):
    """A document of both audits; ranks are among the compared documents, from the strongest push upwards, and equal
    influences share their mean rank."""

    external_id: str
    title: str
    first_id: int
    second_id: int
    first_influence: float
    second_influence: float
    first_rank: float
    second_rank: float
    change: float
    change_error: float | None = Field(description="By the chance of training; null when either has one seed.")


class DocumentsModel(BaseModel):
    """The documents that both corpora hold, by their influence on one probe."""

    probe: str
    order: str
    same_corpus: bool
    compared: int
    changed_text: int
    only_first: int
    only_second: int
    only_first_influence: float
    only_second_influence: float
    spearman: float | None
    pearson: float | None
    expected_pearson: float | None = Field(
        description="Of two audits that estimate the same with other seeds, by the agreement of their own seeds."
    )
    same_sign: int
    opposite_sign: int
    zero_in_both: int
    paired_error: float | None = Field(
        description="Standard error over documents of the difference of the scores, the matched documents being the "
        "same; null where the estimators differ, or tell no standard error."
    )
    overlaps: list[TopOverlap]
    upwards: list[ComparedDocumentModel]
    downwards: list[ComparedDocumentModel]


class ComparisonModel(BaseModel):
    """Two audits side by side."""

    first: int
    second: int
    settings: list[DifferenceModel]
    corpus: list[DifferenceModel]
    software: list[DifferenceModel]
    scores: list[ScoreModel]
    not_compared: list[LoneProbeModel]
    documents: DocumentsModel | None
