"""Starting rewritings of an audit's corpus, showing and undoing their changes, and making corpora and files of them."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.auditing.folder import rewriting_vectors
from skipgram_audit.mitigation.diff import ChangedSentence, changed_sentences
from skipgram_audit.mitigation.ledger import LedgerRow, ledger_rows
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting, Original, RewrittenDocument, undone_of
from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.rewriting import Derivation, RewriteOutcome, RewritePlan
from skipgram_audit.report.corpus_file import FileForm, corpus_file, form_of
from skipgram_audit.report.rewrite_sentences import ScoreRow, plan_title, score_rows, summary_sentence
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, documents, near_duplicates, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import NONE
from skipgram_audit.store.models import AuditRow, CorpusRow, Document, JobKind, RewritingRow, Status
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.vectors import before_or_after_response

DOCUMENTS_A_PAGE = 20
SENTENCES_SHOWN = 50
"""Of one document on a page."""

DUPLICATES_WHY = "near-duplicate of an earlier document"


@dataclass(frozen=True)
class DocumentChanges:
    """What a rewriting proposes in a document.

    Attributes:
        made: how many changes are made, of all that are proposed.
        sentences: the first ones with a change.
        more: how many further sentences have one.
    """

    id: int
    position: int
    external_id: str
    title: str
    made: int
    proposed: int
    sentences: tuple[ChangedSentence, ...]
    more: int


@dataclass(frozen=True)
class RewritingLine:
    """A rewriting in a list."""

    rewriting: RewritingRow
    title: str
    summary: str
    scores: list[ScoreRow]


def start(database: Database, queue: JobQueue, audit_id: int, plan: RewritePlan, trained_seeds: Sequence[int]) -> int:
    """Makes a rewriting and enqueues it for the worker; returns its id."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        Rewriter(plan, audit.corpus.language)  # says at once when a list or the tagger cannot be used
        rewriting_id = rewritings.create(session, audit, plan, trained_seeds).id
        queue.enqueue(session, JobKind.REWRITE, rewriting_id)
    return rewriting_id


def run_again(
    database: Database, queue: JobQueue, audit_id: int, rewriting_id: int, trained_seeds: Sequence[int]
) -> None:
    """Predicts with the changes as they are now, and trains by some seeds."""
    with database.session() as session:
        rewritings.wait_again(rewritings.get(session, audit_id, rewriting_id), trained_seeds)
        queue.enqueue(session, JobKind.REWRITE, rewriting_id)


def lines_of(session: Session, audit: AuditRow) -> list[RewritingLine]:
    """All rewritings of an audit, the newest first."""
    found = []
    for one in rewritings.of_audit(session, audit.id):
        plan = RewritePlan.model_validate(one.plan)
        outcome = outcome_of(one)
        summary = one.error or (summary_sentence(plan, outcome.tally) if outcome else "")
        rows = score_rows(outcome) if outcome else []
        found.append(RewritingLine(one, plan_title(plan), summary, rows))
    return found


def outcome_of(rewriting: RewritingRow) -> RewriteOutcome | None:
    """What was found; None until something was."""
    return RewriteOutcome.model_validate(rewriting.outcome) if rewriting.outcome else None


def changes_of(session: Session, rewriting: RewritingRow, first: int, count: int) -> list[DocumentChanges]:
    """What is proposed in some of the documents in which something is, in the order of the corpus."""
    plan = RewritePlan.model_validate(rewriting.plan)
    positions = rewritings.changed_positions(rewriting)[first : first + count].tolist()
    if not positions:
        return []
    corpus = rewriting.audit.corpus
    rewriting_of = CorpusRewriting(Rewriter(plan, corpus.language))
    undone = undone_of(rewriting.undone)
    found = rewritings.documents_at(session, corpus.id, positions)
    return [_changes(rewriting_of, one, undone.get(one.position, frozenset())) for one in found]


