"""What the JSON API says of an audit's marked documents."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.model.outcome import RankedPlace
from skipgram_audit.store.marks import MOST_MARKED


class MarkedCount(BaseModel):
    """How many documents are marked, after a change, and how many of them it added."""

    count: int
    added: int = 0
    limit: int = Field(description="How many a set can hold.")


class IdsToMark(BaseModel):
    """Documents by the user's ids."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(max_length=2_000)]] = Field(
        min_length=1, max_length=MOST_MARKED, description="In any order; one that is named twice counts once."
    )


class MarkedDocumentModel(BaseModel):
    """A marked document with its place for each measured probe, by name."""

    document_id: int
    external_id: str
    title: str
    token_count: int
    sentence_count: int
    places: dict[str, RankedPlace]


class MarkedSet(BaseModel):
    """The marked documents of an audit, from the strongest push of the probe's score upwards."""

    probe: str
    count: int
    limit: int = Field(description="How many a set can hold.")
    words: int
    influences: dict[str, float] = Field(
        description="Probe -> sum of its documents' influences; not what the score would do without them all."
    )
    items: list[MarkedDocumentModel]
