"""Which documents, sentences and words of a corpus make its word embeddings biased, how sure is that, and what happens
if they go?

    import skipgram_audit as sga

    corpus = sga.Corpus.from_file("corpus.jsonl")
    audit = sga.audit(corpus, probes=["weat-6"], folder="out")
    audit.scores
    audit.documents("weat-6")

Importing this loads nothing heavy: each name is loaded when it is first used.

Idle threads of the mathematics libraries wait for the next product for a few microseconds, and then without turning the
processor: several of them share its cores with each other, with the compiled loops and with the web process. Turning
for long made small products a hundred times slower there; never turning made an audit by the mean field take half as
long again on a machine without other work. This must be set before any of them is loaded.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

__version__ = "0.2.0"

if TYPE_CHECKING:
    from skipgram_audit.api import audit, open, reproduce, score, serve
    from skipgram_audit.attribution.cross_loss.influence import cross_loss_influence
    from skipgram_audit.attribution.cross_loss.path import TrainingPath
    from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.corpus.sources import Corpus
    from skipgram_audit.model.errors import AuditError
    from skipgram_audit.model.probe import ProbeDefinition as Probe
    from skipgram_audit.model.settings import AuditSettings as Settings

__all__ = [
    "Audit", "AuditError", "Corpus", "CrossLossProblem", "Probe", "Settings", "TrainingPath", "audit",
    "cross_loss_influence", "open", "reproduce", "score", "serve",
]  # fmt: skip

_PLACES = {
    "Audit": ("skipgram_audit.auditing.audit", "Audit"),
    "AuditError": ("skipgram_audit.model.errors", "AuditError"),
    "Corpus": ("skipgram_audit.corpus.sources", "Corpus"),
    "CrossLossProblem": ("skipgram_audit.attribution.cross_loss.problem", "CrossLossProblem"),
    "Probe": ("skipgram_audit.model.probe", "ProbeDefinition"),
    "Settings": ("skipgram_audit.model.settings", "AuditSettings"),
    "TrainingPath": ("skipgram_audit.attribution.cross_loss.path", "TrainingPath"),
    "audit": ("skipgram_audit.api", "audit"),
    "cross_loss_influence": ("skipgram_audit.attribution.cross_loss.influence", "cross_loss_influence"),
    "open": ("skipgram_audit.api", "open"),
    "reproduce": ("skipgram_audit.api", "reproduce"),
    "score": ("skipgram_audit.api", "score"),
    "serve": ("skipgram_audit.api", "serve"),
}


def __getattr__(name: str) -> Any:
    """Loads a name when it is first used (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    value = globals()[name] = getattr(importlib.import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
