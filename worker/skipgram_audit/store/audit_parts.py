"""What hangs on an audit and is asked for by its own number: checks, what-ifs, mitigations, rewritings."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from skipgram_audit.store.models import AuditRow, Check, MitigationComparison, RewritingRow, WhatIfRow

Part = TypeVar("Part", Check, MitigationComparison, RewritingRow, WhatIfRow)


def find(session: Session, table: type[Part], audit_id: int, number: int) -> Part | None:
    """A part of an audit, with the audit, its corpus and its probes; None where the audit has no such part."""
    return session.scalars(
        select(table)
        .where(table.id == number, table.audit_id == audit_id)
        .options(selectinload(table.audit).options(selectinload(AuditRow.corpus), selectinload(AuditRow.probes)))
    ).one_or_none()


def audit_id_of(session: Session, table: type[Part], number: int) -> int:
    """The audit of a part, for the worker, which knows the part's number alone; 0 where there is no such part."""
    return session.scalar(select(table.audit_id).where(table.id == number)) or 0
