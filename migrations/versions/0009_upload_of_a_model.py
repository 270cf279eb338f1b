"""The upload that a model came as, kept when the upload is gone

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imported_models", sa.Column("came_as", sa.String(length=32), nullable=True))
    op.execute("UPDATE imported_models SET came_as = upload_id")


def downgrade() -> None:
    op.drop_column("imported_models", "came_as")
