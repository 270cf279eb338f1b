"""The tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("phase_number", sa.Integer(), nullable=False),
        sa.Column("phase_count", sa.Integer(), nullable=False),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("seconds_left", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_subject", ["kind", "subject"], unique=False)
        batch_op.create_index(
            "uq_jobs_active",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("status IN ('waiting', 'running') AND kind <> 'preview'"),
            postgresql_where=sa.text("status IN ('waiting', 'running') AND kind <> 'preview'"),
        )

    op.create_table(
        "probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probes")),
        sa.UniqueConstraint("name", name=op.f("uq_probes_name")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_table(
        "corpora",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.String(length=32), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reader_options", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("sentence_count", sa.BigInteger(), nullable=False),
        sa.Column("token_count", sa.BigInteger(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("skipped_reasons", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("metadata_fields", sa.JSON(), nullable=False),
        sa.Column("near_duplicates", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_corpora_upload_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corpora")),
    )
    with op.batch_alter_table("corpora", schema=None) as batch_op:
        batch_op.create_index("uq_corpora_storage_name", ["storage_name"], unique=True)

    op.create_table(
        "imported_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.String(length=32), nullable=True),
        sa.Column("came_as", sa.String(length=32), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_imported_models_upload_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_models")),
    )
    with op.batch_alter_table("imported_models", schema=None) as batch_op:
        batch_op.create_index("uq_imported_models_storage_name", ["storage_name"], unique=True)

    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=32), nullable=False),
        sa.Column("corpus_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("document_map", sa.JSON(), nullable=False),
        sa.Column("vocabulary_size", sa.Integer(), nullable=False),
        sa.Column("trained_tokens", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["corpus_id"], ["corpora.id"], name=op.f("fk_audits_corpus_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audits_corpus_id"), ["corpus_id"], unique=False)
        batch_op.create_index("uq_audits_storage_name", ["storage_name"], unique=True)

    op.create_table(
        "corpus_columns",
        sa.Column("corpus_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("made_from", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.id"], name=op.f("fk_corpus_columns_corpus_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("corpus_id", "name", name=op.f("pk_corpus_columns")),
    )
    op.create_table(
        "corpus_words",
        sa.Column("corpus_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.id"], name=op.f("fk_corpus_words_corpus_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("corpus_id", "word", name=op.f("pk_corpus_words")),
    )
    with op.batch_alter_table("corpus_words", schema=None) as batch_op:
        batch_op.create_index("ix_corpus_words_folded", ["corpus_id", "folded"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corpus_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("token_count", sa.Integer(), nullable=False),
        sa.Column("sentence_count", sa.Integer(), nullable=False),
        sa.Column("sentence_bounds", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["corpus_id"], ["corpora.id"], name=op.f("fk_documents_corpus_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("corpus_id", "external_id", name=op.f("uq_documents_corpus_id_external_id")),
        sa.UniqueConstraint("corpus_id", "position", name=op.f("uq_documents_corpus_id_position")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_length", ["corpus_id", "token_count"], unique=False)

    op.create_table(
        "skipped_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corpus_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corpus_id"], ["corpora.id"], name=op.f("fk_skipped_rows_corpus_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skipped_rows")),
    )
    with op.batch_alter_table("skipped_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skipped_rows_corpus_id"), ["corpus_id"], unique=False)

    op.create_table(
        "audit_columns",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("made_from", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_columns_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "name", name=op.f("pk_audit_columns")),
    )
    op.create_table(
        "audit_models",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_models_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["imported_models.id"], name=op.f("fk_audit_models_model_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "model_id", name=op.f("pk_audit_models")),
    )
    with op.batch_alter_table("audit_models", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_models_model_id"), ["model_id"], unique=False)

    op.create_table(
        "audit_probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("measured", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("score_spread", sa.Float(), nullable=True),
        sa.Column("standard_error", sa.Float(), nullable=True),
        sa.Column("mean_difference", sa.Float(), nullable=True),
        sa.Column("p_value", sa.Float(), nullable=True),
        sa.Column("p_method", sa.Text(), nullable=False),
        sa.Column("surrogate_score", sa.Float(), nullable=True),
        sa.Column("null_scores", sa.JSON(), nullable=False),
        sa.Column("by_seed", sa.JSON(), nullable=False),
        sa.Column("seed_agreement", sa.Float(), nullable=True),
        sa.Column("influence_sum", sa.Double(), nullable=True),
        sa.Column("positive_documents", sa.Integer(), nullable=False),
        sa.Column("zero_documents", sa.Integer(), nullable=False),
        sa.Column("stable_documents", sa.Integer(), nullable=True),
        sa.Column("positive_sentences", sa.BigInteger(), nullable=False),
        sa.Column("zero_sentences", sa.BigInteger(), nullable=False),
        sa.Column("histogram", sa.JSON(), nullable=False),
        sa.Column("concentration", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_probes_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_probes")),
        sa.UniqueConstraint("audit_id", "name", name=op.f("uq_audit_probes_audit_id_name")),
    )
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("trainings", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_checks_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checks_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "marked_documents",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_marked_documents_audit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_marked_documents_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "document_id", name=op.f("pk_marked_documents")),
    )
    with op.batch_alter_table("marked_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marked_documents_document_id"), ["document_id"], unique=False)

    op.create_table(
        "check_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("control_of", sa.Integer(), nullable=True),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("token_count", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("predicted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name=op.f("fk_check_sets_check_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_sets")),
        sa.UniqueConstraint("check_id", "number", name=op.f("uq_check_sets_check_id_number")),
    )
    op.create_table(
        "document_influences",
        sa.Column("audit_probe_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("influence", sa.Double(), nullable=False),
        sa.Column("spread", sa.Double(), nullable=False),
        sa.Column("sign_stability", sa.Double(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_probe_id"],
            ["audit_probes.id"],
            name=op.f("fk_document_influences_audit_probe_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_influences_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_probe_id", "rank", name=op.f("pk_document_influences")),
    )
    with op.batch_alter_table("document_influences", schema=None) as batch_op:
        batch_op.create_index("ix_document_influences_document", ["document_id", "audit_probe_id"], unique=False)

    op.create_table(
        "ranking_columns",
        sa.Column("audit_probe_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("made_from", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_probe_id"], ["audit_probes.id"], name=op.f("fk_ranking_columns_audit_probe_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_probe_id", "name", name=op.f("pk_ranking_columns")),
    )
    op.create_table(
        "sentence_influences",
        sa.Column("audit_probe_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sentence_index", sa.Integer(), nullable=False),
        sa.Column("influence", sa.Double(), nullable=False),
        sa.Column("spread", sa.Double(), nullable=False),
        sa.Column("sign_stability", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_probe_id"],
            ["audit_probes.id"],
            name=op.f("fk_sentence_influences_audit_probe_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_sentence_influences_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_probe_id", "rank", name=op.f("pk_sentence_influences")),
    )
    with op.batch_alter_table("sentence_influences", schema=None) as batch_op:
        batch_op.create_index("ix_sentence_influences_document", ["document_id", "audit_probe_id"], unique=False)

    op.create_table(
        "word_associations",
        sa.Column("audit_probe_id", sa.Integer(), nullable=False),
        sa.Column("set_name", sa.String(length=80), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("association", sa.Double(), nullable=False),
        sa.Column("spread", sa.Double(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_probe_id"],
            ["audit_probes.id"],
            name=op.f("fk_word_associations_audit_probe_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_probe_id", "set_name", "word", name=op.f("pk_word_associations")),
    )
    op.create_table(
        "check_scores",
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["check_sets.id"], name=op.f("fk_check_scores_set_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("set_id", "seed", name=op.f("pk_check_scores")),
    )


def downgrade() -> None:
    op.drop_table("check_scores")
    op.drop_table("word_associations")
    with op.batch_alter_table("sentence_influences", schema=None) as batch_op:
        batch_op.drop_index("ix_sentence_influences_document")

    op.drop_table("sentence_influences")
    op.drop_table("ranking_columns")
    with op.batch_alter_table("document_influences", schema=None) as batch_op:
        batch_op.drop_index("ix_document_influences_document")

    op.drop_table("document_influences")
    op.drop_table("check_sets")
    with op.batch_alter_table("marked_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marked_documents_document_id"))

    op.drop_table("marked_documents")
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checks_audit_id"))

    op.drop_table("checks")
    op.drop_table("audit_probes")
    with op.batch_alter_table("audit_models", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_models_model_id"))

    op.drop_table("audit_models")
    op.drop_table("audit_columns")
    with op.batch_alter_table("skipped_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skipped_rows_corpus_id"))

    op.drop_table("skipped_rows")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_length")

    op.drop_table("documents")
    with op.batch_alter_table("corpus_words", schema=None) as batch_op:
        batch_op.drop_index("ix_corpus_words_folded")

    op.drop_table("corpus_words")
    op.drop_table("corpus_columns")
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.drop_index("uq_audits_storage_name")
        batch_op.drop_index(batch_op.f("ix_audits_corpus_id"))

    op.drop_table("audits")
    with op.batch_alter_table("imported_models", schema=None) as batch_op:
        batch_op.drop_index("uq_imported_models_storage_name")

    op.drop_table("imported_models")
    with op.batch_alter_table("corpora", schema=None) as batch_op:
        batch_op.drop_index("uq_corpora_storage_name")

    op.drop_table("corpora")
    op.drop_table("uploads")
    op.drop_table("probes")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_jobs_active",
            sqlite_where=sa.text("status IN ('waiting', 'running') AND kind <> 'preview'"),
            postgresql_where=sa.text("status IN ('waiting', 'running') AND kind <> 'preview'"),
        )
        batch_op.drop_index("ix_jobs_subject")

    op.drop_table("jobs")
