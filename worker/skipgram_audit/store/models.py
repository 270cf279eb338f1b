"""The tables. Text is stored once, in documents; everything else points into it by offsets (Unicode code points).

AuditRow, CorpusRow and ImportedModelRow are rows of tables; the library's Audit, Corpus and ImportedModel compute.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skipgram_audit.store.database import Base, BigKey, new_storage_name, now


class Status(enum.StrEnum):
    """The life of a corpus or an audit."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class UploadPurpose(enum.StrEnum):
    """What becomes of an upload when it has arrived whole: a corpus after a preview, or a model at once."""

    CORPUS = "corpus"
    MODEL = "model"


NUMBERED_ONCE = {"sqlite_autoincrement": True}
"""Of tables whose numbers stand in addresses: SQLite, too, never gives the number of a deleted row again, so no link
leads to something else."""


class JobSubject(Base):
    """What is made by a job, whose status it follows; see jobs.py."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[Status] = mapped_column(String(16), default=Status.WAITING)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class ComputedSubject(JobSubject):
    """One that knows when its job was started, too."""

    __abstract__ = True

    started_at: Mapped[datetime | None]


class Upload(Base):
    """A file on its way in: bytes arrive in order, in as many requests as it takes."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    filename: Mapped[str] = mapped_column(Text)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    preview: Mapped[dict[str, Any] | None] = mapped_column(doc="what the worker's preview job found, or its error")
    purpose: Mapped[UploadPurpose] = mapped_column(String(16), default=UploadPurpose.CORPUS)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CorpusRow(JobSubject):
    """A corpus and what was read, and not read, of its file."""

    __tablename__ = "corpora"
    __table_args__ = (Index("uq_corpora_storage_name", "storage_name", unique=True), NUMBERED_ONCE)

    storage_name: Mapped[str] = mapped_column(String(32), default=new_storage_name)
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", doc="the user's, plain text")
    filename: Mapped[str] = mapped_column(Text)
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"))
    source_sha256: Mapped[str] = mapped_column(String(64), default="")
    source_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    reader_options: Mapped[dict[str, Any]] = mapped_column(doc="format, encoding, fields; see ReaderOptions")
    language: Mapped[str] = mapped_column(String(16), default="en", doc="ISO 639, for sentences and case")
    content_sha256: Mapped[str] = mapped_column(String(64), default="", doc="hash of ids, texts and sentence bounds")
    document_count: Mapped[int] = mapped_column(default=0)
    sentence_count: Mapped[int] = mapped_column(BigInteger, default=0)
    token_count: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    skipped_reasons: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="reason -> count")
    rows: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="what became of the rows of the file, and advice on the skipped ones; empty for imports of older versions",
    )
    metadata_fields: Mapped[list[Any]] = mapped_column(default=list)
    parent_id: Mapped[int | None] = mapped_column(
        index=True, doc="the corpus that it was made from; nothing once that is deleted (see corpora.remove)"
    )
    derivation: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="how it was made from its parent, see skipgram_audit.model.rewriting.Derivation; empty for an upload",
    )
    near_duplicates: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="what was compared and found, see skipgram_audit.store.near_duplicates; empty until they were looked for",
    )


class SkippedRow(Base):
    """A row of a corpus' file that could not be used, with place and reason."""

    __tablename__ = "skipped_rows"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"), index=True)
    place: Mapped[str] = mapped_column(Text, doc="line, row or archive entry")
    reason: Mapped[str] = mapped_column(Text)


class Document(Base):
    """One document: its text, and the bounds of its sentences in that text."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("corpus_id", "position"),
        UniqueConstraint("corpus_id", "external_id"),
        Index("ix_documents_length", "corpus_id", "token_count"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(doc="0, 1, 2, ... in reading order")
    external_id: Mapped[str] = mapped_column(Text, doc="the user's id, unique in the corpus")
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="chosen metadata: name -> text")
    place: Mapped[str] = mapped_column(Text, default="", doc="line, row or archive entry in the source file")
    token_count: Mapped[int] = mapped_column(default=0)
    sentence_count: Mapped[int] = mapped_column(default=0)
    sentence_bounds: Mapped[bytes] = mapped_column(
        LargeBinary, doc="little-endian uint32 pairs (start, end) in code points; see skipgram_audit.store.packing"
    )


class DocumentNote(Base):
    """What a user notes of a document; documents without a note have no row."""

    __tablename__ = "document_notes"

    document_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    note: Mapped[str] = mapped_column(Text, doc="plain text")


class CorpusWord(Base):
    """How often a word, as written, occurs in a corpus: for a probe's coverage before anything is trained."""

    __tablename__ = "corpus_words"
    __table_args__ = (Index("ix_corpus_words_folded", "corpus_id", "folded"),)

    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
    folded: Mapped[str] = mapped_column(Text, doc="the form of word, case-folded")
    count: Mapped[int] = mapped_column(BigInteger)


