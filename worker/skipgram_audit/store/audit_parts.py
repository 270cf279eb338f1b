"""What hangs on an audit and is asked for by its own number: checks, what-ifs, mitigations, rewritings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import QueryableAttribute, Session, defer, selectinload

from skipgram_audit.model.errors import Conflict, InvalidInput, NotFound
from skipgram_audit.store import jobs
from skipgram_audit.store.models import AuditRow, Check, JobKind, MitigationComparison, RewritingRow, WhatIfRow

Part = TypeVar("Part", Check, MitigationComparison, RewritingRow, WhatIfRow)


@dataclass(frozen=True)
class PartKind(Generic[Part]):
    """One kind of them.

    Attributes:
        job: computes it.
        noun: in sentences.
        large: columns that lists leave out.
    """

    table: type[Part]
    job: JobKind
    noun: str
    large: Sequence[QueryableAttribute[Any]] = ()

    def get(self, session: Session, audit_id: int, number: int) -> Part:
        """A part of an audit, with the audit, its corpus and its probes.

        Raises:
            NotFound: the audit has no such part.
        """
        found = session.scalars(
            select(self.table)
            .where(self.table.id == number, self.table.audit_id == audit_id)
            .options(
                selectinload(self.table.audit).options(selectinload(AuditRow.corpus), selectinload(AuditRow.probes))
            )
        ).one_or_none()
        if found is None:
            raise NotFound(
                f"The audit {audit_id} has no {self.noun} {number}.", "It may have been deleted; see the audit."
            )
        return found

    def by_id(self, session: Session, number: int) -> Part:
        """For the worker, which knows the number alone."""
        audit_id = session.scalar(select(self.table.audit_id).where(self.table.id == number))
        return self.get(session, audit_id or 0, number)

    def of_audit(self, session: Session, audit_id: int) -> list[Part]:
        """All of an audit, the newest first."""
        statement = select(self.table).where(self.table.audit_id == audit_id).order_by(self.table.id.desc())
        return list(session.scalars(statement.options(*map(defer, self.large))))

    def remove(self, session: Session, audit_id: int, number: int) -> Part:
        """Deletes a part that has ended; returns what it was, for its folder is the caller's to remove.

        Raises:
            NotFound: the audit has no such part.
            Conflict: it waits or runs. A what-if has an answer from the start, so it can always go.
        """
        found = self.get(session, audit_id, number)
        if not isinstance(found, WhatIfRow) and found.status in jobs.ACTIVE:
            raise Conflict(f"The {self.noun} is {found.status}.", "Cancel it first, then delete it.")
        jobs.remove_of(session, self.job, [number])
        session.execute(delete(self.table).where(self.table.id == number))
        return found


def planned_probe(audit: AuditRow, name: str, what: str) -> str:
    """The probe that a plan is for: the audit's first measured one where none is named.

    Args:
        what: is done with it, a verb.

    Raises:
        Conflict: no probe was measured.
        InvalidInput: this one was not.
    """
    measured = [probe.name for probe in audit.probes if probe.measured]
    if not measured:
        raise Conflict("No probe of this audit could be measured.", f"There is nothing to {what}.")
    if name and name not in measured:
        raise InvalidInput(
            f"The probe {name!r} was not measured in this audit.", f"Choose one of {', '.join(measured)}."
        )
    return name or measured[0]
