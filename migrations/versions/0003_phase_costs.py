"""What phases of jobs took on this machine

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phase_costs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("guess", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_costs")),
    )
    op.create_index("ix_phase_costs_kind", "phase_costs", ["kind"])


def downgrade() -> None:
    op.drop_index("ix_phase_costs_kind", "phase_costs")
    op.drop_table("phase_costs")
