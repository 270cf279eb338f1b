"""Asking what-ifs of an audit, and checking them by retraining."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.model.check_plan import MOST_CHOSEN, MOST_ORIGIN, CheckPlan
from skipgram_audit.model.errors import Conflict, InvalidInput
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.seeds import usual_seeds
from skipgram_audit.model.what_if import WhatIfAnswer, require_weights
from skipgram_audit.report.formatting import plural
from skipgram_audit.report.rewrite_sentences import score_rows
from skipgram_audit.report.what_if_sentences import misled_sentence
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs, rewritings, what_ifs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Check, Job, JobKind, RewritingRow, WhatIfRow
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.checks import service as checks_service
from skipgram_audit_web.features.checks.without import ScoreWithout, scores_without
from skipgram_audit_web.features.rewritings import service as rewritings_service
from skipgram_audit_web.features.what_ifs.asking import quick_answer
from skipgram_audit_web.features.what_ifs.sets import SHOWN_BEGINNING, AskedSet

CONTROLS = 3
WHOLE_WEIGHTS = (0.0, 2.0, 3.0)
"""That a training can give documents: left out, or read twice or three times."""


def ask(
    database: Database,
    settings: Settings,
    queue: JobQueue,
    audit_id: int,
    asked: AskedSet | None,
    weight: float = 0.0,
    texts: Sequence[str] = (),
) -> int:
    """Answers at once, keeps that, and has the estimator predict; returns the id of the what-if.

    Raises:
        InvalidInput: nothing is asked, or it cannot be.
    """
    if asked is None and not texts:
        raise InvalidInput("Nothing was asked.", "Name documents, or paste a text to add.")
    if asked is None and weight != 0:
        raise InvalidInput(
            f"The weight {weight:g} is for documents, and none were named.", "Name documents, or leave it out."
        )
    require_weights({"": weight} if asked else {})
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        positions = asked.positions if asked else np.zeros(0, np.int64)
        answer = quick_answer(session, settings, audit, positions, weight, texts)
        if asked and asked.note:
            answer.notes.append(asked.note)
        row = what_ifs.create(session, audit, _title(asked, weight, texts), positions, weight, texts, answer)
        if can_predict(audit, weight, texts):
            queue.enqueue(session, JobKind.WHAT_IF, row.id)
        calibrate_if_missing(session, settings, queue, audit)
        return row.id


def same_documents(row: WhatIfRow) -> AskedSet:
    """The documents of a what-if, to be asked of with another weight.

    Raises:
        Conflict: it is of texts that are added.
    """
    if row.texts or not row.document_count:
        raise Conflict("This what-if is of a text that is added.", "Ask of documents alone.")
    return AskedSet(row.title.removesuffix(_counted(row.weight)), what_ifs.positions_of(row))


def take_away(database: Database, queue: JobQueue, audit_id: int, what_if_id: int) -> int:
    """Starts the rewriting that removes the documents of a what-if; returns its id.

    Raises:
        Conflict: it is no removal.
    """
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        if row.texts or row.weight != 0:
            raise Conflict("This what-if is no removal.", "Ask what if the documents were gone.")
        positions, why = what_ifs.positions_of(row).tolist(), f"what-if {row.id}: {row.title}"
    return rewritings_service.remove_documents(database, queue, audit_id, positions, why)


def _counted(weight: float) -> str:
    """How often documents count, behind their title."""
    return "" if weight == 0 else f", counted {weight:g} times"


def _title(asked: AskedSet | None, weight: float, texts: Sequence[str]) -> str:
    """What is asked in a few words; texts that are added by how the first one begins."""
    beginning = textwrap.shorten(next((text for text in texts if text.strip()), ""), SHOWN_BEGINNING, placeholder=" …")
    added = f"{plural(len(texts), 'text')} added: “{beginning}”" if texts else ""
    if asked is None:
        return added
    return asked.title + _counted(weight) + (f", and {added}" if added else "")


def can_predict(audit: AuditRow, weight: float, texts: Sequence[str]) -> bool:
    """Whether the audit's estimator predicts this: all predict removals, those that count pairs of words any
    weights and new texts, too."""
    return (weight == 0 and not texts) or DESCRIPTIONS[audit.settings["estimator"]].predicts_new_texts


def calibrate_if_missing(session: Session, settings: Settings, queue: JobQueue, audit: AuditRow) -> None:
    """Has the audit calibrated where it was not, once; audits of earlier versions are."""
    description = DESCRIPTIONS[audit.settings["estimator"]]
    if not (description.trains_sets or description.supports_reranking):
        return
    if read_calibration(settings.audit_folder(audit.storage_name)) is None and (
        jobs.latest(session, JobKind.CALIBRATION, audit.id) is None
    ):
        queue.enqueue(session, JobKind.CALIBRATION, audit.id)


def confirm(database: Database, queue: JobQueue, audit_id: int, what_if_id: int, keep_vectors: bool = False) -> None:
    """Starts the retraining of a what-if: of a removal a check, with controls of the same number and length; of texts
    that are added and documents that count twice or three times a rewriting of the corpus.

    Args:
        keep_vectors: keep the vectors before and after; a rewriting always does.

    Raises:
        Conflict: nothing can be trained so, it was confirmed already, or it is too large for a check.
    """
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        why = no_check_reason(row)
        if why:
            raise Conflict(why, "Ask again, of other documents or with another weight.")
        if row.check_id is not None:
            raise Conflict("This what-if is being checked, or was.", f"See /audits/{audit_id}/checks/{row.check_id}.")
        rewritten = confirming(session, audit_id).get(what_if_id)
        if rewritten is not None:
            raise Conflict("This what-if was confirmed.", f"See /audits/{audit_id}/rewritings/{rewritten.id}.")
        addition, seeds = _addition(row), usual_seeds(row.audit.settings["seeds"])
    if addition is not None:
        rewritings_service.start(database, queue, audit_id, addition, seeds)
        return
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        positions = what_ifs.positions_of(row)
        plan = check_plan(row.audit, positions.tolist(), keep_vectors, f"what-if {row.id}, {row.title}")
    check_id = checks_service.start(database, queue, audit_id, plan)
    with database.session() as session:
        what_ifs.get(session, audit_id, what_if_id).check_id = check_id


def _addition(row: WhatIfRow) -> RewritePlan | None:
    """The rewriting that makes the corpus of a what-if; None for a removal alone, which is checked."""
    positions = tuple(what_ifs.positions_of(row).tolist())
    copies = int(row.weight) - 1 if positions and row.weight > 1 else 0
    if not row.texts and not copies:
        return None
    return RewritePlan(
        method="add",
        added=tuple(row.texts),
        copies=copies,
        positions=positions if copies else None,
        removed=() if copies else positions,
        removed_why=f"what-if {row.id}",
        what_if=row.id,
    )


def confirming(session: Session, audit_id: int) -> dict[int, RewritingRow]:
    """What-if -> the rewriting that confirms it, of those of an audit."""
    found = {one.plan.get("what_if"): one for one in rewritings.of_audit(session, audit_id)}
    return {number: one for number, one in found.items() if number is not None}


def check_plan(audit: AuditRow, positions: list[int], keep_vectors: bool = False, origin: str = "") -> CheckPlan:
    """Of the check of a removal."""
    return CheckPlan(
        plan="chosen",
        positions=positions,
        origin=origin[:MOST_ORIGIN],
        sets=CONTROLS,
        same_run=audit.settings["estimator"] == "unrolled",
        keep_vectors=keep_vectors,
    ).with_usual_seeds(audit.settings["seeds"])


def no_check_reason(row: WhatIfRow) -> str:
    """Why a what-if cannot be checked by retraining; empty where it can."""
    if row.document_count and row.weight not in WHOLE_WEIGHTS:
        return (
            f"A weight of {row.weight:g} cannot be checked: a training reads a document a whole number of times. Ask "
            "for the weight 2 or 3, or for a removal."
        )
    if row.audit.settings.get("models"):
        return "The vectors of this audit were trained elsewhere, so nothing can be trained again."
    if row.document_count > MOST_CHOSEN:
        return f"A check removes up to {MOST_CHOSEN:,} documents."
    asked, _ = what_ifs.answers_of(row)
    return " ".join(f"{one.probe}: {one.reason}" for one in asked.probes if one.reason and one.first_order is not None)


@dataclass(frozen=True)
class Tried:
    """A what-if with all that is known of it.

    Attributes:
        predicted: by the estimator; None until then.
        job: that predicts it; None where none was needed.
        check, rewriting: by retraining, whichever fits; actual: probe -> what it found, empty until then.
    """

    row: WhatIfRow
    at_once: WhatIfAnswer
    predicted: WhatIfAnswer | None
    job: Job | None
    check: Check | None
    rewriting: RewritingRow | None
    actual: dict[str, ScoreWithout]

    @property
    def is_training(self) -> bool:
        """Whether what it is confirmed by is on its way."""
        return any(one is not None and one.status in jobs.ACTIVE for one in (self.check, self.rewriting))

    @property
    def confirmation(self) -> str:
        """Where it stands, under the address of the audit; empty without one."""
        if self.check is not None:
            return f"/checks/{self.check.id}"
        return f"/rewritings/{self.rewriting.id}" if self.rewriting is not None else ""

    @property
    def best(self) -> WhatIfAnswer:
        """The prediction where there is one."""
        return self.predicted or self.at_once

    @property
    def misled(self) -> list[str]:
        """Of each probe, where the ranking misleads about what was asked."""
        found = []
        for one in self.at_once.probes:
            later = next((other.after for other in self.best.probes if other.probe == one.probe), None)
            change = self.actual[one.probe].told_change if one.probe in self.actual else None
            text = misled_sentence(one, later, bool(self.row.document_count), change)
            found += [f"{one.probe}: {text}"] if text else []
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether the estimator's prediction is still to come."""
        return self.predicted is None and self.job is not None and self.job.status in jobs.ACTIVE


