"""The table of marked documents: the set of documents that a user collects in an audit."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from skipgram_audit.store.models import Base


class MarkedDocument(Base):
    """A document of an audit's corpus that is in the audit's set."""

    __tablename__ = "marked_documents"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
