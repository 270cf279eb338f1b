"""What was compared and found when near-duplicates of a corpus were looked for

Revision ID: 0010
Revises: 0009

The groups themselves are a packed column of the corpus (skipgram_audit.store.corpus_columns).
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("corpora", sa.Column("near_duplicates", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("corpora", "near_duplicates")
