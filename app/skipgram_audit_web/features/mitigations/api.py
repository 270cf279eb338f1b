"""The JSON API of comparisons of mitigations."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.report.mitigation_sentences import row_sentence
from skipgram_audit.store import audits, jobs, mitigations
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit_web.addresses import Id, Seed
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.costs import TrainingCost
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.common.vectors import VECTORS_RESPONSES, VectorsFormat
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.features.mitigations import service
from skipgram_audit_web.features.mitigations.schemas import MitigationDetail, MitigationSummary, NewMitigations
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings, file_responses

router = APIRouter(prefix="/api/v1/audits/{audit_id}/mitigations", tags=["mitigations"], responses=ERROR_RESPONSES)

ActionName = Annotated[str, Path(max_length=40, description="A method's name; none for the vectors as trained.")]


def _detail(database: Database, audit_id: int, comparison_id: int) -> MitigationDetail:
    with database.session() as session:
        found = mitigations.get(session, audit_id, comparison_id)
        job = jobs.latest(session, JobKind.MITIGATIONS, comparison_id)
        table = mitigations.table_of(found)
        return MitigationDetail.model_validate(
            {
                **MitigationSummary.model_validate(found).model_dump(),
                "job": JobModel.model_validate(job) if job else None,
                "table": table,
                "sentences": {row.action: row_sentence(table, row) for row in table.rows} if table else {},
            }
        )


@router.get("")
def list_mitigations(audit_id: Id, database: CurrentDatabase) -> list[MitigationSummary]:
    """The comparisons of an audit, the newest first."""
    with database.session() as session:
        audits.get(session, audit_id)
        return [MitigationSummary.model_validate(one) for one in mitigations.of_audit(session, audit_id)]


@router.post("/cost")
def tell_cost(audit_id: Id, plan: MitigationPlan, database: CurrentDatabase) -> TrainingCost:
    """What a comparison would take, without starting it."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        return service.cost_of(session, audit, mitigations.fitted_plan(audit, plan))


@router.post("", status_code=201)
def create_mitigations(
    audit_id: Id, sent: NewMitigations, database: CurrentDatabase, queue: CurrentQueue
) -> MitigationDetail:
    """Starts a comparison of mitigations of a finished audit."""
    plan = service.plan_of(database, audit_id, sent)
    return _detail(database, audit_id, service.start(database, queue, audit_id, plan))


@router.get("/{comparison_id}")
def get_mitigations(audit_id: Id, comparison_id: Id, database: CurrentDatabase) -> MitigationDetail:
    """A comparison: its progress while it runs, its table when it is done."""
    return _detail(database, audit_id, comparison_id)


@router.get("/{comparison_id}/table.csv", responses=file_responses("text/csv"), response_class=Response)
def download_table(audit_id: Id, comparison_id: Id, database: CurrentDatabase) -> Response:
    """The table as a file, a row an action."""
    return service.table_response(database, audit_id, comparison_id)


@router.get(
    "/{comparison_id}/vectors/{action}/{seed}",
    responses=VECTORS_RESPONSES,
    response_class=Response,
)
def download_vectors(
    audit_id: Id,
    comparison_id: Id,
    action: ActionName,
    seed: Seed,
    database: CurrentDatabase,
    settings: CurrentSettings,
    form: VectorsFormat = "text",
) -> Response:
    """The vectors that an action gives: word2vec's text or binary format, or gensim's KeyedVectors in a zip."""
    return service.vectors_response(database, settings, audit_id, comparison_id, action, seed, form)


@router.post("/{comparison_id}/cancel")
def cancel_mitigations(
    audit_id: Id, comparison_id: Id, database: CurrentDatabase, queue: CurrentQueue
) -> MitigationDetail:
    """Asks a comparison to stop; what was trained and measured is kept."""
    part_jobs.cancel(database, queue, mitigations.PART, audit_id, comparison_id)
    return _detail(database, audit_id, comparison_id)


@router.post("/{comparison_id}/restart")
def restart_mitigations(
    audit_id: Id, comparison_id: Id, database: CurrentDatabase, queue: CurrentQueue
) -> MitigationDetail:
    """Goes on with a failed or cancelled comparison."""
    part_jobs.restart(database, queue, mitigations.PART, audit_id, comparison_id)
    return _detail(database, audit_id, comparison_id)


@router.delete("/{comparison_id}", status_code=204)
def delete_mitigations(
    audit_id: Id, comparison_id: Id, database: CurrentDatabase, settings: CurrentSettings
) -> Response:
    """Deletes a comparison that has ended, with its vectors."""
    service.delete(database, settings, audit_id, comparison_id)
    return Response(status_code=204)
