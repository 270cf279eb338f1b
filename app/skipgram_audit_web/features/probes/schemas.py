"""The JSON of probes."""

from datetime import datetime

from pydantic import BaseModel

from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.store import probes
from skipgram_audit.store.models import Probe


class ProbeBody(BaseModel):
    """A stored probe."""

    id: int
    built_in: bool
    created_at: datetime
    note: str
    definition: ProbeDefinition

    @classmethod
    def of(cls, probe: Probe) -> "ProbeBody":
        return cls(
            id=probe.id,
            built_in=probe.built_in,
            created_at=probe.created_at,
            note=probe.note,
            definition=probes.definition_of(probe),
        )


class ProbeList(BaseModel):
    probes: list[ProbeBody]


class WordCountBody(BaseModel):
    word: str
    count: int


class SetCoverageBody(BaseModel):
    """A word list: each word with how often it occurs, those that do not, and those of them that no corpus can hold."""

    name: str
    role: str
    words: list[WordCountBody]
    missing: list[str]
    never_found: list[str]


class LackingBody(BaseModel):
    """A word list, or the pairs of both target lists, with fewer words in a corpus than a score needs."""

    name: str
    found: int
    needed: int


class CoverageBody(BaseModel):
    """A probe against a corpus, before anything is trained; it is measurable when it lacks nothing."""

    probe: str
    corpus_id: int
    casefold: bool
    sets: list[SetCoverageBody]
    lacking: list[LackingBody]
