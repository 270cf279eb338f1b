"""What the JSON API says of the map of an audit's documents."""

from pydantic import BaseModel, Field

from skipgram_audit.store.document_map import MapFacts, TypicalWord
from skipgram_audit_web.common.views import OverallRank


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
    facts: MapFacts
    left: int
    top: int
    right: int
    bottom: int
    documents: int
    influence: float = Field(description="Their sum; not what the score would do without them all.")
    words: list[TypicalWord]
    items: list[PlacedDocumentModel] = Field(description="The strongest influence first, whatever its sign.")
