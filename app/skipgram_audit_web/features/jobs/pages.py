"""The page of background work: what runs and what waits, in order, and what ended last."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from skipgram_audit_web.features.jobs import service
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, render, see_other

router = APIRouter(prefix="/jobs", include_in_schema=False)


@router.get("")
def list_jobs(request: Request, database: CurrentDatabase) -> Response:
    with database.session() as session:
        active = service.active_jobs(session)
        ended = service.ended_jobs(session)
    return render(request, "jobs/list.html", active=active, ended=ended)


@router.post("/{job_id}/cancel")
def cancel_job(job_id: str, queue: CurrentQueue) -> Response:
    queue.cancel(job_id)
    return see_other("/jobs")