class Probe(Base):
    """A bias probe: a built-in one or a user's."""

    __tablename__ = "probes"
    __table_args__ = NUMBERED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    definition: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.probe.ProbeDefinition")
    built_in: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="", doc="the user's, plain text; also on a built-in probe")
    created_at: Mapped[datetime] = mapped_column(default=now)


class ImportedModelRow(JobSubject):
    """A model that was trained elsewhere; its words and vectors are a file of the models folder."""

    __tablename__ = "imported_models"
    __table_args__ = (Index("uq_imported_models_storage_name", "storage_name", unique=True), NUMBERED_ONCE)

    storage_name: Mapped[str] = mapped_column(String(32), default=new_storage_name)
    name: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"))
    came_as: Mapped[str | None] = mapped_column(String(32), doc="the upload's id, also when the upload is gone")
    source_sha256: Mapped[str] = mapped_column(String(64))
    source_bytes: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.pretrained.ModelFacts; empty until it has been read"
    )


class AuditModel(Base):
    """An imported model that an audit's vectors are taken from."""

    __tablename__ = "audit_models"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[int] = mapped_column(
        ForeignKey("imported_models.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AuditRow(ComputedSubject):
    """One audit of one corpus with its whole settings and, when done, its manifest."""

    __tablename__ = "audits"
    __table_args__ = (Index("uq_audits_storage_name", "storage_name", unique=True), NUMBERED_ONCE)

    storage_name: Mapped[str] = mapped_column(String(32), default=new_storage_name)
    corpus_id: Mapped[int] = mapped_column(ForeignKey("corpora.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", doc="the user's, plain text")
    settings: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.settings.AuditSettings")
    standard_check: Mapped[bool] = mapped_column(default=False, doc="whether a check is queued when it is done")
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document_map: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="how the map of documents was made, see skipgram_audit.store.document_map; empty until it was"
    )
    vocabulary_size: Mapped[int] = mapped_column(default=0)
    trained_tokens: Mapped[int] = mapped_column(BigInteger, default=0)

    corpus: Mapped[CorpusRow] = relationship()
    probes: Mapped[list["AuditProbe"]] = relationship(
        back_populates="audit", order_by="AuditProbe.id", cascade="all, delete-orphan", passive_deletes=True
    )


class AuditProbe(Base):
    """A probe as it was measured in an audit: definition frozen, scores, and what could not be measured."""

    __tablename__ = "audit_probes"
    __table_args__ = (UniqueConstraint("audit_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(32))
    definition: Mapped[dict[str, Any]]
    measured: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="", doc="why it could not be measured")
    verdict: Mapped[str] = mapped_column(String(32), default="", doc="the code of the reason; empty when measured")
    missing: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="set name -> words not in the vocabulary")
    score: Mapped[float | None] = mapped_column(Float, doc="mean over seeds of the trained vectors' score")
    score_spread: Mapped[float | None] = mapped_column(Float, doc="sample standard deviation over seeds")
    standard_error: Mapped[float | None] = mapped_column(
        Float, doc="of the effect size over documents, by the infinitesimal jackknife"
    )
    mean_difference: Mapped[float | None] = mapped_column(Float)
    p_value: Mapped[float | None] = mapped_column(Float, doc="one-sided, as high or higher; mean over seeds")
    p_value_two_sided: Mapped[float | None] = mapped_column(Float, doc="as far from zero; mean over seeds")
    p_method: Mapped[str] = mapped_column(Text, default="", doc="exact over n, or Monte Carlo with n draws")
    surrogate_score: Mapped[float | None] = mapped_column(Float, doc="mean over seeds of the replayed score")
    null_scores: Mapped[list[Any]] = mapped_column(default=list, doc="effect sizes after trainings on shuffled text")
    by_seed: Mapped[list[Any]] = mapped_column(
        default=list, doc="per seed: {seed, score, mean_difference, p_value, p_value_two_sided, surrogate_score}"
    )
    seed_agreement: Mapped[float | None] = mapped_column(
        Float, doc="mean pairwise Pearson correlation of the seeds' document influences"
    )
    influence_sum: Mapped[float | None]
    positive_documents: Mapped[int] = mapped_column(default=0, doc="documents of influence above zero: ranks 1 to this")
    zero_documents: Mapped[int] = mapped_column(default=0, doc="documents whose influence is exactly zero")
    stable_documents: Mapped[int | None] = mapped_column(
        doc="documents whose influence is not zero and has the same sign in every seed"
    )
    positive_sentences: Mapped[int] = mapped_column(BigInteger, default=0, doc="sentences of influence above zero")
    zero_sentences: Mapped[int] = mapped_column(BigInteger, default=0, doc="not stored as rows; counted here")
    histogram: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="{edges: [n+1], counts: [n]} of document influence"
    )
    concentration: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.outcome.Concentration"
    )
    left_out: Mapped[list[Any]] = mapped_column(
        default=list, doc="the score without each single word; see skipgram_audit.model.outcome.LeftOutWord"
    )
    repeats: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="see skipgram_audit.model.outcome.Repeats"
    )
    strongest_group: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="see skipgram_audit.store.groups.strongest_group; None until it was looked for"
    )

    audit: Mapped[AuditRow] = relationship(back_populates="probes")


