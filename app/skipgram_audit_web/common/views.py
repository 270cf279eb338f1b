"""A ranking as people look at it: by whether a text amplifies or mitigates the score, not by influence's sign."""

from enum import StrEnum

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.store.models import Audit, AuditProbe, Status
from skipgram_audit.store.ranking import Side


class View(StrEnum):
    """Which part of a ranking.

    Amplifying texts push the score away from the value that means no bias, zero for most kinds of probes: those of
    positive influence when the score is above it, those of negative influence when it is below. Mitigating texts pull
    it back.
    """

    AMPLIFYING = "amplifying"
    MITIGATING = "mitigating"
    NEUTRAL = "neutral"


def direction(probe: AuditProbe) -> int:
    """+1 when positive influence amplifies, -1 when negative influence does."""
    return KINDS[probe.kind].direction(probe.score)


def side_of(probe: AuditProbe, view: View) -> Side:
    """The side of zero that a view shows."""
    if view is View.NEUTRAL:
        return Side.ZERO
    return Side.POSITIVE if (view is View.AMPLIFYING) == (direction(probe) > 0) else Side.NEGATIVE


def choose_probe(audit: Audit, name: str | None) -> AuditProbe:
    """The audit's probe of this name, or its first measured one.

    Raises:
        NotFound: the audit has no such probe.
    """
    if not name:
        return next((probe for probe in audit.probes if probe.measured), audit.probes[0])
    for probe in audit.probes:
        if probe.name == name:
            return probe
    raise NotFound(
        f"The audit {audit.name!r} has no probe {name[:80]!r}.",
        f"Its probes are {', '.join(probe.name for probe in audit.probes)}.",
    )


def require_done(audit: Audit) -> None:
    """Raises:
    Conflict: there is nothing to read yet, or ever.
    """
    if audit.status != Status.DONE:
        raise Conflict(f"The audit {audit.name!r} has no results: it is {audit.status}.", "Open the audit to see why.")


def require_measured(probe: AuditProbe) -> None:
    """Raises:
    Conflict: the probe has no ranking.
    """
    if not probe.measured:
        raise Conflict(f"The probe {probe.name!r} could not be measured: {probe.reason}", "Choose another probe.")
