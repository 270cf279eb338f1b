"""What-ifs of audits: asked, answered, and checked

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("at_once", sa.JSON(), nullable=False),
        sa.Column("predicted", sa.JSON(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_what_ifs_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name=op.f("fk_what_ifs_check_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_ifs")),
    )
    op.create_index(op.f("ix_what_ifs_audit_id"), "what_ifs", ["audit_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_what_ifs_audit_id"), table_name="what_ifs")
    op.drop_table("what_ifs")
