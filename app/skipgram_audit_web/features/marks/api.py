"""The JSON API of marked documents."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from skipgram_audit.store import marks
from skipgram_audit.store.marks import MOST_MARKED
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.finished_audits import choose_probe, finished_audit, require_measured
from skipgram_audit_web.common.query_parameters import ChosenFilters, ProbeName
from skipgram_audit_web.common.views import View
from skipgram_audit_web.features.marks import downloads, service
from skipgram_audit_web.features.marks.schemas import IdsToMark, MarkedCount, MarkedDocumentModel, MarkedSet
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, fields_from, file_responses

router = APIRouter(prefix="/api/v1/audits/{audit_id}/marked", tags=["marked documents"], responses=ERROR_RESPONSES)


@router.get("")
def get_marked(
    audit_id: Id,
    database: CurrentDatabase,
    probe: ProbeName = None,
    first: Annotated[int, Query(ge=0, le=MOST_MARKED, description="Pass over so many.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_MARKED)] = 500,
) -> MarkedSet:
    """The set: its documents with their influences, and sums over all of them."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choose_probe(audit, probe)
        totals = marks.totals(session, audit)
        items = marks.items(session, chosen, first, limit)
    names = {one.id: one.name for one in audit.probes if one.measured}
    return MarkedSet(
        probe=chosen.name,
        count=totals.documents,
        limit=MOST_MARKED,
        words=totals.words,
        influences={name: totals.influences.get(probe_id, 0.0) for probe_id, name in names.items()},
        items=[
            MarkedDocumentModel(
                **fields_from(MarkedDocumentModel, item)
                | {"places": {names[key]: place for key, place in item.places.items()}}
            )
            for item in items
        ],
    )


@router.put("/{document_id}")
def mark(audit_id: Id, document_id: DocumentId, database: CurrentDatabase) -> MarkedCount:
    """Marks a document; it may be marked already."""
    with database.session() as session:
        added = marks.mark(session, finished_audit(session, audit_id), [document_id])
        return MarkedCount(count=marks.count(session, audit_id), added=added, limit=MOST_MARKED)


@router.delete("/{document_id}")
def unmark(audit_id: Id, document_id: DocumentId, database: CurrentDatabase) -> MarkedCount:
    """Takes a document out of the set; it need not be in it."""
    with database.session() as session:
        finished_audit(session, audit_id)
        marks.unmark(session, audit_id, [document_id])
        return MarkedCount(count=marks.count(session, audit_id), limit=MOST_MARKED)


@router.delete("", status_code=204)
def clear(audit_id: Id, database: CurrentDatabase) -> Response:
    """Empties the set."""
    with database.session() as session:
        finished_audit(session, audit_id)
        marks.clear(session, audit_id)
    return Response(status_code=204)


@router.post("/ids")
def mark_ids(audit_id: Id, sent: IdsToMark, database: CurrentDatabase) -> MarkedCount:
    """Marks documents by their ids; some may be marked already."""
    with database.session() as session:
        added = service.mark_ids(session, finished_audit(session, audit_id), sent.ids)
        return MarkedCount(count=marks.count(session, audit_id), added=added, limit=MOST_MARKED)


@router.post("/view")
def mark_view(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: ProbeName = None,
    view: View = View.AMPLIFYING,
    sentences: Annotated[bool, Query(description="The documents of the ranked sentences instead.")] = False,
    first: Annotated[int | None, Query(ge=1, le=MOST_MARKED, description="Only so many rows, the first ones.")] = None,
) -> MarkedCount:
    """Marks every document of a view of the ranking, filtered as there."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        chosen = choose_probe(audit, probe)
        require_measured(chosen)
        found = service.documents_of_view(session, audit, chosen, view, filters, sentences, first)
        added = marks.mark(session, audit, found)
        return MarkedCount(count=marks.count(session, audit_id), added=added, limit=MOST_MARKED)


@router.get("/documents.csv", responses=file_responses("text/csv"), response_class=Response)
def download_csv(audit_id: Id, database: CurrentDatabase) -> Response:
    """The set as a table."""
    return downloads.csv_response(database, audit_id)


@router.get("/rest.jsonl", responses=file_responses("application/jsonl"), response_class=Response)
def download_rest(audit_id: Id, database: CurrentDatabase) -> Response:
    """The corpus without the set as JSON Lines."""
    return downloads.rest_response(database, audit_id)


@router.get("/ids.txt", responses=file_responses("text/plain"), response_class=Response)
def download_ids(audit_id: Id, database: CurrentDatabase) -> Response:
    """The ids of the set as the command line takes them: one a line, or JSON where a line cannot hold an id."""
    return downloads.ids_response(database, audit_id)
