"""Starting rewritings of an audit's corpus, showing and undoing their changes, and making corpora and files of them."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.auditing.folder import rewriting_vectors
from skipgram_audit.mitigation.diff import ChangedSentence, changed_sentences
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting, Original, undone_of
from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.rewriting import Derivation, RewriteOutcome, RewritePlan
from skipgram_audit.report.rewrite_sentences import ScoreRow, plan_title, score_rows, summary_sentence
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, documents, near_duplicates, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import NONE
from skipgram_audit.store.models import AuditRow, CorpusRow, Document, JobKind, RewritingRow
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.vectors import before_or_after_response
from skipgram_audit_web.features.rewritings.files import require_done

DOCUMENTS_A_PAGE = 20
SENTENCES_SHOWN = 50
"""Of one document on a page."""

MOST_WHY = 500
"""Characters of why documents go."""

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


def remove_documents(
    database: Database,
    queue: JobQueue,
    audit_id: int,
    positions: Sequence[int],
    why: str,
    sentences: Sequence[tuple[int, int]] = (),
) -> int:
    """Starts the rewriting that only removes documents, or single sentences; returns its id. It gives the corpus
    without them, and the ledger.

    Args:
        positions: of documents in the corpus.
        why: for the ledger.
        sentences: document and index of each.
    """
    plan = RewritePlan(
        method="remove",
        removed=tuple(positions),
        removed_sentences=tuple(sentences),
        removed_why=why if len(why) <= MOST_WHY else why[: MOST_WHY - 1] + "…",
    )
    return start(database, queue, audit_id, plan, [])


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
        require_done(rewriting)
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
