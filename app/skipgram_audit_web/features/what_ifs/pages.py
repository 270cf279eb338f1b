"""The pages of what-ifs: asking, one with its answers, and what was tried."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.corpus.added_texts import MOST_CHARACTERS
from skipgram_audit.model.check_plan import MOST_CHOSEN, CheckPlan
from skipgram_audit.model.errors import AuditError, InvalidInput
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.what_if import LARGEST_WEIGHT
from skipgram_audit.report.what_if_sentences import (
    lead_sentence,
    method_sentence,
    trust_sentence,
    words_sentence,
)
from skipgram_audit.store import jobs, marks, what_ifs
from skipgram_audit.store.models import AuditProbe, JobKind
from skipgram_audit_web.addresses import LARGEST_INTEGER, Id
from skipgram_audit_web.common.finished_audits import finished_audit, measured_probe
from skipgram_audit_web.common.query_parameters import ChosenFilters
from skipgram_audit_web.common.sent_files import LARGEST_LIST, SentFile, sent_fields, sent_file, sent_ids
from skipgram_audit_web.common.views import View, direction
from skipgram_audit_web.features.checks import service as checks_service
from skipgram_audit_web.features.document_map.service import ChosenRectangle
from skipgram_audit_web.features.marks.service import documents_of_view, mark_positions
from skipgram_audit_web.features.what_ifs import service, sets
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, SentForm, render, see_other

router = APIRouter(prefix="/audits/{audit_id}/what-ifs", include_in_schema=False)

DEFAULTS = {"strongest": "40", "probe": "", "side": "amplifying", "ids": "", "text": "", "weight": "0"}
LARGEST_TEXT = 4 * MOST_CHARACTERS
"""Bytes of a text to add: a character of UTF-8 has up to four."""


@router.get("")
def list_tried(request: Request, audit_id: Id, database: CurrentDatabase) -> Response:
    """What was tried, and the form that asks."""
    return _render_form(request, audit_id, database, {}, None)


@router.post("")
def ask(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    sent: SentForm,
) -> Response:
    """Asks, or shows the form again with what is wrong."""
    form = sent_fields(sent)
    try:
        ids = sent_file(sent, "file", LARGEST_LIST)
        text = sent_file(sent, "text_file", LARGEST_TEXT)
        found = _ask(database, settings, queue, audit_id, form, ids, text)
    except AuditError as error:
        return _render_form(request, audit_id, database, form, error)
    return see_other(f"/audits/{audit_id}/what-ifs/{found}")


def _ask(
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    audit_id: int,
    form: dict[str, str],
    listed: SentFile | None,
    text_file: SentFile | None,
) -> int:
    weight = _number(form.get("weight", "0"), "weight")
    source = form.get("source", "marked")
    texts: list[str] = []
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        if source == "strongest":
            _, probe = measured_probe(session, audit_id, form.get("probe"))
            count = round(_number(form.get("strongest", ""), "number of documents"))
            if not 1 <= count <= MOST_CHOSEN:
                raise InvalidInput(f"The number of documents is from 1 to {MOST_CHOSEN:,}.")
            sign = direction(probe) * (-1 if form.get("side") == "mitigating" else 1)
            asked = sets.of_strongest(session, audit, probe, count, sign)
        elif source == "ids":
            ids = sent_ids(form.get("ids", ""), listed)
            asked = sets.of_ids(session, audit, ids, listed.name if listed else "")
        elif source == "text":
            asked, weight, texts = None, 0.0, _texts(form.get("text", ""), text_file)
        else:
            asked = sets.of_marked(session, audit)
    return service.ask(database, settings, queue, audit_id, asked, weight, texts)


def _texts(written: str, file: SentFile | None) -> list[str]:
    """The text that was pasted, and that of a file."""
    texts = [text for text in (written, file.text if file else "") if text.strip()]
    if not texts:
        raise InvalidInput("No text was given to add.", "Paste one, or choose a file.")
    return texts


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        wrong = f"The {name} {text[:40]!r} is not a number." if text.strip() else f"The {name} is missing."
        raise InvalidInput(wrong, "Write a number.") from error


@router.post("/view")
def ask_view(
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    filters: ChosenFilters,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    first: Annotated[int | None, Form(ge=1, le=LARGEST_INTEGER)] = None,
) -> Response:
    """Asks of the documents of a view of a ranking that pass its filters, or of its strongest rows."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        found = documents_of_view(session, audit, chosen, view, filters, most=first)
        asked = sets.of_document_ids(session, audit, _view_title(chosen, view, first, filters), found)
    return see_other(f"/audits/{audit_id}/what-ifs/{service.ask(database, settings, queue, audit_id, asked)}")


def _view_title(probe: AuditProbe, view: View, first: int | None, filters: ChosenFilters) -> str:
    noun = "rows of folded near-duplicates" if filters.group_duplicates else "documents"
    behind = sets.with_filters(filters)
    if view is View.NEUTRAL:
        return f"{f'The first {first:,}' if first else 'All'} {noun} without influence on {probe.name}{behind}"
    return f"{f'The {first:,} strongest' if first else 'All'} {view} {noun} for {probe.name}{behind}"


