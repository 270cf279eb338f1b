"""Copies of a data folder with its SQLite database, for samples that many tests begin with."""

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import text

from skipgram_audit.store.database import Base, Database

DATABASES = ("skipgram-audit.sqlite*", "jobs.sqlite*")


class KeptFolder:
    """What a data folder and its database hold now."""

    def __init__(self, database: Database) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="skipgram-audit-sample-")
        self._files = Path(self._temporary.name) / "files"
        self._rows = sqlite3.connect(self._files.with_name("rows"), check_same_thread=False)
        shutil.copytree(database.folder, self._files, ignore=shutil.ignore_patterns(*DATABASES))
        with database.engine.connect() as connection:
            _sqlite(connection).backup(self._rows)

    def copy_to(self, database: Database) -> None:
        """Puts all of it into an empty database and its folder, which may be open elsewhere."""
        shutil.copytree(self._files, database.folder, dirs_exist_ok=True)
        with database.engine.connect() as connection:
            self._rows.backup(_sqlite(connection))


def is_empty(database: Database) -> bool:
    """Whether this is an SQLite database in which nothing was written but the built-in probes."""
    if not database.is_sqlite:
        return False
    names = [table.name for table in Base.metadata.sorted_tables if table.name != "probes"]
    filled = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names)
    own = "EXISTS (SELECT 1 FROM probes WHERE NOT built_in OR note != '')"
    with database.engine.connect() as connection:
        return not connection.scalar(text(f"SELECT {filled} OR {own}"))


def _sqlite(connection: Any) -> sqlite3.Connection:
    found: sqlite3.Connection = connection.connection.driver_connection
    return found
