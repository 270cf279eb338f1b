"""The tables of checks by retraining: a check, its removal sets, and a row a training."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skipgram_audit.store.models import Audit, Base, BigKey, Status, now


class Check(Base):
    """A check by retraining of an audit: its plan frozen and, when done, what it found."""

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), index=True)
    status: Mapped[Status] = mapped_column(String(16), default=Status.WAITING)
    plan: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.check_plan.CheckPlan")
    trainings: Mapped[int] = mapped_column(default=0, doc="how many it needs; at most, until its sets are drawn")
    outcome: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.check_plan.CheckOutcome"
    )
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    audit: Mapped[Audit] = relationship()


class CheckSet(Base):
    """Documents that go together; number 0 is the whole corpus, from which nothing goes."""

    __tablename__ = "check_sets"
    __table_args__ = (UniqueConstraint("check_id", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(
        String(16), doc="whole, random, amplifying, ...: see skipgram_audit.model.check_plan"
    )
    control_of: Mapped[int | None] = mapped_column(Integer, doc="the number of the set that a control stands beside")
    document_count: Mapped[int]
    token_count: Mapped[int] = mapped_column(BigInteger, doc="of its documents, as they are trained on")
    documents: Mapped[bytes] = mapped_column(
        LargeBinary, doc="positions in the corpus; see skipgram_audit.store.packing"
    )
    predicted: Mapped[dict[str, Any]] = mapped_column(doc="probe -> predicted change of score, by prediction seed")


class CheckScore(Base):
    """What one training gave, written as soon as it has ended."""

    __tablename__ = "check_scores"

    set_id: Mapped[int] = mapped_column(ForeignKey("check_sets.id", ondelete="CASCADE"), primary_key=True)
    seed: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    scores: Mapped[dict[str, Any]] = mapped_column(doc="probe -> score")
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="probe -> why it has no score without the set")
