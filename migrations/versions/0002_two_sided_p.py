"""Two-sided p-values of probes

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
    # Unknown for audits of 0.2.0: a two-sided p cannot be told from a one-sided one.
    op.add_column("audit_probes", sa.Column("p_value_two_sided", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_probes", "p_value_two_sided")
