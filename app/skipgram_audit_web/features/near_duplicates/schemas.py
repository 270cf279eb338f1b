"""What the JSON API gives for groups of near-duplicates."""

from pydantic import BaseModel, Field

from skipgram_audit_web.common.views import OverallRank
from skipgram_audit_web.web import FromRow


class DuplicateGroupModel(FromRow):
    """A group of near-duplicate documents, known by the id of its first one."""

    id: int
    documents: int = Field(description="Of the group; where folded, those that pass the filters.")
    influence: float = Field(description="Their sum.")
    stable: int = Field(description="Documents whose influence has the same sign in every seed.")


class DuplicateGroupList(BaseModel):
    """Groups, and what was compared to find them."""

    probe: str
    total: int
    facts: dict[str, int]
    items: list[DuplicateGroupModel]


class DuplicateModel(BaseModel):
    """A document of a group."""

    document_id: int
    external_id: str
    title: str
    rank: OverallRank
    influence: float
    spread: float
    sign_stability: float
    same_text: bool = Field(description="As the group's first document, to the letter.")


class DuplicateGroupDetail(DuplicateGroupModel):
    """A group with some of its documents, by rank."""

    probe: str
    items: list[DuplicateModel]
