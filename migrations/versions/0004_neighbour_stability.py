"""How far seeds agree on the neighbours of a probe's words

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
    op.add_column("word_associations", sa.Column("stability", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("word_associations", "stability")
