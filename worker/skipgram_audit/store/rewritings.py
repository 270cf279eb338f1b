"""Rewritings of audits' corpora: their plans, changes that are undone, and what was found.

A rewriting's status follows its job's; see jobs.py. Its changes are not stored: they are made again from its plan and
the texts whenever they are shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, InvalidInput
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan
from skipgram_audit.model.word_pairs import coverage, pair_table, require_language
from skipgram_audit.store import corpora, jobs
from skipgram_audit.store.audit_parts import PartKind
from skipgram_audit.store.models import AuditRow, Document, JobKind, RewritingRow, Status
from skipgram_audit.store.packing import pack_positions, unpack_positions

PART = PartKind(RewritingRow, JobKind.REWRITE, "rewriting", large=[RewritingRow.changed])
get, by_id, of_audit, remove = PART.get, PART.by_id, PART.of_audit, PART.remove

MOST_UNDONE = 100_000


def create(session: Session, audit: AuditRow, plan: RewritePlan, trained_seeds: Sequence[int] = ()) -> RewritingRow:
    """A new rewriting, waiting.

    Args:
        trained_seeds: to be trained on the rewritten texts; none to predict alone.

    Raises:
        Conflict: the audit has not ended well, or its vectors were trained elsewhere.
        InvalidPairs: the lists are for another language, contradict each other, or have no word of the corpus.
        InvalidInput: a place that the corpus does not have, or nothing would be left.
    """
    if audit.status != Status.DONE:
        raise Conflict(f"The audit {audit.name!r} is {audit.status}.", "Only a finished audit's corpus is rewritten.")
    if audit.settings.get("models") and trained_seeds:
        raise Conflict(
            "The vectors of this audit were trained elsewhere, so nothing can be retrained.", "Ask for no training."
        )
    corpus = audit.corpus
    plan.require_places(corpus.document_count)
    if plan.lists:
        require_language(plan.lists, corpus.language)
        table = pair_table(plan.lists, corpus.language)
        coverage(table, corpora.word_counts(session, corpus.id, table.forms))
    rewriting = RewritingRow(
        audit_id=audit.id, plan=plan.model_dump(mode="json"), trained_seeds=list(trained_seeds), status=Status.WAITING
    )
    session.add(rewriting)
    session.flush()
    return rewriting


def save(session: Session, rewriting_id: int, outcome: RewriteOutcome, undone: Mapping[str, Any]) -> None:
    """Writes what was found for some undone changes."""
    values = {"outcome": outcome.model_dump(mode="json"), "found_for": dict(undone)}
    session.execute(update(RewritingRow).where(RewritingRow.id == rewriting_id).values(values))


def save_changed(session: Session, rewriting_id: int, positions: npt.NDArray[np.int64]) -> None:
    """Writes the places of the documents in which something is proposed, ascending."""
    values = {"changed": pack_positions(positions)}
    session.execute(update(RewritingRow).where(RewritingRow.id == rewriting_id).values(values))


def is_current(rewriting: RewritingRow) -> bool:
    """Whether what was found is for the changes as they are undone now."""
    return bool(rewriting.outcome) and dict(rewriting.found_for) == dict(rewriting.undone)


def found(session: Session, audit_id: int) -> list[tuple[RewritePlan, RewriteOutcome]]:
    """The rewritings of an audit of which something was found that still holds, the newest first."""
    return [
        (RewritePlan.model_validate(one.plan), RewriteOutcome.model_validate(one.outcome))
        for one in of_audit(session, audit_id)
        if one.outcome.get("scores") and is_current(one)
    ]


def changed_positions(rewriting: RewritingRow) -> npt.NDArray[np.int64]:
    """The places of the documents in which something is proposed; none until they are known."""
    return unpack_positions(rewriting.changed) if rewriting.changed else np.zeros(0, np.int64)


def documents_at(session: Session, corpus_id: int, positions: Iterable[int]) -> Iterator[Document]:
    """Documents with their texts, in the order of the corpus."""
    statement = select(Document).where(Document.corpus_id == corpus_id, Document.position.in_(list(positions)))
    yield from session.scalars(statement.order_by(Document.position))


def set_undone(rewriting: RewritingRow, position: int, starts: Sequence[int]) -> None:
    """Undoes the changes of a document that begin at some places, and makes all its others.

    Raises:
        Conflict: the rewriting waits or runs.
        InvalidInput: too many are undone.
    """
    if rewriting.status in jobs.ACTIVE:
        raise Conflict(f"The rewriting is {rewriting.status}.", "Wait until it has ended, or cancel it.")
    undone = {key: starts for key, starts in rewriting.undone.items() if key != str(position)}
    if starts:
        undone[str(position)] = sorted(set(starts))
    if sum(map(len, undone.values())) > MOST_UNDONE:
        raise InvalidInput(
            f"More than {MOST_UNDONE:,} changes cannot be undone one by one.",
            "Make a rewriting with other lists, or of fewer documents.",
        )
    rewriting.undone = undone


def wait_again(rewriting: RewritingRow, trained_seeds: Sequence[int]) -> None:
    """Makes a rewriting that has ended wait for another job: to predict with the changes as they are now, and to train.

    Raises:
        Conflict: it waits or runs, or the vectors were trained elsewhere.
    """
    if rewriting.status in jobs.ACTIVE:
        raise Conflict(f"The rewriting is {rewriting.status}.", "Wait until it has ended.")
    if trained_seeds and rewriting.audit.settings.get("models"):
        raise Conflict("The vectors of this audit were trained elsewhere, so nothing can be retrained.")
    rewriting.trained_seeds = list(trained_seeds)
    rewriting.status, rewriting.error, rewriting.started_at, rewriting.finished_at = Status.WAITING, "", None, None
