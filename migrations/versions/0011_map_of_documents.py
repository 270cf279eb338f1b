"""Maps of documents: where an audit's documents lie, packed, and how the map was made

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
    op.add_column("audits", sa.Column("document_map", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "audit_columns",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_audit_columns_audit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "name", name="pk_audit_columns"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # As the other packed columns: arrays are read whole.
        op.execute("ALTER TABLE audit_columns ALTER COLUMN data SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("audit_columns")
    op.drop_column("audits", "document_map")
