"""Starting, stopping and deleting checks by retraining, and what one will cost."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.auditing.folder import check_vectors
from skipgram_audit.computing.cores import core_count
from skipgram_audit.model.check_plan import PLANS, SET_KINDS, CheckPlan
from skipgram_audit.model.errors import Conflict, InvalidInput
from skipgram_audit.report.check_verdict import Verdict, together
from skipgram_audit.report.finished_check import CheckedScore, FinishedCheck
from skipgram_audit.report.formatting import byte_size
from skipgram_audit.report.vector_files import kept_size
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, costs, marks
from skipgram_audit.store.check_sets import sentence_places
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.documents import positions_of_ids
from skipgram_audit.store.models import AuditRow, Check, JobKind, Status
from skipgram_audit.store.packing import unpack_positions
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit_web.common.costs import TrainingCost
from skipgram_audit_web.common.vectors import before_or_after_response
from skipgram_audit_web.features.marks.service import mark_positions
from skipgram_audit_web.features.rewritings import service as rewritings_service


def cost_of(session: Session, audit: AuditRow, plan: CheckPlan) -> TrainingCost:
    """Its trainings, at most where the sets are not yet known, and its time by what such phases took here."""
    trainings = plan.training_count(audit.settings["seeds"])
    return TrainingCost.of(trainings, costs.of_check(session, audit, plan, core_count()))


def cost_text(session: Session, audit: AuditRow, plan: CheckPlan) -> str:
    """The same in a sentence.

    Raises:
        AuditError: the plan does not fit the audit.
    """
    plan = checks.fitted_plan(audit, plan)
    marked = plan.model_copy(update={"positions": plan.positions or marks.positions(session, audit.id)})
    chosen = marked if plan.plan == "chosen" else plan
    at_most = chosen.may_lack_controls(audit.corpus.document_count)
    return cost_of(session, audit, plan).text("check", at_most=at_most)


def with_kept(
    database: Database,
    audit_id: int,
    plan: CheckPlan,
    only: Mapping[str, Sequence[str]],
    keep: Sequence[str] = (),
    keep_marked: bool = False,
) -> CheckPlan:
    """The plan with what stays; all sentences of these documents where sentences are its unit.

    Args:
        only: metadata field -> values; documents that have none of them stay.
        keep: ids of documents that stay; keep_marked: those that are marked do.

    Raises:
        InvalidInput: the corpus has no such field, a value is missing, or no document has it.
        UnknownDocument: an id that no document has.
    """
    with database.session() as session:
        audit = audits.get(session, audit_id)
        kept = np.zeros(audit.corpus.document_count, np.bool_)
        for field, values in only.items():
            if not values:
                raise InvalidInput(f"No value of {field!r} was given.", "Write one or more, or leave the field out.")
            kept |= ~np.any([_having(session, audit, field, value) for value in values], axis=0)
        kept[positions_of_ids(session, audit.corpus_id, keep)] = True
        if keep_marked:
            kept[marks.positions(session, audit_id)] = True
        if plan.unit == "sentences" and kept.any():
            kept = np.repeat(kept, corpus_columns(session, audit.corpus)["lengths"])
    return plan.model_copy(update={"kept": np.flatnonzero(kept).tolist()})


def with_chosen(database: Database, audit_id: int, plan: CheckPlan, ids: Sequence[str]) -> CheckPlan:
    """The plan chosen of documents by their ids; one that is named twice counts once.

    Raises:
        InvalidInput: no id; otherwise the marked documents would be taken.
        UnknownDocument: an id that no document has.
    """
    if not ids:
        raise InvalidInput("No document was named.", "Name one or more, or leave the ids out for the marked ones.")
    with database.session() as session:
        positions = positions_of_ids(session, audits.get(session, audit_id).corpus_id, ids)
    return plan.model_copy(update={"positions": positions})


def _having(session: Session, audit: AuditRow, field: str, value: str) -> npt.NDArray[np.bool_]:
    """Which documents have a value of a metadata field."""
    found = Filters(field=field, value=value).documents(session, audit.corpus)
    if found is None or not found.any():
        raise InvalidInput(f"No document has {field} {value!r}.", "Choose another value.")
    return found


def start(database: Database, queue: JobQueue, audit_id: int, plan: CheckPlan) -> int:
    """Makes a check and enqueues it for the worker; returns its id."""
    with database.session() as session:
        check_id = checks.create(session, audits.get(session, audit_id), plan).id
        queue.enqueue(session, JobKind.CHECK, check_id)
    return check_id


def train(database: Database, queue: JobQueue, audit_id: int, check_id: int) -> None:
    """Trains without the sets that a check has only predicted so far.

    Raises:
        Conflict: it is not such a check, or has not ended.
    """
    with database.session() as session:
        checks.train_too(session, checks.get(session, audit_id, check_id))
        queue.enqueue(session, JobKind.CHECK, check_id)


def mark_set(session: Session, check: Check, number: int) -> None:
    """Marks the documents of a set.

    Raises:
        NotFound: the check has no such set.
        Conflict: the set is of sentences, or the marked set would hold too many.
    """
    chosen = checks.set_of(session, check.id, number)
    if CheckPlan.model_validate(check.plan).unit == "sentences":
        raise Conflict("This set is of sentences, and documents are marked.", "Make a corpus without the sentences.")
    mark_positions(session, check.audit, unpack_positions(chosen.documents).tolist())


def take_away(database: Database, queue: JobQueue, audit_id: int, check_id: int, number: int) -> int:
    """Starts the rewriting that removes the documents, or the sentences, of a set; returns its id.

    Raises:
        NotFound: the check has no such set.
    """
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        chosen, plan = checks.set_of(session, check_id, number), CheckPlan.model_validate(check.plan)
        why = f"check {check_id}, set {number}: {plan.origin or SET_KINDS[chosen.kind].lower()}"
        why += f" for {plan.probe}" if plan.plan not in ("halves", "tenths", "chosen") else ""
        positions: list[int] = []
        sentences: list[tuple[int, int]] = []
        if plan.unit == "sentences":
            sentences = sentence_places(session, check.audit.corpus, chosen)
        else:
            positions = unpack_positions(chosen.documents).tolist()
    return rewritings_service.remove_documents(database, queue, audit_id, positions, why, sentences)


def folder_of(settings: Settings, check: Check) -> Path:
    """Where its vectors are kept, if they are."""
    return check_vectors(settings.audit_folder(check.audit.storage_name), check.id)


def vectors_response(
    database: Database, settings: Settings, audit_id: int, check_id: int, when: str, seed: int, form: str
) -> Response:
    """The vectors of a training on the whole corpus (before) or on what is left without the first set (after)."""
    with database.session() as session:
        folder = folder_of(settings, checks.get(session, audit_id, check_id))
    return before_or_after_response(folder, when, seed, f"audit-{audit_id}-check-{check_id}", form)


def vectors_size(audit: AuditRow, seeds: int) -> str:
    """How much keeping vectors takes, before and after, in words."""
    trained = audit.vocabulary_size or 0
    return byte_size(kept_size(trained, int(audit.settings["dimension"]), 2 * seeds))


def remove(database: Database, settings: Settings, queue: JobQueue, audit_id: int, check_id: int) -> None:
    """Deletes a check that has ended, with its vectors; the worker takes it out of the files of the audit's report.

    Raises:
        NotFound: the audit has no such check.
        Conflict: it is still running.
    """
    with database.session() as session:
        folder = folder_of(settings, checks.remove(session, audit_id, check_id))
        queue.enqueue(session, JobKind.REPORT, audit_id)
    shutil.rmtree(folder, ignore_errors=True)


def finished_checks(session: Session, shown: Sequence[AuditRow]) -> list[tuple[Check, FinishedCheck]]:
    """The checks of some audits that have found something, the newest first."""
    kinds = {audit.id: {probe.name: probe.kind for probe in audit.probes} for audit in shown}
    return [
        (check, FinishedCheck.of(check.plan, check.outcome, sets, kinds[check.audit_id]))
        for check, sets in checks.judged(session, list(kinds))
    ]


@dataclass(frozen=True)
class CheckedProbe:
    """What the newest check of a probe's own strongest documents found of it.

    Attributes:
        together: what all checks say of the probe; empty where they say the same.
    """

    check: Check
    score: CheckedScore
    together: str = ""


def checked_probes(session: Session, shown: Sequence[AuditRow]) -> dict[int, dict[str, CheckedProbe]]:
    """Audit -> probe -> what the newest check says that removed documents chosen for it."""
    found: dict[int, dict[str, CheckedProbe]] = {audit.id: {} for audit in shown}
    verdicts: dict[tuple[int, str], list[Verdict]] = {}
    for check, finished in finished_checks(session, shown):
        for score in finished.scores:
            verdicts.setdefault((check.audit_id, score.probe), []).append(score.verdict)
        own = finished.own
        if own is not None and own.result:
            found[check.audit_id].setdefault(own.probe, CheckedProbe(check, own))
    for (audit_id, probe), said in verdicts.items():
        if probe in found[audit_id] and len({one.answer for one in said}) > 1:
            found[audit_id][probe] = replace(found[audit_id][probe], together=together(said))
    return found


@dataclass(frozen=True)
class CheckLine:
    """A check in a list: what is checked, and what came out.

    Attributes:
        finding: whether the predictions hold, in a few words.
        result: what the score is without the first chosen set; empty for random sets and while nothing is trained.
    """

    check: Check
    title: str
    probe: str
    how: str
    finding: str
    result: str


def check_lines(session: Session, audit: AuditRow) -> list[CheckLine]:
    """All checks of an audit, the newest first."""
    finished = {check.id: one for check, one in finished_checks(session, [audit])}
    return [_line(check, finished.get(check.id)) for check in checks.of_audit(session, audit.id)]


def _line(check: Check, finished: FinishedCheck | None) -> CheckLine:
    plan = CheckPlan.model_validate(check.plan)
    how = f"{'this run' if plan.same_run else 'runs like it'}{', warm start' if plan.warm else ''}, "
    how += f"{len(plan.seeds)} seed{'s' if len(plan.seeds) > 1 else ''}"
    how += ", sentences" if plan.unit == "sentences" else ""
    how = "predictions alone" if plan.predict_only else how
    finding, result = check.error, ""
    if check.status == Status.DONE and plan.predict_only:
        finding = "Predicted, not trained."
    elif check.status == Status.DONE and finished is not None and finished.own is not None:
        finding, result = finished.own.verdict.title, finished.own.result
    return CheckLine(check, PLANS[plan.plan].title, plan.probe, how, finding, result)
