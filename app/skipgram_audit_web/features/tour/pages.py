"""The first-time tour: its steps lead to pages of the first audit; who ends it is not offered it again."""

from fastapi import APIRouter
from starlette.responses import Response

from skipgram_audit_web.addresses import Count
from skipgram_audit_web.common.tour import COOKIE, ENDED
from skipgram_audit_web.features.tour import service
from skipgram_audit_web.web import CurrentDatabase, see_other

router = APIRouter(prefix="/tour", include_in_schema=False)

REMEMBERED_SECONDS = 365 * 24 * 60 * 60


@router.get("/{step}")
def show_step(step: Count, database: CurrentDatabase) -> Response:
    """The page that a step shows."""
    with database.session() as session:
        return see_other(service.shown(session).address(service.step_of(step)))


@router.post("/end")
def end_tour() -> Response:
    """Ends the tour in this browser; the page of help still leads to it."""
    response = see_other("/")
    response.set_cookie(COOKIE, ENDED, max_age=REMEMBERED_SECONDS, httponly=True, samesite="strict", path="/")
    return response
