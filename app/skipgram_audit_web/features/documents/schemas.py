"""What the JSON API gives for one document of an audit."""

from typing import Any

from pydantic import BaseModel, Field

from skipgram_audit.model.outcome import TokenInfluence
from skipgram_audit_web.common.views import OverallRank, View, ViewRank
from skipgram_audit_web.features.near_duplicates.schemas import DuplicateGroupModel


class SentenceModel(BaseModel):
    """A sentence of a document: text[start:end] in code points."""

    index: int
    start: int
    end: int
    influence: float
    rank: OverallRank | None
    spread: float | None
    sign_stability: float | None


class DocumentInfluenceModel(BaseModel):
    """A document with all that is known of its influence on one probe."""

    probe: str
    document_id: int
    external_id: str
    title: str
    text: str
    fields: dict[str, Any]
    rank: OverallRank | None
    view: View | None
    rank_in_view: ViewRank | None
    influence: float | None
    spread: float | None
    sign_stability: float | None
    above: int | None
    below: int | None
    group: DuplicateGroupModel | None = Field(description="Of near-duplicates that it is in.")
    sentences: list[SentenceModel]
    tokens: list[TokenInfluence]
