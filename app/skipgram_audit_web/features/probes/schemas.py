"""The JSON of probes."""

from datetime import datetime

from pydantic import BaseModel

from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.store import probes
from skipgram_audit.store.models import Probe
from skipgram_audit.store.probes import TooFew, WordCount
from skipgram_audit_web.web import FromRow, fields_from


class ProbeBody(BaseModel):
    """A stored probe."""

    id: int
    built_in: bool
    created_at: datetime
    note: str
    definition: ProbeDefinition

    @classmethod
    def of(cls, probe: Probe) -> "ProbeBody":
        return cls(**fields_from(cls, probe) | {"definition": probes.definition_of(probe)})


class ProbeList(BaseModel):
    probes: list[ProbeBody]


class SetCoverageBody(FromRow):
    """A word list: each word with how often it occurs, those that do not, and those of them that no corpus can hold."""

    name: str
    role: str
    words: list[WordCount]
    missing: list[str]
    never_found: list[str]


class CoverageBody(BaseModel):
    """A probe against a corpus, before anything is trained; it is measurable when it lacks nothing."""

    probe: str
    corpus_id: int
    casefold: bool
    sets: list[SetCoverageBody]
    lacking: list[TooFew]
