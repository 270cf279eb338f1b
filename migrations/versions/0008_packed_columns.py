"""Packed columns of corpora and rankings

Revision ID: 0008
Revises: 0007

They are filled from the rows when the application next starts (skipgram_audit.store.column_filling).
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (("corpus_columns", "corpus_id", "corpora"), ("ranking_columns", "audit_probe_id", "audit_probes"))


def upgrade() -> None:
    for table, key, owner in TABLES:
        op.create_table(
            table,
            sa.Column(key, sa.Integer(), nullable=False),
            sa.Column("name", sa.String(length=32), nullable=False),
            sa.Column("version", sa.String(length=32), nullable=False),
            sa.Column("data", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint([key], [f"{owner}.id"], name=f"fk_{table}_{key}", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(key, "name", name=f"pk_{table}"),
        )
        if op.get_bind().dialect.name == "postgresql":
            # Arrays are read whole; compressed they would be read more slowly.
            op.execute(f"ALTER TABLE {table} ALTER COLUMN data SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table, _, _ in TABLES:
        op.drop_table(table)
