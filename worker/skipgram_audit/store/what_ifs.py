"""What-ifs of an audit: what was asked, what was answered at once, what its estimator predicts, and their checks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import update
from sqlalchemy.orm import Session

from skipgram_audit.model.what_if import WhatIfAnswer
from skipgram_audit.store.audit_parts import PartKind
from skipgram_audit.store.models import AuditRow, JobKind, WhatIfRow
from skipgram_audit.store.packing import pack_positions, unpack_positions

PART = PartKind(WhatIfRow, JobKind.WHAT_IF, "what-if", large=[WhatIfRow.documents])
get, by_id, of_audit, remove = PART.get, PART.by_id, PART.of_audit, PART.remove


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
