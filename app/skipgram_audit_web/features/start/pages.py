"""The start page: what is running, what was done last, and the three steps for those who have done nothing yet."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from skipgram_audit.store import audits, corpora, jobs
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit_web.common.tour import has_ended
from skipgram_audit_web.features.audits.service import verdicts_of
from skipgram_audit_web.features.checks.service import checked_probes
from skipgram_audit_web.features.tour.service import tour_audit
from skipgram_audit_web.web import CurrentDatabase, render

router = APIRouter(include_in_schema=False)

SHOWN = 5


@router.get("/")
def start(request: Request, database: CurrentDatabase) -> Response:
    with database.session() as session:
        newest_audits = audits.page(session).items
        newest_corpora = corpora.page(session).items
        running = next((job for job in jobs.active(session) if job.kind == JobKind.AUDIT), None)
        audit = audits.get(session, int(running.subject)) if running else None
        return render(
            request,
            "start.html",
            job=running,
            audit=audit,
            audits=newest_audits[:SHOWN],
            verdicts=verdicts_of(newest_audits[:SHOWN]),
            checked=checked_probes(session, newest_audits[:SHOWN]),
            corpora=newest_corpora[:SHOWN],
            tour_audit=None if has_ended(request) else tour_audit(session),
            ready=any(corpus.status == Status.DONE for corpus in newest_corpora),
        )
