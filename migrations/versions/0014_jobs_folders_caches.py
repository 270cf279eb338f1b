"""One job at a time of a kind and subject, names of files that are never reused, caches that say what they are of

Files lie where they did: what is there keeps its id for a name, which no random one can be. Columns are made again.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ONE_AT_A_TIME = sa.text("status IN ('waiting', 'running') AND kind <> 'preview'")
WITH_FILES = ("corpora", "imported_models", "audits")
CACHES = ("corpus_columns", "audit_columns", "ranking_columns")


def upgrade() -> None:
    op.create_index(
        "uq_jobs_active",
        "jobs",
        ["kind", "subject"],
        unique=True,
        sqlite_where=ONE_AT_A_TIME,
        postgresql_where=ONE_AT_A_TIME,
    )
    for name in WITH_FILES:
        op.add_column(name, sa.Column("storage_name", sa.String(length=32), nullable=False, server_default=""))
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("storage_name", sa.String))
        op.execute(sa.update(table).values(storage_name=sa.cast(table.c.id, sa.String)))
        op.create_index(f"uq_{name}_storage_name", name, ["storage_name"], unique=True)
    for name in CACHES:
        op.add_column(name, sa.Column("made_from", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    for name in CACHES:
        op.drop_column(name, "made_from")
    for name in WITH_FILES:
        op.drop_index(f"uq_{name}_storage_name", name)
        op.drop_column(name, "storage_name")
    op.drop_index("uq_jobs_active", "jobs")
