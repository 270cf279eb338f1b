"""Marked documents

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "marked_documents",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("document_id", BIG_KEY, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_marked_documents_audit_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_marked_documents_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "document_id", name="pk_marked_documents"),
    )
    op.create_index("ix_marked_documents_document_id", "marked_documents", ["document_id"])


def downgrade() -> None:
    op.drop_index("ix_marked_documents_document_id", "marked_documents")
    op.drop_table("marked_documents")
