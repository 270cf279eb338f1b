"""The JSON API of what-ifs."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store import what_ifs
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.finished_audits import choose_probe, finished_audit, measured_probe, require_measured
from skipgram_audit_web.common.query_parameters import ChosenFilters
from skipgram_audit_web.features.document_map.service import ChosenRectangle
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.features.what_ifs import service, sets
from skipgram_audit_web.features.what_ifs.schemas import Confirmation, WhatIfModel, WhatIfQuestion
from skipgram_audit_web.features.what_ifs.service import Tried
from skipgram_audit_web.features.what_ifs.sets import AskedSet
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings

router = APIRouter(prefix="/api/v1/audits/{audit_id}/what-ifs", tags=["what-ifs"], responses=ERROR_RESPONSES)


def _model(one: Tried) -> WhatIfModel:
    row = one.row
    return WhatIfModel(
        id=row.id,
        audit_id=row.audit_id,
        title=row.title,
        documents=row.document_count,
        weight=row.weight,
        texts=len(row.texts),
        created_at=row.created_at,
        at_once=one.at_once,
        predicted=one.predicted,
        misleading=one.misled,
        job=JobModel.model_validate(one.job) if one.job else None,
        check_id=row.check_id,
        rewriting_id=one.rewriting.id if one.rewriting else None,
        actual=dict(one.actual),
    )


def _asked(
    session: Session,
    audit: AuditRow,
    question: WhatIfQuestion,
    filters: ChosenFilters,
    rectangle: ChosenRectangle,
) -> AskedSet | None:
    """The set of a question; filters and a rectangle of the address are kinds of their own."""
    if question.strongest is None and question.probe is not None:
        raise InvalidInput("A probe was named, and no number of its strongest documents.", "Name strongest, too.")
    kinds = [
        question.marked,
        question.ids is not None,
        question.strongest is not None,
        bool(filters) or filters.group_duplicates,
        rectangle is not None,
    ]
    if sum(kinds) > 1:
        raise InvalidInput(
            "More than one kind of set was named.", "Name marked, ids, strongest, filters, or edges of the map."
        )
    if question.marked:
        return sets.of_marked(session, audit)
    if question.ids is not None:
        return sets.of_ids(session, audit, question.ids)
    if question.strongest is not None:
        probe = choose_probe(audit, question.probe)
        require_measured(probe)
        return sets.of_strongest(session, audit, probe, question.strongest, 1 if question.direction == "up" else -1)
    if rectangle is not None:
        return sets.of_rectangle(session, measured_probe(session, audit.id, None)[1], rectangle)
    return sets.of_filters(session, audit, filters) if filters or filters.group_duplicates else None


@router.post("", status_code=201)
def ask(
    audit_id: Id,
    question: WhatIfQuestion,
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    filters: ChosenFilters,
    rectangle: ChosenRectangle,
) -> WhatIfModel:
    """Answers at once; the estimator's own prediction follows (`job`). Filters, or edges of the map, in the address
    name a set, too."""
    with database.session() as session:
        asked = _asked(session, finished_audit(session, audit_id), question, filters, rectangle)
    found = service.ask(database, settings, queue, audit_id, asked, question.weight, question.texts)
    return get_what_if(audit_id, found, database)


@router.get("")
def list_what_ifs(audit_id: Id, database: CurrentDatabase) -> list[WhatIfModel]:
    """What was tried, the newest first."""
    with database.session() as session:
        finished_audit(session, audit_id)
        return [_model(one) for one in service.all_tried(session, audit_id)]


@router.get("/{what_if_id}")
def get_what_if(audit_id: Id, what_if_id: Id, database: CurrentDatabase) -> WhatIfModel:
    """One what-if, as far as it is known."""
    with database.session() as session:
        return _model(service.one_tried(session, audit_id, what_if_id))


@router.post("/{what_if_id}/confirm")
def confirm(
    audit_id: Id,
    what_if_id: Id,
    database: CurrentDatabase,
    queue: CurrentQueue,
    sent: Confirmation | None = None,
) -> WhatIfModel:
    """Starts the retraining: of a removal a check, with controls of the same number and length; of texts that are
    added, and of whole weights, a rewriting."""
    service.confirm(database, queue, audit_id, what_if_id, sent is not None and sent.keep_vectors)
    return get_what_if(audit_id, what_if_id, database)


@router.delete("/{what_if_id}", status_code=204)
def delete_what_if(audit_id: Id, what_if_id: Id, database: CurrentDatabase) -> Response:
    """Deletes a what-if; its check stays."""
    with database.session() as session:
        what_ifs.remove(session, audit_id, what_if_id)
    return Response(status_code=204)
