"""Corpora name the audit and the rewriting that made them, and nothing that was given the same number since

Before migration 0012 SQLite gave the number of what was deleted to something else. That is younger than the corpus, or
of another one.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    corpora = sa.table(
        "corpora", sa.column("id"), sa.column("parent_id"), sa.column("created_at"), sa.column("derivation", sa.JSON())
    )
    audits = sa.table("audits", sa.column("id"), sa.column("corpus_id"), sa.column("created_at"))
    rewritings = sa.table("rewritings", sa.column("id"), sa.column("audit_id"), sa.column("created_at"))
    connection = op.get_bind()
    for corpus in connection.execute(sa.select(corpora)).all():
        named = {key: corpus.derivation[key] for key in ("audit_id", "rewriting_id") if corpus.derivation.get(key)}
        if not named:
            continue
        older = sa.select(sa.literal(1)).where(audits.c.corpus_id == corpus.parent_id)
        makers = {
            "audit_id": older.where(audits.c.id == named.get("audit_id"), audits.c.created_at <= corpus.created_at),
            "rewriting_id": older.where(
                rewritings.c.audit_id == audits.c.id,
                rewritings.c.id == named.get("rewriting_id"),
                rewritings.c.created_at <= corpus.created_at,
            ),
        }
        gone = {key: None for key in named if connection.execute(makers[key]).first() is None}
        if gone:
            changed = sa.update(corpora).where(corpora.c.id == corpus.id)
            connection.execute(changed.values(derivation={**corpus.derivation, **gone}))


def downgrade() -> None:
    """What was given up cannot be told from what was never there; earlier versions read it all the same."""
