"""Audits that are done, and their probes that have a ranking: what every page of results begins with."""

from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.store import audits
from skipgram_audit.store.models import AuditProbe, AuditRow, Status


def choose_probe(audit: AuditRow, name: str | None) -> AuditProbe:
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


def require_measured(probe: AuditProbe) -> None:
    """Raises:
    Conflict: the probe has no ranking.
    """
    if not probe.measured:
        raise Conflict(f"The probe {probe.name!r} could not be measured: {probe.reason}", "Choose another probe.")


def measured_probe(session: Session, audit_id: int, probe: str | None) -> tuple[AuditRow, AuditProbe]:
    """A finished audit and its probe of this name, or its first measured one.

    Raises:
        NotFound: there is no such audit or probe.
        Conflict: there is nothing to read yet, or the probe has no ranking.
    """
    audit = finished_audit(session, audit_id)
    chosen = choose_probe(audit, probe)
    require_measured(chosen)
    return audit, chosen


def finished_audit(session: Session, audit_id: int) -> AuditRow:
    """Raises:
    NotFound: there is no such audit.
    Conflict: there is nothing to read yet, or ever.
    """
    audit = audits.get(session, audit_id)
    if audit.status != Status.DONE:
        raise Conflict(f"The audit {audit.name!r} has no results: it is {audit.status}.", "Open the audit to see why.")
    return audit
