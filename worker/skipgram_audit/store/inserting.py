"""Inserting what may be there already: one statement on both databases, so that two requests at once do not collide."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from skipgram_audit.store.models import Base

ROWS_AT_ONCE = 1_000
"""Databases take some 32,000 values in a statement."""


def insert_ignoring(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts rows, leaving out those that would break a unique constraint; returns how many were new."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    core = table.__table__
    if not isinstance(core, Table):
        raise TypeError(f"{table.__name__} is not mapped to a table.")
    count = 0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        statement = insert(core).values(list(rows[first : first + ROWS_AT_ONCE])).on_conflict_do_nothing()
        count += len(session.execute(statement.returning(literal_column("1"))).all())
    return count
