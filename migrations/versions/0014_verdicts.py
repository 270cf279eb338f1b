"""The code of why a probe was not scored

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
    op.add_column("audit_probes", sa.Column("verdict", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("audit_probes", "verdict")
