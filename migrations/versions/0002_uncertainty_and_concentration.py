"""Uncertainty over documents, and concentration

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_probes", sa.Column("standard_error", sa.Float(), nullable=True))
    # Audits made before this have no curve: their pages leave it out.
    op.add_column("audit_probes", sa.Column("concentration", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("audit_probes") as batch_op:
        batch_op.drop_column("concentration")
        batch_op.drop_column("standard_error")
