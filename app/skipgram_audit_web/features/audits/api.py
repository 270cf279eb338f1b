"""The JSON API of audits; downloads are in app/skipgram_audit_web/features/reports."""

from fastapi import APIRouter
from starlette.responses import Response

from skipgram_audit.model.name_and_note import NameAndNote
from skipgram_audit.report.verdict import concluded
from skipgram_audit.store import audits, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, JobKind, Status
from skipgram_audit.store.paging import Cursor
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.query_parameters import PageCursor
from skipgram_audit_web.features.audits import service
from skipgram_audit_web.features.audits.schemas import AuditDetail, AuditList, AuditRequest, AuditSummary, CostModel
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings, fields_from

router = APIRouter(prefix="/api/v1/audits", tags=["audits"], responses=ERROR_RESPONSES)


def _summary(audit: AuditRow) -> dict[str, object]:
    probes = [probe.name for probe in audit.probes]
    return {**fields_from(AuditSummary, audit), "corpus_name": audit.corpus.name, "probes": probes}


def _detail(database: Database, audit_id: int) -> AuditDetail:
    with database.session() as session:
        audit = audits.get(session, audit_id)
        job = jobs.latest(session, JobKind.AUDIT, audit_id)
        outcomes = [audits.outcome_of(session, probe) for probe in audit.probes] if audit.status == Status.DONE else []
        return AuditDetail.model_validate(
            {
                **fields_from(AuditDetail, audit),
                **_summary(audit),
                "document_count": audit.corpus.document_count,
                "sentence_count": audit.corpus.sentence_count,
                "job": JobModel.model_validate(job) if job else None,
                "results": [concluded(outcome) for outcome in outcomes],
            }
        )


@router.get("")
def list_audits(database: CurrentDatabase, cursor: PageCursor = None, corpus: Id | None = None) -> AuditList:
    """Audits, the newest first."""
    with database.session() as session:
        page = audits.page(session, Cursor.parse(cursor), corpus)
        return AuditList(
            items=[AuditSummary.model_validate(_summary(audit)) for audit in page.items],
            next=page.next,
            previous=page.previous,
        )


@router.post("/cost")
def tell_cost(request: AuditRequest, database: CurrentDatabase) -> CostModel:
    """What an audit would take, without starting it."""
    with database.session() as session:
        return CostModel.model_validate(
            service.cost_of(session, request.corpus_id, request.settings, request.probes, request.model_ids)
        )


@router.post("", status_code=201)
def create_audit(request: AuditRequest, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Starts an audit of a corpus that has been read."""
    audit_id = service.start(
        database,
        queue,
        request.corpus_id,
        request.name,
        request.settings,
        request.probes,
        request.model_ids,
        request.standard_check,
    )
    return _detail(database, audit_id)


@router.get("/{audit_id}")
def get_audit(audit_id: Id, database: CurrentDatabase) -> AuditDetail:
    """An audit: its progress while it runs, its scores when it is done."""
    return _detail(database, audit_id)


@router.patch("/{audit_id}")
def describe_audit(audit_id: Id, changes: NameAndNote, database: CurrentDatabase) -> AuditDetail:
    """Renames an audit, or changes its note."""
    service.describe(database, audit_id, changes)
    return _detail(database, audit_id)


@router.post("/{audit_id}/cancel")
def cancel_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Asks an audit to stop; it does so within two seconds."""
    service.cancel(database, queue, audit_id)
    return _detail(database, audit_id)


@router.post("/{audit_id}/restart")
def restart_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Runs a failed or cancelled audit again."""
    service.restart(database, queue, audit_id)
    return _detail(database, audit_id)


@router.delete("/{audit_id}", status_code=204)
def delete_audit(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """Deletes an audit that has ended, with its results and files."""
    service.remove(database, settings, audit_id)
    return Response(status_code=204)
