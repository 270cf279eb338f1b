"""Rewritings, and corpora that know their parent

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewritings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("undone", sa.JSON(), nullable=False),
        sa.Column("trained_seeds", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("found_for", sa.JSON(), nullable=False),
        sa.Column("changed", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_rewritings_audit_id_audits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewritings")),
    )
    op.create_index(op.f("ix_rewritings_audit_id"), "rewritings", ["audit_id"])
    # Without a foreign key: SQLite adds one only by making the table anew, and what refers to it would go with the old.
    op.add_column("corpora", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.add_column("corpora", sa.Column("derivation", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(op.f("ix_corpora_parent_id"), "corpora", ["parent_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_corpora_parent_id"), "corpora")
    op.drop_column("corpora", "derivation")
    op.drop_column("corpora", "parent_id")
    op.drop_index(op.f("ix_rewritings_audit_id"), "rewritings")
    op.drop_table("rewritings")
