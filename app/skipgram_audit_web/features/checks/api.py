"""The JSON API of checks by retraining."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.store import audits, check_sets, checks, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit_web.addresses import Count, Id
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.costs import TrainingCost
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.common.vectors import VECTORS_RESPONSES, TrainedSeed, VectorsFormat, When
from skipgram_audit_web.features.checks import service
from skipgram_audit_web.features.checks.results import load_results, sets_csv
from skipgram_audit_web.features.checks.schemas import CheckDetail, CheckSummary, NewCheck, SetDocuments, SetList
from skipgram_audit_web.features.checks.service import CheckLine, check_lines
from skipgram_audit_web.features.checks.without import scores_without
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.web import (
    ERROR_RESPONSES,
    CurrentDatabase,
    CurrentQueue,
    CurrentSettings,
    fields_from,
    file_responses,
)

router = APIRouter(prefix="/api/v1/audits/{audit_id}/checks", tags=["checks"], responses=ERROR_RESPONSES)

ProbeName = Annotated[str | None, Query(max_length=200, description="The plan's own probe when left out.")]


def _summary(line: CheckLine) -> dict[str, object]:
    check = line.check
    return {
        **fields_from(CheckSummary, check),
        "plan": CheckPlan.model_validate(check.plan),
        "finding": line.finding if not check.error else "",
    }


def _detail(database: Database, audit_id: int, check_id: int) -> CheckDetail:
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        line = next(one for one in check_lines(session, check.audit) if one.check.id == check_id)
        job = jobs.latest(session, JobKind.CHECK, check_id)
        results = load_results(session, check, None)
        return CheckDetail.model_validate(
            {
                **_summary(line),
                "trainings": results.trainings,
                "trained": results.trained,
                "job": JobModel.model_validate(job) if job else None,
                "outcome": results.outcome,
                "without": scores_without(session, check),
                "found": results.found,
            }
        )


@router.get("")
def list_checks(audit_id: Id, database: CurrentDatabase) -> list[CheckSummary]:
    """The checks of an audit, the newest first."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        return [CheckSummary.model_validate(_summary(line)) for line in check_lines(session, audit)]


@router.post("/cost")
def tell_cost(audit_id: Id, plan: CheckPlan, database: CurrentDatabase) -> TrainingCost:
    """What a check would take, without starting it."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        return service.cost_of(session, audit, checks.fitted_plan(audit, plan))


@router.post("", status_code=201)
def create_check(audit_id: Id, sent: NewCheck, database: CurrentDatabase, queue: CurrentQueue) -> CheckDetail:
    """Starts a check of a finished audit."""
    plan = sent.as_plan()
    if sent.ids is not None:
        plan = service.with_chosen(database, audit_id, plan, sent.ids)
    if sent.keep or sent.only:
        plan = service.with_kept(database, audit_id, plan, sent.only, sent.keep)
    return _detail(database, audit_id, service.start(database, queue, audit_id, plan))


@router.get("/{check_id}")
def get_check(audit_id: Id, check_id: Id, database: CurrentDatabase) -> CheckDetail:
    """A check: its progress while it runs, what it found when it is done."""
    return _detail(database, audit_id, check_id)


@router.get("/{check_id}/sets")
def list_sets(audit_id: Id, check_id: Id, database: CurrentDatabase, probe: ProbeName = None) -> SetList:
    """Every set with predicted and actual change of a probe's score, by seed."""
    with database.session() as session:
        results = load_results(session, checks.get(session, audit_id, check_id), probe)
        return SetList(probe=results.probe, prediction_seeds=results.prediction_seeds, items=results.rows)


@router.get("/{check_id}/sets.csv", responses=file_responses("text/csv"), response_class=Response)
def download_sets(audit_id: Id, check_id: Id, database: CurrentDatabase) -> Response:
    """The same for all probes as a file."""
    return sets_csv(database, audit_id, check_id)


@router.get("/{check_id}/sets/{number}")
def get_set(audit_id: Id, check_id: Id, number: Count, database: CurrentDatabase) -> SetDocuments:
    """The documents of a set, or its sentences."""
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        chosen = checks.set_of(session, check_id, number)
        unit = CheckPlan.model_validate(check.plan).unit
        identifiers = check_sets.identifiers_of(session, check.audit.corpus, chosen, unit)
        return SetDocuments(number=number, kind=chosen.kind, documents=identifiers)


@router.get("/{check_id}/vectors/{when}/{seed}", responses=VECTORS_RESPONSES, response_class=Response)
def download_vectors(
    audit_id: Id,
    check_id: Id,
    when: When,
    seed: TrainedSeed,
    database: CurrentDatabase,
    settings: CurrentSettings,
    form: VectorsFormat = "text",
) -> Response:
    """The vectors of a training on the whole corpus (before) or without the first set (after), where the plan keeps
    them: word2vec's text or binary format, or gensim's KeyedVectors in a zip."""
    return service.vectors_response(database, settings, audit_id, check_id, when, seed, form)


@router.post("/{check_id}/cancel")
def cancel_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> CheckDetail:
    """Asks a check to stop; what has been trained is kept."""
    part_jobs.cancel(database, queue, checks.PART, audit_id, check_id)
    return _detail(database, audit_id, check_id)


@router.post("/{check_id}/train")
def train_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> CheckDetail:
    """Trains without the sets of a check that has only predicted them."""
    service.train(database, queue, audit_id, check_id)
    return _detail(database, audit_id, check_id)


@router.post("/{check_id}/restart")
def restart_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> CheckDetail:
    """Goes on with a failed or cancelled check."""
    part_jobs.restart(database, queue, checks.PART, audit_id, check_id)
    return _detail(database, audit_id, check_id)


@router.delete("/{check_id}", status_code=204)
def delete_check(
    audit_id: Id, check_id: Id, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    """Deletes a check that has ended, with its vectors."""
    service.remove(database, settings, queue, audit_id, check_id)
    return Response(status_code=204)
