"""The page of an audit's marked documents, the forms that mark and unmark, and the set as files."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from skipgram_audit.model.errors import AuditError
from skipgram_audit.store import document_notes, marks
from skipgram_audit.store.marks import MOST_MARKED
from skipgram_audit_web.addresses import DocumentId, Id, own_address
from skipgram_audit_web.common.finished_audits import choose_probe, finished_audit, require_measured
from skipgram_audit_web.common.query_parameters import ChosenFilters
from skipgram_audit_web.common.sent_files import LARGEST_LIST, sent_fields, sent_file, sent_ids
from skipgram_audit_web.common.views import View, direction, document_rank
from skipgram_audit_web.features.marks import downloads, service
from skipgram_audit_web.web import CurrentDatabase, SentForm, render, see_other

router = APIRouter(prefix="/audits/{audit_id}/marked", include_in_schema=False)

DOCUMENTS_A_PAGE = 100

Back = Annotated[str, Form(max_length=4_000)]


@router.get("")
def show_marked(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    probe: str | None = None,
    page: Annotated[int, Query(ge=1, le=MOST_MARKED)] = 1,
) -> Response:
    """The set: its sums, what can be done with it, and its documents from the strongest push upwards."""
    return _render(request, audit_id, database, probe, page)


def _render(
    request: Request,
    audit_id: int,
    database: CurrentDatabase,
    probe: str | None = None,
    page: int = 1,
    written: str = "",
    error: AuditError | None = None,
) -> Response:
    """Args:
    written: ids that could not be marked, to be mended; error: why.
    """
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choose_probe(audit, probe)
        items = marks.items(session, chosen, (page - 1) * DOCUMENTS_A_PAGE, DOCUMENTS_A_PAGE)
        totals = marks.totals(session, audit)
        return render(
            request,
            "marks/show.html",
            status_code=error.status if error else 200,
            audit=audit,
            probe=chosen,
            measured=[one for one in audit.probes if one.measured],
            items=items,
            notes=document_notes.notes_of(session, [item.document_id for item in items]),
            ranks=[document_rank(audit, chosen, item.places[chosen.id].rank) for item in items if item.places]
            if chosen.measured
            else [],
            totals=totals,
            page=page,
            pages=-(-totals.documents // DOCUMENTS_A_PAGE),
            direction=direction(chosen) if chosen.measured else 1,
            directions={one.id: direction(one) for one in audit.probes if one.measured},
            largest=max((abs(item.places[chosen.id].influence) for item in items if item.places), default=0.0),
            limit=MOST_MARKED,
            written=written,
            error=error,
        )


@router.post("/ids")
def mark_ids(request: Request, audit_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """Marks the documents of a list of ids, or shows the page with what is wrong."""
    written = sent_fields(sent).get("ids", "")
    try:
        ids = sent_ids(written, sent_file(sent, "file", LARGEST_LIST))
        with database.session() as session:
            service.mark_ids(session, finished_audit(session, audit_id), ids)
    except AuditError as error:
        return _render(request, audit_id, database, written=written, error=error)
    return see_other(f"/audits/{audit_id}/marked")


@router.post("")
def change(
    audit_id: Id,
    database: CurrentDatabase,
    document: Annotated[DocumentId, Form()],
    action: Annotated[Literal["mark", "unmark"], Form()],
    back: Back = "",
) -> Response:
    """Marks or unmarks a document and goes back to where that was asked for."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        if action == "mark":
            marks.mark(session, audit, [document])
        else:
            marks.unmark(session, audit_id, [document])
    return see_other(own_address(audit_id, back))


@router.post("/view")
def mark_view(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    sentences: bool = False,
    first: Annotated[int | None, Form(ge=1, le=MOST_MARKED)] = None,
    back: Back = "",
) -> Response:
    """Marks every document of a view of the ranking, filtered as its address says, or those of its first rows."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choose_probe(audit, probe)
        require_measured(chosen)
        found = service.documents_of_view(session, audit, chosen, view, filters, sentences, first)
        marks.mark(session, audit, found)
    return see_other(own_address(audit_id, back))


@router.post("/clear")
def clear(audit_id: Id, database: CurrentDatabase) -> Response:
    with database.session() as session:
        finished_audit(session, audit_id)
        marks.clear(session, audit_id)
    return see_other(own_address(audit_id, ""))


@router.get("/documents.csv")
def download_csv(audit_id: Id, database: CurrentDatabase) -> Response:
    """The set as a table."""
    return downloads.csv_response(database, audit_id)


@router.get("/ids.txt")
def download_ids(audit_id: Id, database: CurrentDatabase) -> Response:
    """The ids of the set as the command line takes them: one a line, or JSON where a line cannot hold an id."""
    return downloads.ids_response(database, audit_id)


@router.get("/rest.jsonl")
def download_rest(audit_id: Id, database: CurrentDatabase) -> Response:
    """The corpus without the set, to be imported or published."""
    return downloads.rest_response(database, audit_id)
