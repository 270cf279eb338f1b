"""Asking what-ifs of an audit, and checking them by retraining."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.model.check_plan import MOST_CHOSEN, MOST_ORIGIN, CheckPlan
from skipgram_audit.model.errors import Conflict, InvalidInput
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.id_lists import IdList
from skipgram_audit.model.what_if import WhatIfAnswer, require_weights
from skipgram_audit.report.formatting import capital, joined, plural
from skipgram_audit.report.what_if_sentences import misled_sentence
from skipgram_audit.settings import Settings
from skipgram_audit.store import documents, jobs, marks, what_ifs
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns, numbers_of, ranking_columns
from skipgram_audit.store.models import AuditProbe, AuditRow, Check, Job, JobKind, WhatIfRow
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.checks import service as checks_service
from skipgram_audit_web.features.checks.without import ScoreWithout, scores_without
from skipgram_audit_web.features.what_ifs.asking import quick_answer

Positions = npt.NDArray[np.int64]
CONTROLS = 3
SHOWN_BEGINNING = 60
"""Characters of an added text, or of an id, in a title."""

MOST_NAMED = 3
"""Documents of a list that are named in a title."""


@dataclass(frozen=True)
class AskedSet:
    """Documents of a what-if: what they are in a few words, their positions, and what is to be said of the list."""

    title: str
    positions: Positions
    note: str = ""


def of_marked(session: Session, audit: AuditRow) -> AskedSet:
    """Raises:
    InvalidInput: nothing is marked.
    """
    positions = np.array(marks.positions(session, audit.id), np.int64)
    if not len(positions):
        raise InvalidInput("Nothing is marked in this audit.", "Mark documents first, or name others.")
    return AskedSet(_listed(marks.identifiers(session, audit.id), "marked document"), positions)


def of_ids(session: Session, audit: AuditRow, ids: Sequence[str], source: str = "") -> AskedSet:
    """Documents by the user's ids; the order does not matter, and an id that is named twice counts once.

    Args:
        source: the name of the file that lists them; empty where there is none.

    Raises:
        InvalidInput: no id.
        UnknownDocument: an id that no document has.
    """
    if not ids:
        raise InvalidInput("The list names no document.", "Write one document id a line, or a JSON array of strings.")
    found = IdList.of(ids)
    positions = np.array(documents.positions_of_ids(session, audit.corpus_id, list(found.ids)), np.int64)
    return AskedSet(_listed(found.ids, "document", source), positions, " ".join(found.notes()))


def _listed(ids: Sequence[str], noun: str, source: str = "") -> str:
    """Documents in a few words that say which they are: by their ids where they are few, else by their source."""
    shown = [textwrap.shorten(one, SHOWN_BEGINNING, placeholder=" …") for one in ids[:MOST_NAMED]]
    if len(ids) <= MOST_NAMED:
        return f"{capital(noun)}{'s' if len(ids) > 1 else ''} {joined(shown)}"
    return plural(len(ids), noun) + (f" of the list {source}" if source else f": {', '.join(shown)}, …")


def of_filters(session: Session, audit: AuditRow, filters: Filters) -> AskedSet:
    """All documents that pass filters, whatever their influence.

    Raises:
        InvalidInput: nothing is filtered, nothing passes, or the corpus has no such field.
    """
    passing = filters.documents(session, audit.corpus)
    if passing is None:
        raise InvalidInput("No filter was given.", "Filter by a search, a metadata value or the length.")
    described = ", ".join(f"{name} {value}" for name, value in filters.parameters().items())
    return AskedSet(f"Documents with {described}", _some(np.flatnonzero(passing).astype(np.int64)))


def of_document_ids(session: Session, audit: AuditRow, title: str, document_ids: Sequence[int]) -> AskedSet:
    """Documents by the ids of their rows."""
    columns = corpus_columns(session, audit.corpus)
    return AskedSet(title, _some(np.unique(numbers_of(columns, np.sort(np.array(document_ids, np.int64))))))


def of_strongest(session: Session, audit: AuditRow, probe: AuditProbe, count: int, direction: int) -> AskedSet:
    """The documents that push a probe's score furthest up (direction 1) or down (-1).

    Raises:
        InvalidInput: so many do not push that way.
    """
    ranking = ranking_columns(session, probe)
    influences = ranking["influences"]
    order = ranking["documents"] if direction > 0 else ranking["documents"][::-1]
    there = int((influences * direction > 0).sum())
    if count > there:
        raise InvalidInput(f"{count:,} documents were asked for; {there:,} push the score that way.", "Ask for fewer.")
    title = f"The {plural(count, 'document')} that push {probe.name} furthest {'up' if direction > 0 else 'down'}"
    return AskedSet(title, np.sort(order[:count].astype(np.int64)))


def _some(positions: Positions) -> Positions:
    if not len(positions):
        raise InvalidInput("No document is in this set.", "Choose another set.")
    return positions


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


def _title(asked: AskedSet | None, weight: float, texts: Sequence[str]) -> str:
    """What is asked in a few words; texts that are added by how the first one begins."""
    beginning = textwrap.shorten(next((text for text in texts if text.strip()), ""), SHOWN_BEGINNING, placeholder=" …")
    added = f"{plural(len(texts), 'text')} added: “{beginning}”" if texts else ""
    if asked is None:
        return added
    how = "" if weight == 0 else f", counted {weight:g} times"
    return asked.title + how + (f", and {added}" if added else "")


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


def confirm(database: Database, queue: JobQueue, audit_id: int, what_if_id: int, keep_vectors: bool = False) -> int:
    """Starts the check by retraining of a what-if, with controls of the same number and length; returns its id.

    Args:
        keep_vectors: keep the vectors before and after.

    Raises:
        Conflict: it is no removal, or was checked already, or is too large for a check.
    """
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        why = no_check_reason(row)
        if why:
            raise Conflict(why, "Only removals can be trained without.")
        if row.check_id is not None:
            raise Conflict("This what-if is being checked, or was.", f"See /audits/{audit_id}/checks/{row.check_id}.")
        positions = what_ifs.positions_of(row)
        plan = check_plan(row.audit, positions.tolist(), keep_vectors, f"what-if {row.id}, {row.title}")
    check_id = checks_service.start(database, queue, audit_id, plan)
    with database.session() as session:
        what_ifs.get(session, audit_id, what_if_id).check_id = check_id
    return check_id


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
    if row.texts:
        return "A text that is added cannot be checked here: import the corpus with it, and compare the two audits."
    if row.weight != 0:
        return "Weights cannot be checked here: training reads a document once or not at all."
    if row.audit.settings.get("models"):
        return "The vectors of this audit were trained elsewhere, so nothing can be trained again."
    if row.document_count > MOST_CHOSEN:
        return f"A check removes up to {MOST_CHOSEN:,} documents."
    return ""


@dataclass(frozen=True)
class Tried:
    """A what-if with all that is known of it.

    Attributes:
        predicted: by the estimator; None until then.
        job: that predicts it; None where none was needed.
        check: by retraining; actual: probe -> what it found, empty until then.
    """

    row: WhatIfRow
    at_once: WhatIfAnswer
    predicted: WhatIfAnswer | None
    job: Job | None
    check: Check | None
    actual: dict[str, ScoreWithout]

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


def tried(session: Session, row: WhatIfRow) -> Tried:
    """One what-if."""
    at_once, predicted = what_ifs.answers_of(row)
    check = session.get(Check, row.check_id) if row.check_id is not None else None
    actual = {one.probe: one for one in scores_without(session, check)} if check else {}
    job = jobs.latest(session, JobKind.WHAT_IF, row.id)
    return Tried(row, at_once, predicted, job, check, actual)


def all_tried(session: Session, audit_id: int) -> list[Tried]:
    """All what-ifs of an audit, the newest first."""
    return [tried(session, row) for row in what_ifs.of_audit(session, audit_id)]
