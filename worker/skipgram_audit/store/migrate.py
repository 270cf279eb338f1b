"""Brings a database to the newest form of the tables, and adds what every database holds."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config

from skipgram_audit.resources import migrations_folder
from skipgram_audit.settings import Settings
from skipgram_audit.store import probes
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import fill_columns


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
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Web server and worker may start at the same moment: one migrates, the other waits."""
    with (settings.data_folder / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
