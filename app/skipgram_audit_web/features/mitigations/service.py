"""Starting, stopping and deleting comparisons of mitigations, what one will cost, and the vectors that it gives."""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.auditing import folder as layout
from skipgram_audit.computing.cores import core_count
from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.validation import validated
from skipgram_audit.model.word_pairs import load_built_in
from skipgram_audit.report.mitigation_rows import mitigations_csv
from skipgram_audit.report.vector_files import vectors_file
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, costs, mitigations
from skipgram_audit.store.database import Database
from skipgram_audit.store.documents import positions_of_ids
from skipgram_audit.store.models import AuditRow, JobKind, MitigationComparison
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.costs import TrainingCost
from skipgram_audit_web.common.vectors import vectors_file_response
from skipgram_audit_web.features.mitigations.schemas import NewMitigations
from skipgram_audit_web.web import file_answer


def cost_of(session: Session, audit: AuditRow, plan: MitigationPlan) -> TrainingCost:
    """Its trainings, and its time by what such phases took on this machine."""
    trainings = plan.training_count(audit.settings["seeds"])
    return TrainingCost.of(trainings, costs.of_mitigations(session, audit, plan, core_count()))


def cost_text(session: Session, audit: AuditRow, plan: MitigationPlan) -> str:
    """The same in a sentence.

    Raises:
        AuditError: the plan does not fit the audit.
    """
    return cost_of(session, audit, mitigations.fitted_plan(audit, plan)).text("comparison")


def plan_of(database: Database, audit_id: int, sent: NewMitigations) -> MitigationPlan:
    """The plan of what was sent.

    Raises:
        UnknownDocument: an id that no document has.
        NotFound: no list has this name.
        InvalidInput: the plan cannot be.
    """
    content = sent.model_dump(exclude_unset=True, exclude={"ids", "list_names"})
    if sent.list_names:
        content["lists"] = [load_built_in(name).model_dump() for name in sent.list_names] + content.get("lists", [])
    if sent.ids:
        with database.session() as session:
            content["positions"] = positions_of_ids(session, audits.get(session, audit_id).corpus_id, sent.ids)
        content["methods"] = [*sent.methods, "chosen"]
    return validated(MitigationPlan, content, "These mitigations cannot be compared")


def start(database: Database, queue: JobQueue, audit_id: int, plan: MitigationPlan) -> int:
    """Makes a comparison and enqueues it for the worker; returns its id."""
    with database.session() as session:
        comparison_id = mitigations.create(session, audits.get(session, audit_id), plan).id
        queue.enqueue(session, JobKind.MITIGATIONS, comparison_id)
    return comparison_id


def delete(database: Database, settings: Settings, audit_id: int, comparison_id: int) -> None:
    """Deletes a comparison that has ended, with its vectors.

    Raises:
        Conflict: it is still running.
    """
    with database.session() as session:
        found = mitigations.remove(session, audit_id, comparison_id)
        folder = folder_of(settings, found)
    shutil.rmtree(folder, ignore_errors=True)


def folder_of(settings: Settings, comparison: MitigationComparison) -> Path:
    """Where its vectors are kept."""
    audit_folder = settings.audit_folder(comparison.audit.storage_name)
    return audit_folder / layout.MITIGATIONS / comparison.storage_name


def table_response(database: Database, audit_id: int, comparison_id: int) -> Response:
    """The table as CSV.

    Raises:
        Conflict: it is not there yet.
    """
    with database.session() as session:
        table = mitigations.table_of(mitigations.get(session, audit_id, comparison_id))
    if table is None:
        raise Conflict("This comparison has no table yet.", "Wait until it is done.")
    return file_answer(mitigations_csv(table), f"audit-{audit_id}-mitigations-{comparison_id}.csv", "text/csv")


def vectors_response(
    database: Database, settings: Settings, audit_id: int, comparison_id: int, action: str, seed: int, form: str
) -> Response:
    """The vectors that an action gives, in word2vec's text or binary format, or as gensim's KeyedVectors in a zip.

    Raises:
        InvalidInput: no such format.
        NotFound: no such action or seed, or it could not be carried out, or its file is gone.
    """
    if action not in METHODS:
        raise NotFound(f"There is no action {action[:40]!r}.", f"Actions: {', '.join(METHODS)}.")
    with database.session() as session:
        path = vectors_file(folder_of(settings, mitigations.get(session, audit_id, comparison_id)), action, seed)
    return vectors_file_response(path, f"audit-{audit_id}-{action}-seed-{seed}", form)
