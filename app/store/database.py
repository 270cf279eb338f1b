"""Connections: one engine a process, short sessions, SQLite in WAL mode or Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker


class Database:
    """A database address and its sessions.

    Args:
        url: a SQLAlchemy address, ``sqlite:///...`` or ``postgresql+psycopg://...``.
        busy_milliseconds: how long SQLite waits for another writer before it gives up.
    """

    def __init__(self, url: str, busy_milliseconds: int = 30_000) -> None:
        self.url = url
        self._busy_milliseconds = busy_milliseconds
        self.engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if self.is_sqlite:
            event.listen(self.engine, "connect", self._prepare_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def _prepare_sqlite(self, connection: Any, _record: Any) -> None:
        """WAL lets readers go on while the worker writes; the busy timeout lets two writers take turns."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={self._busy_milliseconds}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
