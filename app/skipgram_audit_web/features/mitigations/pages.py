"""The pages of comparisons of mitigations: new, progress and result in one, and the files."""

from functools import partial

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.word_pairs import MAXIMUM_LIST_BYTES
from skipgram_audit.report.mitigation_rows import mitigation_view
from skipgram_audit.store import audits, jobs, marks, mitigations
from skipgram_audit.store.models import AuditRow, JobKind
from skipgram_audit_web.addresses import Id, Seed
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.common.plan_forms import measured_probes, told_cost
from skipgram_audit_web.common.sent_files import sent_file
from skipgram_audit_web.common.vectors import FORMATS
from skipgram_audit_web.features.mitigations import forms, service
from skipgram_audit_web.web import (
    CurrentDatabase,
    CurrentQueue,
    CurrentSettings,
    SentForm,
    render,
    see_other,
)

router = APIRouter(prefix="/audits/{audit_id}/mitigations", include_in_schema=False)


@router.get("/new")
def new_mitigations(request: Request, audit_id: Id, database: CurrentDatabase) -> Response:
    """The form, with what it costs; parameters of the address fill it in."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        return _render_form(request, session, audit, forms.read_form(audit, request.query_params))


@router.post("")
def create_mitigations(
    request: Request, audit_id: Id, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm
) -> Response:
    """Starts the comparison, or shows the form again with what is wrong."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        form = forms.read_form(audit, sent)
        try:
            file = sent_file(sent, "pairs_file", MAXIMUM_LIST_BYTES)
        except AuditError as error:
            return _render_form(request, session, audit, form, error, error.status)
        plan = forms.read_plan(form, marks.positions(session, audit_id), file)
        if plan is None:
            return _render_form(request, session, audit, form, status_code=422)
    try:
        comparison_id = service.start(database, queue, audit_id, plan)
    except AuditError as error:
        with database.session() as session:
            return _render_form(request, session, audits.get(session, audit_id), form, error, error.status)
    return see_other(f"/audits/{audit_id}/mitigations/{comparison_id}")


@router.post("/cost")
def tell_cost(audit_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """What the comparison of this form would cost, in words; for the form's script."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        return JSONResponse({"text": _cost_text(session, audit, forms.read_form(audit, sent))})


def _cost_text(session: Session, audit: AuditRow, form: forms.MitigationForm) -> str:
    plan = forms.read_plan(form, marks.positions(session, audit.id))
    return told_cost(form, plan, partial(service.cost_text, session, audit))


def _render_form(
    request: Request,
    session: Session,
    audit: AuditRow,
    form: forms.MitigationForm,
    error: AuditError | None = None,
    status_code: int = 200,
) -> Response:
    cost = _cost_text(session, audit, form) if not form.errors else ""
    marked = marks.count(session, audit.id)
    return render(
        request,
        "mitigations/new.html",
        status_code=status_code,
        audit=audit,
        form=form,
        error=error,
        methods=[METHODS[name] for name in forms.offered_methods(audit, marked)],
        marked=marked,
        can_train=forms.can_train(audit),
        concepts=forms.concepts(audit),
        cost=cost,
        choices=[(name, name) for name in measured_probes(audit)],
    )


@router.get("/{comparison_id}")
def show_mitigations(request: Request, audit_id: Id, comparison_id: Id, database: CurrentDatabase) -> Response:
    """Progress while it runs, and at the end the table."""
    with database.session() as session:
        found = mitigations.get(session, audit_id, comparison_id)
        job = jobs.latest(session, JobKind.MITIGATIONS, comparison_id)
        table = mitigations.table_of(found)
    return render(
        request,
        "mitigations/show.html",
        audit=found.audit,
        comparison=found,
        job=job,
        plan=MitigationPlan.model_validate(found.plan),
        methods=METHODS,
        table=table,
        view=mitigation_view(table) if table else None,
        formats=FORMATS,
    )


@router.get("/{comparison_id}/table.csv")
def download_table(audit_id: Id, comparison_id: Id, database: CurrentDatabase) -> Response:
    """The table as a file."""
    return service.table_response(database, audit_id, comparison_id)


@router.get("/{comparison_id}/vectors/{action}-seed-{seed}.{ending}")
def download_vectors(
    audit_id: Id,
    comparison_id: Id,
    action: str,
    seed: Seed,
    ending: str,
    database: CurrentDatabase,
    settings: CurrentSettings,
) -> Response:
    """The vectors that an action gives, in the format that the ending says."""
    form = next((name for name, one in FORMATS.items() if one == ending), ending)
    return service.vectors_response(database, settings, audit_id, comparison_id, action, seed, form)


@router.post("/{comparison_id}/cancel")
def cancel_mitigations(audit_id: Id, comparison_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    part_jobs.cancel(database, queue, mitigations.PART, audit_id, comparison_id)
    return see_other(f"/audits/{audit_id}/mitigations/{comparison_id}")


@router.post("/{comparison_id}/restart")
def restart_mitigations(audit_id: Id, comparison_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    part_jobs.restart(database, queue, mitigations.PART, audit_id, comparison_id)
    return see_other(f"/audits/{audit_id}/mitigations/{comparison_id}")


@router.post("/{comparison_id}/delete")
def delete_mitigations(
    audit_id: Id, comparison_id: Id, database: CurrentDatabase, settings: CurrentSettings
) -> Response:
    service.delete(database, settings, audit_id, comparison_id)
    return see_other(f"/audits/{audit_id}#mitigations")
