"""The pages of checks by retraining: new, progress and result in one, a set's documents, and the table as CSV."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from skipgram_audit.model.check_plan import KEEPING_VECTORS, PLANS, SET_KINDS, CheckPlan
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.id_lists import parse_ids, write_id_list
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.check_figure import check_figure
from skipgram_audit.report.check_sentences import comparison_sentence, dropped_sentence, plan_sentence, set_measures
from skipgram_audit.report.check_verdict import verdict
from skipgram_audit.report.vector_files import kept_actions
from skipgram_audit.store import audits, check_sets, checks, jobs, marks
from skipgram_audit.store.models import AuditRow, JobKind
from skipgram_audit_web.addresses import Count, Id
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.common.plan_forms import measured_probes, told_cost
from skipgram_audit_web.features.checks import forms, service
from skipgram_audit_web.features.checks.results import load_results, sets_csv
from skipgram_audit_web.features.checks.without import scores_without
from skipgram_audit_web.web import (
    CurrentDatabase,
    CurrentQueue,
    CurrentSettings,
    SentForm,
    attachment,
    render,
    see_other,
)

router = APIRouter(prefix="/audits/{audit_id}/checks", include_in_schema=False)

DOCUMENTS_A_PAGE = 100


@router.get("/new")
def new_check(request: Request, audit_id: Id, database: CurrentDatabase) -> Response:
    """The form of one plan, with what it costs; further parameters of the address fill it in."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        return _render_form(
            request, session, audit, forms.read_form(audit, request.query_params), marks.count(session, audit_id)
        )


@router.post("")
def create_check(
    request: Request, audit_id: Id, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm
) -> Response:
    """Starts the check, or shows the form again with what is wrong."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        form = forms.read_form(audit, sent)
        marked = marks.count(session, audit_id)
        plan = forms.read_plan(form)
        if plan is None:
            return _render_form(request, session, audit, form, marked, status_code=422)
    try:
        if plan.plan == "turning":
            keep = parse_ids(form.values["keep"])
            plan = service.with_kept(
                database, audit_id, plan, forms.sources(form), keep, form.values["keep_marked"] == "on"
            )
        check_id = service.start(database, queue, audit_id, plan)
    except AuditError as error:
        with database.session() as session:
            audit = audits.get(session, audit_id)
            return _render_form(request, session, audit, form, marked, error, error.status)
    return see_other(f"/audits/{audit_id}/checks/{check_id}")


@router.post("/cost")
def tell_cost(audit_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """What the check of this form would cost, in words; for the form's script."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        return JSONResponse({"text": _cost_text(session, audit, forms.read_form(audit, sent))})


def _cost_text(session: Session, audit: AuditRow, form: forms.CheckForm) -> str:
    return told_cost(form, forms.read_plan(form), partial(service.cost_text, session, audit))


def _render_form(
    request: Request,
    session: Session,
    audit: AuditRow,
    form: forms.CheckForm,
    marked: int,
    error: AuditError | None = None,
    status_code: int = 200,
) -> Response:
    cost = _cost_text(session, audit, form) if not form.errors else ""
    usual = forms.usual_seeds(audit, form)
    return render(
        request,
        "checks/new.html",
        status_code=status_code,
        audit=audit,
        form=form,
        error=error,
        plans=PLANS.values(),
        marked=marked,
        keeping_vectors=KEEPING_VECTORS,
        vectors_size=service.vectors_size(audit, len(form.numbers("seeds") or usual)),
        supports_reranking=forms.can_rank_again(audit),
        cost=cost,
        choices=[(name, name) for name in measured_probes(audit)],
        usual_seeds=", ".join(map(str, usual)),
    )


@router.get("/{check_id}")
def show_check(
    request: Request,
    audit_id: Id,
    check_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: str | None = None,
) -> Response:
    """Progress while it runs, and what is known of one probe: at the end whether the predictions hold."""
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        job = jobs.latest(session, JobKind.CHECK, check_id)
        results = load_results(session, check, probe)
        singles = check_sets.single_documents(session, check.audit.corpus_id, check_id)
        without = scores_without(session, check)
        first_set = next(iter(results.rows), None) if results.plan.plan in ("chosen", "turning") else None
    judgement = results.judgement
    neutral = KINDS[results.kind].neutral
    shown = verdict(results.plan, judgement, neutral) if judgement else None
    lacking = results.outcome.no_controls.values() if results.outcome else ()
    dropped = results.outcome.dropped_words.get(results.probe) if results.outcome else None
    return render(
        request,
        "checks/show.html",
        audit=check.audit,
        check=check,
        job=job,
        plan=results.plan,
        description=PLANS[results.plan.plan],
        how=plan_sentence(results.plan, check.audit.settings["epochs"]),
        results=results,
        figure=check_figure(results.rows, judgement.agreement if judgement else None),
        verdict=shown,
        no_controls=[why for why in lacking if shown is None or why not in shown.sentence],
        measures=set_measures(judgement.agreement, results.plan) if judgement and judgement.agreement else [],
        comparisons=[(one, comparison_sentence(one, results.plan)) for one in judgement.comparisons]
        if judgement
        else [],
        kinds=SET_KINDS,
        singles=singles,
        without=without,
        vectors=kept_actions(service.folder_of(settings, check), results.plan.seeds),
        first_set=first_set,
        marked_limit=marks.MOST_MARKED,
        dropped=dropped_sentence(dropped) if dropped else "",
    )


