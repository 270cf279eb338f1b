"""What the JSON API gives for the ranking of a probe."""

from pydantic import BaseModel, Field

from skipgram_audit_web.common.views import OverallRank, ViewRank
from skipgram_audit_web.features.near_duplicates.schemas import DuplicateGroupModel
from skipgram_audit_web.web import FromRow


class RankedDocumentModel(FromRow):
    """A document's row in a ranking; of a folded one, the document that stands for the row."""

    rank: OverallRank
    rank_in_view: ViewRank
    document_id: int
    external_id: str
    title: str
    snippet: str
    token_count: int
    sentence_count: int
    fields: dict[str, str] = Field(description="Its metadata.")
    influence: float
    spread: float
    sign_stability: float

    group: DuplicateGroupModel | None = Field(description="Null also when near-duplicates were not looked for.")
    folded: DuplicateGroupModel | None = Field(description="With group_duplicates: the group whose row this is.")


class RankedSentenceModel(FromRow):
    """A sentence's row in a ranking."""

    rank: OverallRank
    rank_in_view: ViewRank
    document_id: int
    external_id: str
    title: str
    sentence_index: int
    text: str
    influence: float
    spread: float
    sign_stability: float


class DocumentRanking(BaseModel):
    """A page of ranked documents, in the order that was asked for; ``total`` counts the whole view, ``matches`` what
    the filters leave of it.

    With group_duplicates both count the rows that the filters leave, in which near-duplicates are one.
    """

    probe: str
    view: str
    total: int
    matches: int
    items: list[RankedDocumentModel]
    next: str | None
    previous: str | None


class SentenceRanking(BaseModel):
    """A page of ranked sentences; counts as for documents."""

    probe: str
    view: str
    total: int
    matches: int
    items: list[RankedSentenceModel]
    next: str | None
    previous: str | None


class GroupModel(FromRow):
    """The documents that share a metadata value; ``value`` is null for those without one, ``standard_error`` where the
    probe has none, and of groups of fewer than ten documents."""

    value: str | None
    documents: int
    influence: float
    mean: float
    standard_error: float | None
    share: float
    document_share: float


class GroupList(BaseModel):
    """Groups of a metadata field; ``total`` counts all of them."""

    probe: str
    field: str
    total: int
    items: list[GroupModel]
