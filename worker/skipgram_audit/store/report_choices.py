"""What users chose of the reports of their audits."""

from typing import Any

from sqlalchemy.orm import Session

from skipgram_audit.store.models import ReportChoices


def find(session: Session, audit_id: int) -> ReportChoices | None:
    """Those of an audit; None where nothing was chosen."""
    return session.get(ReportChoices, audit_id)


def save_options(session: Session, audit_id: int, options: dict[str, Any]) -> None:
    """Keeps options in the place of earlier ones; a logo stays."""
    row = find(session, audit_id)
    if row is None:
        session.add(ReportChoices(audit_id=audit_id, options=options))
    else:
        row.options = options


def save_logo(session: Session, audit_id: int, logo: bytes | None) -> None:
    """Keeps a logo in the place of an earlier one; None takes it away."""
    row = find(session, audit_id)
    if row is not None:
        row.logo = logo
    elif logo is not None:
        session.add(ReportChoices(audit_id=audit_id, options={}, logo=logo))
