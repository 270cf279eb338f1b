"""The page that holds two audits against each other, and the choice of the two."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from skipgram_audit.store.comparison import LISTED_AUDITS, finished_audits
from skipgram_audit_web.common.views import direction
from skipgram_audit_web.features.comparisons.figure import scatter
from skipgram_audit_web.features.comparisons.scores import score_with_errors
from skipgram_audit_web.features.comparisons.sentences import (
    correlation_sentence,
    documents_sentence,
    matching_sentence,
    overlap_names,
)
from skipgram_audit_web.features.comparisons.service import MoveOrder, compare
from skipgram_audit_web.web import CurrentDatabase, render

router = APIRouter(prefix="/audits", include_in_schema=False)

AuditId = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | None,
    BeforeValidator(lambda value: value or None),  # A form sends an empty choice, too.
]


@router.get("/compare")
def show_comparison(
    request: Request,
    database: CurrentDatabase,
    first: AuditId = None,
    second: AuditId = None,
    probe: str | None = None,
    order: MoveOrder | None = None,
) -> Response:
    """The second audit against the first; while either is missing, the choice of both."""
    with database.session() as session:
        if first is None or second is None:
            return render(
                request,
                "comparisons/choose.html",
                choices=finished_audits(session),
                listed=LISTED_AUDITS,
                first=first,
                second=second,
            )
        found = compare(session, first, second, probe, order)
        documents = found.documents
        shown = documents.shown if documents else []
        return render(
            request,
            "comparisons/show.html",
            found=found,
            documents=documents,
            order=documents.order if documents else None,
            orders=list(MoveOrder),
            score_with_errors=score_with_errors,
            direction=direction,
            matching=matching_sentence(documents) if documents else "",
            reading=documents_sentence(found) if documents else [],
            correlation=correlation_sentence(documents) if documents else "",
            overlap_names=overlap_names(documents.pair) if documents else {},
            figure=scatter([(item.first_influence, item.second_influence) for item in shown]),
        )
