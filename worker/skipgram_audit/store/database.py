"""Connections (one engine a process, short sessions, SQLite in WAL mode or Postgres), and the base of all tables."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    literal_column,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.text import NUL
from skipgram_audit.settings import Settings

FOLDER = "folder"


def folder_of(session: Session) -> Path:
    """The data folder beside a session's database."""
    folder: Path = session.info[FOLDER]
    return folder


class Database:
    """The database of an installation, and its sessions.

    Args:
        settings: they name its address, and the data folder, for what lies in files beside it.
        busy_milliseconds: how long SQLite waits for another writer before it gives up.
    """

    def __init__(self, settings: Settings, busy_milliseconds: int = 30_000) -> None:
        self.url, self.folder = make_url(settings.sqlalchemy_url), settings.data_folder
        self._busy_milliseconds = busy_milliseconds
        self.engine: Engine = create_engine(self.url, pool_pre_ping=not self.is_sqlite)
        event.listen(self.engine, "before_cursor_execute", _refuse_nul)
        if self.is_sqlite:
            event.listen(self.engine, "connect", self._prepare_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={FOLDER: self.folder})

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def _prepare_sqlite(self, connection: Any, _record: Any) -> None:
        """WAL lets readers continue while the worker writes; the busy timeout lets two writers take turns."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={self._busy_milliseconds}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _refuse_nul(_connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _many: bool) -> None:
    """What PostgreSQL cannot hold is refused alike by every database, whether it is stored or looked for.

    Raises:
        InvalidInput: a text among the values of a statement holds a NUL character.
    """
    for row in parameters if isinstance(parameters, list) else (parameters,):
        if any(isinstance(value, str) and NUL in value for value in (row.values() if isinstance(row, dict) else row)):
            raise InvalidInput(
                "A text holds a NUL character (U+0000), which can neither be stored nor looked for.", "Take it out."
            )


BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key: SQLite only auto-increments columns typed INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names, so that later migrations can change them on SQLite too."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


def now() -> datetime:
    return datetime.now(UTC)


def new_storage_name() -> str:
    """The name of the files of a corpus, model or audit: never given twice, as ids are after a deletion on SQLite."""
    return uuid.uuid4().hex


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
