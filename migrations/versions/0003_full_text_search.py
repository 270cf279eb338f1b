"""Full-text search in documents, and documents by length

Revision ID: 0003
Revises: 0002

The indexes of texts are no part of the models, and 0012 takes them out.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEPARATORS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”„‘’‚«»—–…·"

SQLITE = (
    """CREATE VIRTUAL TABLE document_search USING fts5(
        title, text, content='documents', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER document_search_insert AFTER INSERT ON documents BEGIN
        INSERT INTO document_search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
    """CREATE TRIGGER document_search_delete AFTER DELETE ON documents BEGIN
        INSERT INTO document_search(document_search, rowid, title, text)
            VALUES ('delete', old.id, old.title, old.text);
    END""",
    """CREATE TRIGGER document_search_update AFTER UPDATE OF id, title, text ON documents BEGIN
        INSERT INTO document_search(document_search, rowid, title, text)
            VALUES ('delete', old.id, old.title, old.text);
        INSERT INTO document_search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
    "INSERT INTO document_search(document_search) VALUES ('rebuild')",
)


def upgrade() -> None:
    op.create_index("ix_documents_length", "documents", ["corpus_id", "token_count"])
    create_indexes()


def create_indexes() -> None:
    """Of titles and texts, filled with the documents that are there."""
    driver = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            driver(statement)
        return
    separators = SEPARATORS.replace("'", "''").replace("%", "%%")
    spaces = " " * len(SEPARATORS)
    driver(
        f"""ALTER TABLE documents ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(
            'simple'::regconfig, translate(left(title || ' ' || text, 200000), '{separators}', '{spaces}'))) STORED"""
    )
    driver("CREATE INDEX ix_documents_search ON documents USING gin (search)")


def drop_indexes() -> None:
    """What create_indexes made."""
    driver = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            driver(f"DROP TRIGGER document_search_{name}")
        driver("DROP TABLE document_search")
    else:
        driver("DROP INDEX ix_documents_search")
        driver("ALTER TABLE documents DROP COLUMN search")


def downgrade() -> None:
    drop_indexes()
    op.drop_index("ix_documents_length", table_name="documents")
