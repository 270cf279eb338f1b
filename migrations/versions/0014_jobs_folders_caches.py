"""One job at a time of a kind and subject

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


def upgrade() -> None:
    op.create_index(
        "uq_jobs_active",
        "jobs",
        ["kind", "subject"],
        unique=True,
        sqlite_where=ONE_AT_A_TIME,
        postgresql_where=ONE_AT_A_TIME,
    )


def downgrade() -> None:
    op.drop_index("uq_jobs_active", "jobs")
