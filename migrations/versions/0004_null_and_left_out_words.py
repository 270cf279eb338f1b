"""Scores on shuffled text, scores without single words, and how many documents keep their sign

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Audits made before this have neither: their pages leave them out.
    op.add_column("audit_probes", sa.Column("null_scores", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("audit_probes", sa.Column("left_out", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("audit_probes", sa.Column("stable_documents", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("audit_probes") as batch_op:
        batch_op.drop_column("stable_documents")
        batch_op.drop_column("left_out")
        batch_op.drop_column("null_scores")
