"""What a report of an audit is made from, wherever it is kept: plain values, and no more texts than are shown.

The folder of an audit gives it (skipgram_audit.auditing.material), and the database of a server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit.model.mitigations import MitigationTable
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.rewriting import RewriteOutcome
from skipgram_audit.model.what_if import WhatIfAnswer
from skipgram_audit.report.check_rows import SetRow
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting

MOST_GROUPS = 20
"""Of a field, read for a report."""

BEGINNING = 2000
"""Characters of a document that are read for an excerpt: more than any shows, so that it knows where it is cut."""


@dataclass(frozen=True)
class RankedText:
    """A document's beginning, or a sentence, in a list of the strongest.

    Attributes:
        influence: on the signed score, as files have it.
    """

    title: str
    external_id: str
    text: str
    influence: float
    spread: float
    sign_stability: float


@dataclass(frozen=True)
class Drivers:
    """The texts behind one probe's score: the strongest of each side, the strongest first.

    Attributes:
        documents, sentences: by side, ``amplifying`` and ``mitigating``.
        groups: field -> its groups of largest influence; fields without groups are left out.
        groups_missing: why there are none; empty where there are, or where documents have no fields.
    """

    documents: Mapping[str, Sequence[RankedText]]
    sentences: Mapping[str, Sequence[RankedText]]
    groups: Mapping[str, Sequence[InfluenceGroup]] = field(default_factory=dict)
    groups_missing: str = ""


@dataclass(frozen=True)
class CheckMaterial:
    """A check that has ended.

    Attributes:
        number: that of its address; in a folder, by age from 1.
        finished: its plan and what it found.
        rows: probe -> a row a removal set; empty where only what was found is known.
    """

    number: int
    finished: FinishedCheck
    rows: Mapping[str, Sequence[SetRow]] = field(default_factory=dict)

    @property
    def plan(self) -> CheckPlan:
        """What was checked."""
        return self.finished.plan


@dataclass(frozen=True)
class TriedWhatIf:
    """A what-if that users kept.

    Attributes:
        number: that of its address.
        title: what the documents are, in a few words; it may hold words of the corpus.
        documents: how many are left out or weighted.
        weight: how often each of them counts; 0: left out.
        added: how many texts are added.
        at_once: from stored influences; predicted by the estimator as a set, None until then.
        check: number of the check that trained without the documents; None where there is none.
        trained: what a training with the texts, or with documents that count more than once, found; None without one.
    """

    number: int
    title: str
    documents: int
    weight: float
    added: int
    at_once: WhatIfAnswer
    predicted: WhatIfAnswer | None
    check: int | None = None
    trained: RewriteOutcome | None = None


@dataclass(frozen=True)
class Material:
    """A finished audit.

    Attributes:
        ended: when the audit ended, UTC.
        settings: of the audit, as its manifest writes them.
        drivers: probe -> what drives it; measured probes alone.
        what_ifs: the newest first.
        rewritings: of its corpus that were predicted or trained, the newest first.
        mitigations: tables of what each way to mitigate a bias does, the newest first.
        unread_checks: checks whose plan is not known, or that have not ended.
        corpus_note: what users noted of the corpus.
    """

    title: str
    ended: datetime
    corpus_name: str
    document_count: int
    sentence_count: int
    token_count: int
    vocabulary_size: int
    trained_tokens: int
    settings: Mapping[str, Any]
    manifest: Mapping[str, Any]
    outcomes: Sequence[ProbeOutcome]
    drivers: Mapping[str, Drivers]
    checks: Sequence[CheckMaterial] = ()
    unread_checks: int = 0
    what_ifs: Sequence[TriedWhatIf] = ()
    rewritings: Sequence[FinishedRewriting] = ()
    mitigations: Sequence[MitigationTable] = ()
    corpus_note: str = ""

    @property
    def corpus(self) -> Mapping[str, Any]:
        """What the manifest says of the corpus."""
        found: Mapping[str, Any] = self.manifest.get("corpus", {})
        return found

    @property
    def seeds(self) -> Sequence[int]:
        """Of the trainings."""
        found: Sequence[int] = self.settings["seeds"]
        return found
