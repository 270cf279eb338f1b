"""What-ifs of an audit: what was asked, what was answered at once, what its estimator predicts, and their checks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, defer

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.what_if import WhatIfAnswer
from skipgram_audit.store import audit_parts, jobs
from skipgram_audit.store.models import AuditRow, JobKind, WhatIfRow
from skipgram_audit.store.packing import pack_positions, unpack_positions


def create(
    session: Session,
    audit: AuditRow,
    title: str,
    positions: npt.NDArray[np.int64],
    weight: float,
    texts: Sequence[str],
    at_once: WhatIfAnswer,
) -> WhatIfRow:
    """A new what-if with its answer at once; positions ascend."""
    row = WhatIfRow(
        audit_id=audit.id,
        title=title,
        document_count=len(positions),
        documents=pack_positions(positions),
        weight=weight,
        texts=list(texts),
        at_once=at_once.model_dump(mode="json"),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, audit_id: int, what_if_id: int) -> WhatIfRow:
    """Raises:
    NotFound: the audit has no such what-if.
    """
    found = audit_parts.find(session, WhatIfRow, audit_id, what_if_id)
    if found is None:
        raise NotFound(f"The audit {audit_id} has no what-if {what_if_id}.", "See the list of what was tried.")
    return found


def by_id(session: Session, what_if_id: int) -> WhatIfRow:
    """For the worker, which knows the number alone."""
    return get(session, audit_parts.audit_id_of(session, WhatIfRow, what_if_id), what_if_id)


def of_audit(session: Session, audit_id: int) -> list[WhatIfRow]:
    """All what-ifs of an audit, the newest first, without their documents."""
    statement = select(WhatIfRow).where(WhatIfRow.audit_id == audit_id).order_by(WhatIfRow.id.desc())
    return list(session.scalars(statement.options(defer(WhatIfRow.documents))))


def positions_of(row: WhatIfRow) -> npt.NDArray[np.int64]:
    """Of the documents, ascending."""
    return unpack_positions(row.documents)


def answers_of(row: WhatIfRow) -> tuple[WhatIfAnswer, WhatIfAnswer | None]:
    """At once, and by the estimator; None until then."""
    predicted: dict[str, Any] = row.predicted
    return (
        WhatIfAnswer.model_validate(row.at_once),
        WhatIfAnswer.model_validate(predicted) if predicted else None,
    )


def save_prediction(session: Session, what_if_id: int, answer: WhatIfAnswer) -> None:
    """What the estimator predicts."""
    session.execute(
        update(WhatIfRow).where(WhatIfRow.id == what_if_id).values(predicted=answer.model_dump(mode="json"))
    )


def remove(session: Session, audit_id: int, what_if_id: int) -> None:
    """Deletes a what-if; its check stays.

    Raises:
        NotFound: the audit has no such what-if.
    """
    get(session, audit_id, what_if_id)
    jobs.remove_of(session, JobKind.WHAT_IF, [what_if_id])
    session.execute(delete(WhatIfRow).where(WhatIfRow.id == what_if_id))
