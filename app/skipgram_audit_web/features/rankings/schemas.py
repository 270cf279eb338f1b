"""What the JSON API gives for the ranking of a probe."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field

from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit.store.ranking import RankedDocument, RankedSentence
from skipgram_audit_web.common.views import OverallRank, ViewRank
from skipgram_audit_web.features.near_duplicates.schemas import DuplicateGroupModel
from skipgram_audit_web.web import Item, PageOf


@dataclass(frozen=True)
class RankedDocumentModel(RankedDocument):
    """A document's row in a ranking; of a folded one, the document that stands for the row. ``fields`` are its
    metadata."""

    rank: OverallRank
    rank_in_view: ViewRank
    group: Annotated[
        DuplicateGroupModel | None, Field(description="Null also when near-duplicates were not looked for.")
    ]
    folded: Annotated[
        DuplicateGroupModel | None, Field(description="With group_duplicates: the group whose row this is.")
    ]


@dataclass(frozen=True)
class RankedSentenceModel(RankedSentence):
    """A sentence's row in a ranking."""

    rank: OverallRank
    rank_in_view: ViewRank


class Ranking(PageOf[Item]):
    """A page of a view of a probe's ranking."""

    probe: str
    view: str
    total: int
    matches: int


class DocumentRanking(Ranking[RankedDocumentModel]):
    """A page of ranked documents, in the order that was asked for; ``total`` counts the whole view, ``matches`` what
    the filters leave of it.

    With group_duplicates both count the rows that the filters leave, in which near-duplicates are one.
    """


class SentenceRanking(Ranking[RankedSentenceModel]):
    """A page of ranked sentences; counts as for documents."""


class GroupList(BaseModel):
    """Groups of a metadata field; ``total`` counts all of them."""

    probe: str
    field: str
    total: int
    items: list[InfluenceGroup]