@router.post("/filter")
def ask_filter(
    audit_id: Id, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue, filters: ChosenFilters
) -> Response:
    """Asks of all documents that pass filters, whatever their influence: those of a group, for instance."""
    with database.session() as session:
        asked = sets.of_filters(session, finished_audit(session, audit_id), filters)
    return see_other(f"/audits/{audit_id}/what-ifs/{service.ask(database, settings, queue, audit_id, asked)}")


@router.post("/map")
def ask_map(
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    rectangle: ChosenRectangle,
    probe: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Asks of the documents in a rectangle of the map."""
    if rectangle is None:
        raise InvalidInput("No part of the map was named.", "Give the edges left, top, right and bottom.")
    with database.session() as session:
        asked = sets.of_rectangle(session, measured_probe(session, audit_id, probe)[1], rectangle)
    return see_other(f"/audits/{audit_id}/what-ifs/{service.ask(database, settings, queue, audit_id, asked)}")


@router.get("/{what_if_id}")
def show(
    request: Request, audit_id: Id, what_if_id: Id, database: CurrentDatabase, settings: CurrentSettings
) -> Response:
    """The answer at once, then the prediction of the set, then what retraining found."""
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        audit = row.audit
        found = service.one_tried(session, audit_id, what_if_id)
        why = service.no_check_reason(row)
        calibrating = jobs.latest(session, JobKind.CALIBRATION, audit_id)
    calibration = read_calibration(settings.audit_folder(audit.storage_name))
    best = found.best
    return render(
        request,
        "what_ifs/show.html",
        audit=audit,
        row=row,
        found=found,
        best=best,
        lead=lead_sentence(row.document_count, row.weight, len(row.texts)),
        how=method_sentence(best, row.weight, len(row.texts)),
        words=words_sentence(best.share),
        trust={one.probe: trust_sentence(one, calibration, KINDS[one.kind].digits) for one in best.probes},
        calibrating=calibrating is not None and calibrating.status in jobs.ACTIVE,
        can_predict=service.can_predict(audit, row.weight, row.texts),
        why_no_check=why,
        vectors_size=checks_service.vectors_size(audit, len(service.check_plan(audit, []).seeds)),
        marked_limit=marks.MOST_MARKED,
        largest_weight=LARGEST_WEIGHT,
        has_vectors=found.check is not None and CheckPlan.model_validate(found.check.plan).keep_vectors,
    )


@router.post("/{what_if_id}/confirm")
def confirm(
    audit_id: Id,
    what_if_id: Id,
    database: CurrentDatabase,
    queue: CurrentQueue,
    keep_vectors: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Queues the retraining and goes back to the what-if, where it will stand."""
    service.confirm(database, queue, audit_id, what_if_id, keep_vectors == "on")
    return see_other(f"/audits/{audit_id}/what-ifs/{what_if_id}")


@router.post("/{what_if_id}/again")
def ask_again(
    audit_id: Id,
    what_if_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    queue: CurrentQueue,
    weight: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Asks of the same documents with another weight."""
    with database.session() as session:
        asked = service.same_documents(what_ifs.get(session, audit_id, what_if_id))
    found = service.ask(database, settings, queue, audit_id, asked, _number(weight, "weight"))
    return see_other(f"/audits/{audit_id}/what-ifs/{found}")


@router.post("/{what_if_id}/mark")
def mark(audit_id: Id, what_if_id: Id, database: CurrentDatabase) -> Response:
    """Marks the documents of a what-if."""
    with database.session() as session:
        row = what_ifs.get(session, audit_id, what_if_id)
        mark_positions(session, row.audit, what_ifs.positions_of(row).tolist())
    return see_other(f"/audits/{audit_id}/marked")


@router.post("/{what_if_id}/take-away")
def take_away(audit_id: Id, what_if_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    """Has the corpus without the documents made, and goes to where it will be."""
    found = service.take_away(database, queue, audit_id, what_if_id)
    return see_other(f"/audits/{audit_id}/rewritings/{found}")


@router.post("/{what_if_id}/delete")
def delete(audit_id: Id, what_if_id: Id, database: CurrentDatabase) -> Response:
    with database.session() as session:
        what_ifs.remove(session, audit_id, what_if_id)
    return see_other(f"/audits/{audit_id}/what-ifs")


def _render_form(
    request: Request, audit_id: int, database: CurrentDatabase, form: dict[str, str], error: AuditError | None
) -> Response:
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        everything = service.all_tried(session, audit_id)
        marked = marks.count(session, audit_id)
    return render(
        request,
        "what_ifs/list.html",
        status_code=error.status if error else 200,
        audit=audit,
        everything=everything,
        marked=marked,
        form=DEFAULTS | {"source": "marked" if marked else "strongest"} | form,
        error=error,
        largest_weight=LARGEST_WEIGHT,
        choices=[(probe.name, probe.name) for probe in audit.probes if probe.measured],
    )
