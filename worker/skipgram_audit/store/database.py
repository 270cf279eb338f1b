"""Connections: one engine a process, short sessions, SQLite in WAL mode or Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

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
        """WAL lets readers go on while the worker writes; the busy timeout lets two writers take turns."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={self._busy_milliseconds}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
