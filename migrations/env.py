"""Alembic's entry: on a connection that store.migrate gives, or, from the alembic command, on the settings' own."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.engine import Connection

from skipgram_audit.settings import Settings
from skipgram_audit.store import columns, marks, models  # noqa: F401  (their tables belong to Base)
from skipgram_audit.store.database import Base, Database, UtcDateTime
from skipgram_audit.store.migrate import migrating


def render_item(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations must not change when our types do: they name the database's own type."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    settings = Settings()
    settings.create_data_folder()
    database = Database(settings)
    with migrating(database) as connection:
        run(connection)
    database.close()
