"""What can be wrong with a corpus, a file, a model, or a computation on them."""

import re
from collections.abc import Sequence

from skipgram_audit.model.errors import AuditError

_BROKEN_JSON = re.compile(r"""\s*\[\s*(["'{\[\]]|-?\d+\s*(,|\]?\s*$)|$)""")
"""What no array of strings was read from, and no id is likely to begin with."""


class EngineError(AuditError):
    """Something that the computing part cannot do."""

    code, status = "engine_error", 422

    def remedy_on(self, interface: str) -> str:
        """What to do, in the words of an interface (skipgram_audit.corpus.readers.remedies)."""
        return self.remedy


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

    @classmethod
    def among(cls, unknown: Sequence[str], named: int) -> "UnknownDocument":
        """Some ids that no document has, of so many that were named."""
        details = {"unknown": list(unknown[:100])}
        if _BROKEN_JSON.match(unknown[0]):
            return cls(
                f"The list of ids begins as JSON, {unknown[0][:80]!r}, but is no JSON array of texts.",
                'Write every id in quotation marks, commas between them, and brackets around all: ["a", "7"].',
                **details,
            )
        shown = ", ".join(repr(one[:80]) for one in unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        return cls(
            f"{len(unknown)} of {named} ids {'is' if len(unknown) == 1 else 'are'} not in the corpus: {shown}.",
            "Ids are those of the column document, called id in documents.csv. They are compared exactly, white space "
            "included.",
            **details,
        )


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
