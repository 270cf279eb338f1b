"""What users see of jobs."""

from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status


def test_a_job_that_waits_again_tells_no_time_left(database: Database) -> None:
    with database.session() as session:
        job_id, _ = jobs.add(session, JobKind.MAP, 1)
        jobs.start(session, job_id)
        session.get_one(Job, job_id).seconds_left = 40.0
        session.get_one(Job, job_id).fraction = 0.5
    with database.session() as session:
        jobs.put_back(session)
    with database.session() as session:
        job = jobs.get(session, job_id)
        assert (job.status, job.fraction, job.seconds_left) == (Status.WAITING, 0.5, None)
