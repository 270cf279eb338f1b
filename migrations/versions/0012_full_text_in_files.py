"""Full text leaves the database: each corpus has its index in a file of the data folder (see app.store.search_index),
which the application makes when it first starts

Revision ID: 0012
Revises: 0011
"""

from alembic import context, op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    driver = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            driver(f"DROP TRIGGER document_search_{name}")
        driver("DROP TABLE document_search")
    else:
        driver("ALTER TABLE documents DROP COLUMN search")


def downgrade() -> None:
    context.script.get_revision("0003").module.create_indexes()
