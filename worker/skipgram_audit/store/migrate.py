"""Brings a database to the newest form of the tables, and adds what every database holds."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from skipgram_audit.resources import migrations_folder
from skipgram_audit.settings import Settings
from skipgram_audit.store import probes
from skipgram_audit.store.database import Database
from skipgram_audit.store.filling import fill_columns


def migrate(settings: Settings) -> None:
    """Creates the data folder, runs the migrations that are missing, seeds the built-in probes, and packs the
    columns that are missing. Repeatable."""
    settings.create_data_folder()
    with _alone(settings):
        database = Database(settings)
        try:
            upgrade(database)
            with database.session() as session:
                probes.seed_built_in(session)
            fill_columns(database)
        finally:
            database.close()


def upgrade(database: Database, revision: str = "head") -> None:
    """Runs the migrations up to a revision."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with migrating(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """A connection in a transaction, for migrations; on SQLite without foreign keys.

    SQLite changes some tables only by making them anew, and dropping the old one would delete what refers to it.

    Raises:
        IntegrityError: something refers to a row that is not there, afterwards.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                yield connection
            return
        _set_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                yield connection
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if lost is not None:
                raise IntegrityError(
                    f"A row of {lost[0]} refers to one that is not there.", None, ValueError(str(lost))
                )
        finally:
            connection.rollback()
            _set_foreign_keys(connection, "ON")


def _set_foreign_keys(connection: Connection, value: str) -> None:
    """SQLite ignores this within a transaction."""
    connection.exec_driver_sql(f"PRAGMA foreign_keys={value}")
    connection.rollback()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Web server and worker may start at the same moment: one migrates, the other waits."""
    with (settings.data_folder / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
