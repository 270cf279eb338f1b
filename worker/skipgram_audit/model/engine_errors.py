"""The one error root of the engine: what was wrong, where, and what to do. Callers translate it for their users."""

from typing import Any


class EngineError(Exception):
    """A failure with a stable code, a sentence that says what was wrong and where, and a remedy."""

    code = "engine_error"

    def __init__(self, message: str, remedy: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def remedy_on(self, interface: str) -> str:
        """What to do, in the words of an interface (skipgram_audit.corpus.readers.remedies)."""
        return self.remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UnusableCorpus(EngineError):
    """No training can be done on the corpus: nothing readable, or a vocabulary too small."""

    code = "unusable_corpus"


class NothingToMeasure(EngineError):
    """None of an audit's probes can be measured on the corpus, so a training would be in vain."""

    code = "nothing_to_measure"


class DamagedArrays(EngineError):
    """Arrays that compiled code would read or write beyond their ends."""

    code = "damaged_arrays"


class NotEnoughMemory(EngineError):
    """A computation planned beforehand does not fit the machine."""

    code = "not_enough_memory"


class DivergedTraining(EngineError):
    """Vectors grew beyond all bounds."""

    code = "diverged_training"


class UnknownDocument(EngineError):
    """A document id that the corpus does not have."""

    code = "unknown_document"


class UnavailableDevice(EngineError):
    """The device asked for is not on this machine."""

    code = "unavailable_device"


class NotEnoughDocuments(EngineError):
    """A set of more documents than the corpus has of that sort."""

    code = "not_enough_documents"


class UnusablePlan(EngineError):
    """A check by retraining that cannot be carried out on this audit."""

    code = "unusable_plan"


class UnknownProbeKind(EngineError):
    """A probe of a kind that no class measures."""

    code = "unknown_probe_kind"


class SolveFailed(EngineError):
    """A linear system of an estimator was not solved: too few iterations, too little damping."""

    code = "solve_failed"


class NotPositiveDefinite(SolveFailed):
    """A curvature that is to be inverted curves down somewhere; more damping mends it."""