@router.get("/{check_id}/sets.csv")
def download_sets(audit_id: Id, check_id: Id, database: CurrentDatabase) -> Response:
    """Every set and probe with what was predicted and found, by seed."""
    return sets_csv(database, audit_id, check_id)


@router.get("/{check_id}/sets/{number}/ids.txt")
def download_set(audit_id: Id, check_id: Id, number: Count, database: CurrentDatabase) -> Response:
    """The ids of a set as the command line takes them: one a line, or JSON where a line cannot hold an id."""
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        chosen = checks.set_of(session, check_id, number)
        unit = CheckPlan.model_validate(check.plan).unit
        text = write_id_list(check_sets.identifiers_of(session, check.audit.corpus, chosen, unit))
    name = f"audit-{audit_id}-check-{check_id}-set-{number}-ids.txt"
    return Response(
        text,
        media_type="text/plain; charset=utf-8",
        headers=attachment(name),
    )


@router.get("/{check_id}/sets/{number}")
def show_set(
    request: Request,
    audit_id: Id,
    check_id: Id,
    number: Count,
    database: CurrentDatabase,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """The documents, or the sentences, of one set."""
    with database.session() as session:
        check = checks.get(session, audit_id, check_id)
        chosen = checks.set_of(session, check_id, number)
        first = (page - 1) * DOCUMENTS_A_PAGE
        noun, audit = CheckPlan.model_validate(check.plan).noun, check.audit
        documents, sentences = [], []
        if noun == "sentence":
            sentences = check_sets.sentences_of(session, audit.corpus, chosen, first, DOCUMENTS_A_PAGE)
        else:
            documents = check_sets.documents_of(session, audit.corpus_id, chosen, first, DOCUMENTS_A_PAGE)
    pages = -(-chosen.document_count // DOCUMENTS_A_PAGE)
    return render(
        request,
        "checks/set.html",
        audit=check.audit,
        check=check,
        chosen=chosen,
        title=f"{SET_KINDS[chosen.kind]}, set {number}",
        probe=check.plan["probe"],
        noun=noun,
        documents=documents,
        marked_limit=marks.MOST_MARKED,
        sentences=sentences,
        page=page,
        pages=pages,
        description=PLANS[check.plan["plan"]],
    )


@router.post("/{check_id}/sets/{number}/mark")
def mark_set(audit_id: Id, check_id: Id, number: Count, database: CurrentDatabase) -> Response:
    """Marks the documents of a set."""
    with database.session() as session:
        service.mark_set(session, checks.get(session, audit_id, check_id), number)
    return see_other(f"/audits/{audit_id}/marked")


@router.post("/{check_id}/sets/{number}/take-away")
def take_set_away(
    audit_id: Id, check_id: Id, number: Count, database: CurrentDatabase, queue: CurrentQueue
) -> Response:
    """Has the corpus without a set made, and goes to where it will be."""
    found = service.take_away(database, queue, audit_id, check_id, number)
    return see_other(f"/audits/{audit_id}/rewritings/{found}")


@router.post("/{check_id}/cancel")
def cancel_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    part_jobs.cancel(database, queue, checks.PART, audit_id, check_id)
    return see_other(f"/audits/{audit_id}/checks/{check_id}")


@router.post("/{check_id}/train")
def train_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.train(database, queue, audit_id, check_id)
    return see_other(f"/audits/{audit_id}/checks/{check_id}")


@router.post("/{check_id}/restart")
def restart_check(audit_id: Id, check_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    part_jobs.restart(database, queue, checks.PART, audit_id, check_id)
    return see_other(f"/audits/{audit_id}/checks/{check_id}")


@router.post("/{check_id}/delete")
def delete_check(
    audit_id: Id, check_id: Id, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    service.remove(database, settings, queue, audit_id, check_id)
    return see_other(f"/audits/{audit_id}#checks")
