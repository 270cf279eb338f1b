"""The first-time tour: five pages of the first audit, each with what to look at."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from skipgram_audit.model.errors import NotFound
from skipgram_audit.report.verdict import clearest, probe_verdict
from skipgram_audit.store import audits, ranking
from skipgram_audit.store.models import AuditProbe, AuditRow, Status
from skipgram_audit_web.common.tour import STEPS
from skipgram_audit_web.common.views import View, side_of


@dataclass(frozen=True)
class Shown:
    """What the tour goes through: an audit, a probe of it, and its first document."""

    audit_id: int
    probe: str
    document_id: int

    def address(self, step: int) -> str:
        """Of the page of a step, from 1."""
        audit, query = f"/audits/{self.audit_id}", {"probe": self.probe, "tour": step}
        path, anchor, more = {
            1: (audit, "", {}),
            2: (f"{audit}/documents", "", {"view": View.AMPLIFYING}),
            3: (f"{audit}/documents/{self.document_id}", "", {"view": View.AMPLIFYING}),
            4: (audit, "#uncertainty", {}),
            5: (audit, "#overview", {}),
        }[step]
        return f"{path}?{urlencode(query | more)}{anchor}"


def tour_audit(session: Session) -> AuditRow | None:
    """The first audit that measured something, which is the demo's where there is one; None without any."""
    statement = (
        select(AuditRow)
        .where(AuditRow.status == Status.DONE, AuditRow.probes.any(AuditProbe.positive_documents > 0))
        .options(selectinload(AuditRow.probes), selectinload(AuditRow.corpus))
        .order_by(AuditRow.id)
    )
    return session.scalars(statement.limit(1)).first()


def shown(session: Session) -> Shown:
    """Raises:
    NotFound: nothing was audited yet.
    """
    audit = tour_audit(session)
    if audit is None:
        raise NotFound(
            "There is no finished audit to be shown around in.", "Start one, or start the server with --demo."
        )
    measured = [probe for probe in audit.probes if probe.measured]
    probe = measured[clearest([probe_verdict(audits.outcome_without_words(one)) for one in measured])]
    ranks = ranking.document_range(probe, audit.corpus, side_of(probe, View.AMPLIFYING))
    rows = ranking.document_page(session, probe, ranks, size=1).items
    first = rows[0] if rows else ranking.documents_at(session, probe, [1])[0]
    return Shown(audit.id, probe.name, first.document_id)


def step_of(number: int) -> int:
    """Raises:
    NotFound: the tour has no such step.
    """
    if not 1 <= number <= len(STEPS):
        raise NotFound(f"The tour has no step {number}.", f"It has {len(STEPS)}; begin with the first.")
    return number
