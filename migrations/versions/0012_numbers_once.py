"""Numbers in addresses are given once: SQLite gave that of the last row again when it had been deleted

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "corpora", "probes", "imported_models", "audits", "checks", "mitigation_comparisons", "what_ifs", "rewritings",
)  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    # SQLite makes the tables anew for this. What refers to them stays, since foreign keys are off in a migration.
    for table in TABLES:
        op.execute(sa.text(f"DROP TABLE IF EXISTS _alembic_tmp_{table}"))
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass


def downgrade() -> None:
    """Tables that give numbers once do for the older models, too."""
