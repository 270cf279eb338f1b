"""The JSON API of background work: what pages ask while a job runs, and how it is cancelled."""

from fastapi import APIRouter

from skipgram_audit.store import jobs
from skipgram_audit_web.features.jobs.schemas import JobBody, JobList
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=ERROR_RESPONSES)


@router.get("")
def list_jobs(database: CurrentDatabase) -> JobList:
    """What runs and what waits, in order, and what ended last."""
    with database.session() as session:
        return JobList(
            active=[JobBody.model_validate(job) for job in jobs.in_order(session)],
            ended=[JobBody.model_validate(job) for job in jobs.ended(session)],
        )


@router.get("/{job_id}")
def show(job_id: str, database: CurrentDatabase) -> JobBody:
    """One job: its status, phase, fraction done and seconds left."""
    with database.session() as session:
        return JobBody.model_validate(jobs.get(session, job_id))


@router.post("/{job_id}/cancel")
def cancel(job_id: str, database: CurrentDatabase, queue: CurrentQueue) -> JobBody:
    """Asks a job to stop: a waiting one never starts, a running one stops within two seconds."""
    queue.cancel(job_id)
    return show(job_id, database)