def _changes(rewriting: CorpusRewriting, document: Document, undone: frozenset[int]) -> DocumentChanges:
    original = _original(document)
    proposed = rewriting.proposed(document.position, original)
    sentences = list(changed_sentences(original.text, original.bounds, proposed, undone))
    return DocumentChanges(
        document.id,
        document.position,
        document.external_id,
        document.title,
        sum(change.start not in undone for change in proposed),
        len(proposed),
        tuple(sentences[:SENTENCES_SHOWN]),
        max(0, len(sentences) - SENTENCES_SHOWN),
    )


def _original(document: Document) -> Original:
    bounds = unpack_bounds(document.sentence_bounds)
    return Original(document.text, bounds, document.external_id, document.title, document.fields)


def undo(
    database: Database,
    queue: JobQueue,
    audit_id: int,
    rewriting_id: int,
    document_id: int,
    start: int | None,
    undone: bool,
) -> None:
    """Undoes a change of a document, or makes it after all. Where what was found no longer holds, or holds again, the
    worker writes the files of the audit's report again.

    Args:
        start: where it begins; None for all of the document.
        undone: whether it is not made.

    Raises:
        NotFound: nothing is proposed there.
        Conflict: the rewriting waits or runs.
    """
    with database.session() as session:
        rewriting = rewritings.get(session, audit_id, rewriting_id)
        corpus = rewriting.audit.corpus
        document = documents.get(session, corpus.id, document_id)
        plan = RewritePlan.model_validate(rewriting.plan)
        proposed = CorpusRewriting(Rewriter(plan, corpus.language)).proposed(document.position, _original(document))
        chosen = {change.start for change in proposed if start is None or change.start == start}
        if not chosen:
            raise NotFound("Nothing is proposed there.", "Open the changes from the page of the rewriting.")
        before = set(rewriting.undone.get(str(document.position), ()))
        held = rewritings.is_current(rewriting)
        rewritings.set_undone(rewriting, document.position, sorted(before | chosen if undone else before - chosen))
        if rewritings.is_current(rewriting) != held:
            queue.enqueue(session, JobKind.REPORT, audit_id)


def make_corpus(database: Database, queue: JobQueue, audit_id: int, rewriting_id: int, name: str = "") -> int:
    """Makes a corpus of a rewriting, in the background; returns its id.

    Raises:
        Conflict: the rewriting has not ended well.
    """
    with database.session() as session:
        rewriting = rewritings.get(session, audit_id, rewriting_id)
        _require_done(rewriting)
        derivation = Derivation(
            plan=RewritePlan.model_validate(rewriting.plan),
            undone=rewriting.undone,
            audit=rewriting.audit.name,
            audit_id=audit_id,
            rewriting_id=rewriting_id,
        )
        return _derived(session, queue, rewriting.audit.corpus, name, derivation)


def make_without_duplicates(database: Database, queue: JobQueue, corpus_id: int, name: str = "") -> int:
    """Makes a corpus with the first document of each group of near-duplicates only; returns its id.

    Raises:
        Conflict: near-duplicates were not looked for, or there are none.
    """
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        _, groups = near_duplicates.groups_column(session, corpus)
        numbers = [number for number, first in enumerate(groups.tolist()) if first not in (NONE, number)]
        if not numbers:
            raise Conflict(f"The corpus {corpus.name!r} has no near-duplicates.", "There is nothing to remove.")
        plan = RewritePlan(method="remove", removed=tuple(numbers), removed_why=DUPLICATES_WHY)
        named = name or f"{corpus.name}, without near-duplicates"
        return _derived(session, queue, corpus, named, Derivation(plan=plan))


def _derived(session: Session, queue: JobQueue, parent: CorpusRow, name: str, derivation: Derivation) -> int:
    corpus_id = corpora.derive(session, parent, name, derivation).id
    queue.enqueue(session, JobKind.DERIVE, corpus_id)
    return corpus_id


def _require_done(rewriting: RewritingRow) -> None:
    if rewriting.status != Status.DONE:
        raise Conflict(f"The rewriting is {rewriting.status}.", "Only one that is done gives a corpus or a file.")


@dataclass(frozen=True)
class Derived:
    """A corpus and how it comes from the one that is read: what a file or a ledger is made of."""

    corpus_id: int
    language: str
    filename: str
    options: ReaderOptions
    metadata_fields: Sequence[str]
    has_titles: bool
    derivation: Derivation

    @property
    def form(self) -> FileForm:
        return form_of(self.options, self.filename)


