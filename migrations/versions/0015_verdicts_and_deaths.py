"""The code of why a probe was not scored, and how often a worker died on a job

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_probes", sa.Column("verdict", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.drop_column("deaths")
    with op.batch_alter_table("audit_probes") as batch_op:
        batch_op.drop_column("verdict")
