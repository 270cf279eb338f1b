"""Starting, renaming, stopping and deleting audits."""

import shutil
from collections.abc import Sequence

from sqlalchemy.orm import Session

from skipgram_audit.computing.cores import core_count
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.costs import Forecast
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.name_and_note import NameAndNote
from skipgram_audit.model.pretrained_settings import with_models
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.verdict import ProbeVerdict, probe_verdict
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, costs, imported_models, jobs, naming, probes
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, AuditRow, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.standard_check import standard_plan


def start(
    database: Database,
    queue: JobQueue,
    corpus_id: int,
    name: str,
    settings: AuditSettings,
    chosen: Sequence[str | ProbeDefinition],
    model_ids: Sequence[int] = (),
    standard_check: bool = False,
) -> int:
    """Makes an audit and enqueues it for the worker.

    Args:
        chosen: stored probes by name, or definitions that are measured without being stored.
        model_ids: imported models in the place of training.
        standard_check: queue the standard check as soon as the audit is done.

    Returns:
        The audit's id.

    Raises:
        InvalidProbe: word lists of a probe share a word by the case rules of the corpus' language.
        InvalidInput, InvalidSettings: the models cannot be audited together, or not with this estimator.
    """
    if settings.models:
        raise InvalidInput("settings.models cannot be sent.", "Name imported models in model_ids.")
    with database.session() as session:
        definitions = _definitions(session, chosen)
        language = corpora.get(session, corpus_id).language
        for definition in definitions:
            definition.require_apart(language)
        if model_ids:
            settings = with_models(settings, imported_models.pretrained_models(session, model_ids))
        audit_id = audits.create(session, corpus_id, name, settings, definitions, standard_check).id
        imported_models.link(session, audit_id, model_ids)
        queue.enqueue(session, JobKind.AUDIT, audit_id)
    return audit_id


def cost_of(
    session: Session,
    corpus_id: int,
    settings: AuditSettings,
    chosen: Sequence[str | ProbeDefinition],
    model_ids: Sequence[int] = (),
) -> Forecast:
    """What such an audit will take on this machine.

    Raises:
        NotFound: there is no such corpus, probe or model.
        InvalidInput, InvalidSettings: the models cannot be audited together, or not with this estimator.
    """
    if model_ids:
        settings = with_models(settings, imported_models.pretrained_models(session, model_ids))
    corpus = corpora.get(session, corpus_id)
    return costs.of_audit(session, corpus, settings, _definitions(session, chosen), core_count())


def standard_check_cost(
    session: Session, corpus_id: int, settings: AuditSettings, chosen: Sequence[str | ProbeDefinition]
) -> tuple[CheckPlan, Forecast]:
    """The standard check of an audit that trains here, and what it will take once the audit is done."""
    corpus = corpora.get(session, corpus_id)
    plan = standard_plan(settings.model_dump(), corpus.document_count, "")
    assert plan is not None, "these settings train"
    return plan, costs.of_check_of(session, corpus, settings, _definitions(session, chosen), plan, core_count())


def _definitions(session: Session, chosen: Sequence[str | ProbeDefinition]) -> list[ProbeDefinition]:
    return [
        item if isinstance(item, ProbeDefinition) else probes.definition_of(probes.by_names(session, [item])[0])
        for item in chosen
    ]


def cancel(database: Database, queue: JobQueue, audit_id: int) -> None:
    """Stops an audit that waits or runs.

    Raises:
        Conflict: it has ended.
    """
    with database.session() as session:
        audit = audits.get(session, audit_id)
        job_id = jobs.active_of(session, JobKind.AUDIT, audit, f"The audit {audit.name!r}")
    queue.cancel(job_id)


def restart(database: Database, queue: JobQueue, audit_id: int) -> None:
    """Runs a failed or cancelled audit again; phases whose files are complete are not computed again.

    Raises:
        Conflict: it waits, runs or is done.
    """
    with database.session() as session:
        audit = audits.get(session, audit_id)
        jobs.wait_again(session, audit, f"The audit {audit.name!r}", "Start a new audit instead.")
        queue.enqueue(session, JobKind.AUDIT, audit_id)


def describe(database: Database, audit_id: int, changes: NameAndNote) -> None:
    """Renames an audit, or changes its note."""
    with database.session() as session:
        naming.describe(audits.get(session, audit_id), changes)


def remove(database: Database, settings: Settings, audit_id: int) -> None:
    """Deletes an audit that has ended, its results, and its files."""
    with database.session() as session:
        folder = settings.audit_folder(audits.get(session, audit_id).storage_name)
        audits.remove(session, audit_id)
    shutil.rmtree(folder, ignore_errors=True)


def verdicts_of(shown: Sequence[AuditRow]) -> dict[int, list[tuple[AuditProbe, ProbeVerdict]]]:
    """Audit -> its probes, each with what may be said of it, for audits that are done."""
    return {
        audit.id: [(probe, probe_verdict(audits.outcome_without_words(probe))) for probe in audit.probes]
        for audit in shown
        if audit.status == Status.DONE
    }