def tried(session: Session, row: WhatIfRow, rewriting: RewritingRow | None) -> Tried:
    """One what-if.

    Args:
        rewriting: that confirms it, if any; see confirming.
    """
    at_once, predicted = what_ifs.answers_of(row)
    check = session.get(Check, row.check_id) if row.check_id is not None else None
    found = scores_without(session, check) if check else _trained_scores(rewriting) if rewriting else []
    job = jobs.latest(session, JobKind.WHAT_IF, row.id)
    return Tried(row, at_once, predicted, job, check, rewriting, {one.probe: one for one in found})


def _trained_scores(rewriting: RewritingRow) -> list[ScoreWithout]:
    """What the retraining of a rewriting found of every probe; empty until then."""
    outcome = rewritings_service.outcome_of(rewriting)
    if outcome is None or not outcome.trained_seeds:
        return []
    return [
        ScoreWithout(
            probe=row.probe,
            kind=row.kind,
            score=row.before,
            predicted=row.predicted_change,
            predicted_error=row.predicted_error,
            added=None,
            actual=row.trained_change,
            actual_error=row.trained_error,
            control_mean=None,
            reason=row.trained_reason,
            told=bool(row.told),
        )
        for row in score_rows(outcome)
        if row.before is not None
    ]


def one_tried(session: Session, audit_id: int, what_if_id: int) -> Tried:
    """One what-if of an audit.

    Raises:
        NotFound: the audit has no such what-if.
    """
    return tried(session, what_ifs.get(session, audit_id, what_if_id), confirming(session, audit_id).get(what_if_id))


def all_tried(session: Session, audit_id: int) -> list[Tried]:
    """All what-ifs of an audit, the newest first."""
    found = confirming(session, audit_id)
    return [tried(session, row, found.get(row.id)) for row in what_ifs.of_audit(session, audit_id)]
