"""What became of the rows of a corpus' file, held against the rows that the reader met

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("corpora", sa.Column("rows", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("corpora", "rows")
