"""What pages and API do with the map of an audit's documents."""

from typing import Annotated

from fastapi import Depends
from pydantic import BeforeValidator, Field

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_map import SIDE, Rectangle, facts_of
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.query_parameters import none_if_empty

Edge = Annotated[Annotated[int, Field(ge=0, le=SIDE)] | None, BeforeValidator(none_if_empty)]


def _rectangle(left: Edge = None, top: Edge = None, right: Edge = None, bottom: Edge = None) -> Rectangle | None:
    """None where the address names no edge; one that is not named is the map's, and two the wrong way round change
    places."""
    if left is None and top is None and right is None and bottom is None:
        return None
    across = sorted((left or 0, SIDE if right is None else right))
    down = sorted((top or 0, SIDE if bottom is None else bottom))
    return Rectangle(across[0], down[0], across[1], down[1])


ChosenRectangle = Annotated[Rectangle | None, Depends(_rectangle)]


def draw(database: Database, queue: JobQueue, audit_id: int) -> str:
    """Has the map drawn; returns the job's id. A job that is on its way to it is taken for a new one.

    Raises:
        NotFound: there is no such audit.
        Conflict: it has no vectors, or its map is there.
    """
    with database.session() as session:
        audit, _ = measured_probe(session, audit_id, None)
        if facts_of(audit) is not None:
            raise Conflict(f"The map of the audit {audit.name!r} is there.", "Drawn again, it would be the same.")
        return queue.enqueue(session, JobKind.MAP, audit_id)