def derived_of_rewriting(session: Session, audit_id: int, rewriting_id: int) -> Derived:
    """Raises:
    Conflict: the rewriting has not ended well.
    """
    rewriting = rewritings.get(session, audit_id, rewriting_id)
    _require_done(rewriting)
    plan = RewritePlan.model_validate(rewriting.plan)
    derivation = Derivation(plan=plan, undone=rewriting.undone, audit=rewriting.audit.name)
    return _of_parent(session, rewriting.audit.corpus, derivation)


def derived_of_corpus(session: Session, corpus_id: int) -> Derived:
    """Raises:
    Conflict: the corpus was not made from another one, or that was deleted.
    """
    corpus = corpora.get(session, corpus_id)
    if not corpus.derivation:
        raise Conflict(f"The corpus {corpus.name!r} was not made from another one.", "So there is no ledger of it.")
    if corpus.parent_id is None:
        raise Conflict(
            f"The corpus that {corpus.name!r} was made from was deleted, so its changes cannot be shown.",
            "Keep the parent of a corpus whose ledger you need.",
        )
    return _of_parent(session, corpora.get(session, corpus.parent_id), Derivation.model_validate(corpus.derivation))


def _of_parent(session: Session, parent: CorpusRow, derivation: Derivation) -> Derived:
    titled = select(Document.id).where(Document.corpus_id == parent.id, Document.title != "").limit(1)
    options: Mapping[str, Any] = {"format": "jsonl", **parent.reader_options}
    return Derived(
        parent.id,
        parent.language,
        parent.filename,
        ReaderOptions.unchecked(options),
        list(parent.metadata_fields),
        session.scalar(titled) is not None,
        derivation,
    )


def results(database: Database, derived: Derived) -> Iterator[RewrittenDocument]:
    """What becomes of each document."""
    plan = derived.derivation.plan
    taken: frozenset[str] = frozenset()
    if plan.method == "augment":
        taken = frozenset(one.external_id for one in documents.stream_texts(database, derived.corpus_id))
    rewriting = CorpusRewriting(Rewriter(plan, derived.language), undone_of(derived.derivation.undone), taken)
    for one in documents.stream_texts(database, derived.corpus_id):
        original = Original(one.text, one.bounds, one.external_id, one.title, one.fields)
        yield rewriting.document(one.position, original)


def file_of(database: Database, derived: Derived) -> Iterator[bytes]:
    """The result as a file of the format that the corpus came in, in pieces."""
    found = (result for one in results(database, derived) for result in one.results)
    return corpus_file(found, derived.options, derived.filename, derived.metadata_fields, derived.has_titles)


def ledger_of(database: Database, derived: Derived) -> Iterator[LedgerRow]:
    """Every change."""
    return ledger_rows(results(database, derived), derived.derivation.plan, derived.derivation.audit)


def remove(database: Database, settings: Settings, queue: JobQueue, audit_id: int, rewriting_id: int) -> None:
    """Deletes a rewriting that has ended, with its vectors; the worker takes it out of the files of the audit's report.
    Corpora that were made of it stay.

    Raises:
        NotFound, Conflict: there is no such rewriting, or it is still running.
    """
    with database.session() as session:
        folder = _folder(settings, rewritings.remove(session, audit_id, rewriting_id))
        queue.enqueue(session, JobKind.REPORT, audit_id)
    shutil.rmtree(folder, ignore_errors=True)


def vectors_response(
    database: Database, settings: Settings, audit_id: int, rewriting_id: int, when: str, seed: int, form: str
) -> Response:
    """The vectors of a training on the audited texts (before) or on the rewritten ones (after)."""
    with database.session() as session:
        folder = _folder(settings, rewritings.get(session, audit_id, rewriting_id))
    return before_or_after_response(folder, when, seed, f"audit-{audit_id}-rewriting-{rewriting_id}", form)


def _folder(settings: Settings, rewriting: RewritingRow) -> Path:
    """Where its vectors are kept."""
    return rewriting_vectors(settings.audit_folder(rewriting.audit.storage_name), rewriting.id)
