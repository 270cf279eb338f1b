"""A probe knows its score without texts that repeat others

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_probes", sa.Column("repeats", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_probes", "repeats")
