"""Checks by retraining

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("trainings", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_checks_audit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
    )
    op.create_index("ix_checks_audit_id", "checks", ["audit_id"])
    op.create_table(
        "check_sets",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("control_of", sa.Integer(), nullable=True),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("token_count", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("predicted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_check_sets_check_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_check_sets"),
        sa.UniqueConstraint("check_id", "number", name="uq_check_sets_check_id_number"),
    )
    op.create_table(
        "check_scores",
        sa.Column("set_id", BIG_KEY, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["check_sets.id"], name="fk_check_scores_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("set_id", "seed", name="pk_check_scores"),
    )


def downgrade() -> None:
    op.drop_table("check_scores")
    op.drop_table("check_sets")
    op.drop_index("ix_checks_audit_id", "checks")
    op.drop_table("checks")