class WordAssociation(Base):
    """s(w, A, B) of one probe word, mean over seeds."""

    __tablename__ = "word_associations"

    audit_probe_id: Mapped[int] = mapped_column(ForeignKey("audit_probes.id", ondelete="CASCADE"), primary_key=True)
    set_name: Mapped[str] = mapped_column(String(80), primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str] = mapped_column(String(16), doc="target or attribute")
    association: Mapped[float]
    spread: Mapped[float] = mapped_column(default=0.0)
    count: Mapped[int] = mapped_column(BigInteger, default=0, doc="occurrences in the trained corpus")
    stability: Mapped[float | None] = mapped_column(Float, doc="share of nearest words that two seeds have in common")


class DocumentInfluence(Base):
    """A document's place in the ranking of one probe: rank 1 pushes the signed score up most.

    influence is the mean over seeds; score without the document is predicted as score - influence.
    """

    __tablename__ = "document_influences"
    __table_args__ = (Index("ix_document_influences_document", "document_id", "audit_probe_id"),)

    audit_probe_id: Mapped[int] = mapped_column(ForeignKey("audit_probes.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    influence: Mapped[float]
    spread: Mapped[float] = mapped_column(doc="sample standard deviation over seeds")
    sign_stability: Mapped[float] = mapped_column(doc="share of seeds whose influence has the mean's sign")
    tokens: Mapped[bytes] = mapped_column(
        LargeBinary, doc="non-zero token influences, packed; see skipgram_audit.store.packing"
    )


class SentenceInfluence(Base):
    """A sentence's place in the ranking of one probe; sentences of influence zero have no row and are counted."""

    __tablename__ = "sentence_influences"
    __table_args__ = (Index("ix_sentence_influences_document", "document_id", "audit_probe_id"),)

    audit_probe_id: Mapped[int] = mapped_column(ForeignKey("audit_probes.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    sentence_index: Mapped[int]
    influence: Mapped[float]
    spread: Mapped[float]
    sign_stability: Mapped[float]


class ReportChoices(Base):
    """What a user chose of an audit's report; audits without a row have a report by the defaults."""

    __tablename__ = "report_choices"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True)
    options: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.report_options.ReportOptions")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, doc="a PNG or an SVG that has been checked")


class JobKind(enum.StrEnum):
    PREVIEW = "preview"
    IMPORT = "import"
    MODEL = "model"
    AUDIT = "audit"
    CHECK = "check"
    NEAR_DUPLICATES = "near-duplicates"
    MAP = "map"
    SEARCH = "search"
    CALIBRATION = "calibration"
    WHAT_IF = "what-if"
    MITIGATIONS = "mitigations"
    REWRITE = "rewrite"
    DERIVE = "derive"
    REPORT = "report"


_ONE_AT_A_TIME = text("status IN ('waiting', 'running') AND kind <> 'preview'")


class Job(Base):
    """What a user sees of work in the background. The durable workflow itself lives in the workflow engine."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_subject", "kind", "subject"),
        Index(
            "uq_jobs_active",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_ONE_AT_A_TIME,
            postgresql_where=_ONE_AT_A_TIME,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, doc="also the workflow's id")
    kind: Mapped[JobKind] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(32), doc="id of the upload, corpus, audit, check or comparison")
    status: Mapped[Status] = mapped_column(String(16), default=Status.WAITING)
    phase: Mapped[str] = mapped_column(Text, default="", doc="a few words, as shown")
    phase_number: Mapped[int] = mapped_column(default=0)
    phase_count: Mapped[int] = mapped_column(default=0)
    fraction: Mapped[float] = mapped_column(default=0.0, doc="0 to 1, of the whole job")
    seconds_left: Mapped[float | None]
    error: Mapped[str] = mapped_column(Text, default="")
    remedy: Mapped[str] = mapped_column(Text, default="")
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    deaths: Mapped[int] = mapped_column(default=0, doc="of workers that were on it; a worker that was stopped is none")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PhaseCost(Base):
    """What a phase of a job took on this machine, for the forecast of later ones: see skipgram_audit.model.costs."""

    __tablename__ = "phase_costs"
    __table_args__ = (Index("ix_phase_costs_kind", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), doc="the phase, with the estimator where it depends on one")
    guess: Mapped[float] = mapped_column(doc="seconds, by its sizes, before anything was measured")
    seconds: Mapped[float] = mapped_column(doc="that it took")
    measured_at: Mapped[datetime] = mapped_column(default=now)


class Check(ComputedSubject):
    """A check by retraining of an audit: its plan frozen and, when done, what it found."""

    __tablename__ = "checks"
    __table_args__ = NUMBERED_ONCE

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), index=True)
    plan: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.check_plan.CheckPlan")
    trainings: Mapped[int] = mapped_column(default=0, doc="how many it needs; at most, until its sets are drawn")
    outcome: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.check_plan.CheckOutcome"
    )

    audit: Mapped[AuditRow] = relationship()


class MitigationComparison(ComputedSubject):
    """Mitigations of an audit that are compared: their plan frozen and, when done, the table of what each one does."""

    __tablename__ = "mitigation_comparisons"
    __table_args__ = NUMBERED_ONCE

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), index=True)
    storage_name: Mapped[str] = mapped_column(
        String(32), default=new_storage_name, doc="folder of its vectors, in that of the audit"
    )
    plan: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.mitigations.MitigationPlan")
    outcome: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.mitigations.MitigationTable; empty until it is done"
    )

    audit: Mapped[AuditRow] = relationship()


class CheckSet(Base):
    """Documents that are removed together; number 0 is the whole corpus, from which nothing is removed."""

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


class WhatIfRow(Base):
    """What was asked of an audit's scores with some documents left out, weighted, or added, and what was answered."""

    __tablename__ = "what_ifs"
    __table_args__ = NUMBERED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text, doc="what the set is, in a few words")
    document_count: Mapped[int] = mapped_column(default=0)
    documents: Mapped[bytes] = mapped_column(
        LargeBinary, doc="positions in the corpus; see skipgram_audit.store.packing"
    )
    weight: Mapped[float] = mapped_column(default=0.0, doc="how often each of them counts; 0: left out")
    texts: Mapped[list[Any]] = mapped_column(default=list, doc="that are added")
    at_once: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.what_if.WhatIfAnswer")
    predicted: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="the same by the audit's estimator; empty until then"
    )
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    audit: Mapped[AuditRow] = relationship()


class RewritingRow(ComputedSubject):
    """A rewriting of an audit's corpus: its plan frozen and, when done, what it changes and what every probe scores."""

    __tablename__ = "rewritings"
    __table_args__ = NUMBERED_ONCE

    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.id", ondelete="CASCADE"), index=True)
    plan: Mapped[dict[str, Any]] = mapped_column(doc="see skipgram_audit.model.rewriting.RewritePlan")
    undone: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="position of a document -> where changes begin that are not made"
    )
    trained_seeds: Mapped[list[Any]] = mapped_column(default=list, doc="to be trained; empty to predict alone")
    outcome: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="see skipgram_audit.model.rewriting.RewriteOutcome; empty until it was found"
    )
    found_for: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="the undone changes that the outcome is for")
    changed: Mapped[bytes] = mapped_column(
        LargeBinary, default=b"", doc="positions of documents with changes; see skipgram_audit.store.packing"
    )

    audit: Mapped[AuditRow] = relationship()
