"""The tables of packed columns: what is known of every document, or of every row of a ranking, as one array."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from skipgram_audit.store.models import Base


class CorpusColumn(Base):
    """One column of a corpus's documents, in the order of their ids; see skipgram_audit.store.corpus_columns."""

    __tablename__ = "corpus_columns"

    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(32), doc="a new one whenever it is written: what caches go by")
    made_from: Mapped[str] = mapped_column(String(64), doc="see skipgram_audit.store.identity")
    data: Mapped[bytes] = mapped_column(LargeBinary, doc="little-endian array")


class AuditColumn(Base):
    """One column of an audit's documents, in the order of their ids; see skipgram_audit.store.document_map."""

    __tablename__ = "audit_columns"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    made_from: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RankingColumn(Base):
    """One column of a probe's ranking, in the order of ranks; see skipgram_audit.store.ranking_columns."""

    __tablename__ = "ranking_columns"

    audit_probe_id: Mapped[int] = mapped_column(ForeignKey("audit_probes.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    made_from: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)
