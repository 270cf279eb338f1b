"""A probe knows the group of documents that amplifies it most

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_probes", sa.Column("strongest_group", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_probes", "strongest_group")
