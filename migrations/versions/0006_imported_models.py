"""Models that were trained elsewhere

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("purpose", sa.String(length=16), nullable=False, server_default="corpus"))
    op.create_table(
        "imported_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.String(length=32), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_imported_models_upload_id_uploads"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_models")),
    )
    op.create_table(
        "audit_models",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_models_audit_id_audits"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["imported_models.id"],
            name=op.f("fk_audit_models_model_id_imported_models"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_id", "model_id", name=op.f("pk_audit_models")),
    )
    op.create_index("ix_audit_models_model_id", "audit_models", ["model_id"])


def downgrade() -> None:
    op.drop_table("audit_models")
    op.drop_table("imported_models")
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.drop_column("purpose")
