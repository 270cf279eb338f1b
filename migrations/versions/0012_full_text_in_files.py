"""Full text leaves the database: each corpus has its index in a file of the data folder (see store.search_index),
which the application makes when it first starts

Revision ID: 0012
Revises: 0011
"""

from typing import Any

from alembic import context

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _indexes().drop_indexes()


def downgrade() -> None:
    _indexes().create_indexes()


def _indexes() -> Any:
    """The migration that made the indexes inside the database."""
    return context.script.get_revision("0003").module
