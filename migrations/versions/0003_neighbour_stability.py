"""How far seeds agree on the neighbours of a probe's words

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
    op.add_column("word_associations", sa.Column("stability", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("word_associations", "stability")
