"""What the JSON API says of the map of an audit's documents."""

from pydantic import BaseModel, Field

from skipgram_audit_web.common.views import OverallRank
from skipgram_audit_web.web import FromRow


class MapFactsModel(FromRow):
    """How the map was made."""

    seed: int = Field(description="Whose vectors it shows.")
    placed: int
    unplaced: int = Field(description="Documents without any word of the vocabulary; they are not on the map.")
    fitted: int = Field(description="Of those placed; others lie at the median of their nearest ones.")
    seconds: float


class TypicalWordModel(FromRow):
    """A word that stands out in a part of the map."""

    word: str
    here: int = Field(description="Documents of the part that have it among their most typical words.")
    everywhere: int = Field(description="The same of the whole map.")


class PlacedDocumentModel(BaseModel):
    """A document with its place, right and down from 0 to 1000."""

    document_id: int
    external_id: str
    title: str
    rank: OverallRank
    influence: float
    excerpt: str = Field(description="Its strongest sentence, or its first words; the longest are cut.")
    right: float
    down: float


class MapPartModel(BaseModel):
    """What lies in a rectangle of the map, or on all of it."""

    probe: str
    facts: MapFactsModel
    left: int
    top: int
    right: int
    bottom: int
    documents: int
    influence: float = Field(description="Their sum; not what the score would do without them all.")
    words: list[TypicalWordModel]
    items: list[PlacedDocumentModel] = Field(description="The strongest influence first, whatever its sign.")
