"""The pages of rewritings: new, progress and result in one, the changes, and corpora and files made of them."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.mitigation.english import tagger_is_there
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.rewriting import GRAMMARS, METHODS, MOST_ADDED_CHARACTERS, RewritePlan
from skipgram_audit.model.seeds import usual_seeds
from skipgram_audit.model.word_pairs import MAXIMUM_LIST_BYTES
from skipgram_audit.report.rewrite_sentences import how_sentence, notes, score_rows, score_sentence, summary_sentence
from skipgram_audit.report.vector_files import AFTER, BEFORE
from skipgram_audit.store import audits, corpora, jobs, marks, rewritings
from skipgram_audit.store.models import AuditRow, JobKind
from skipgram_audit_web.addresses import LARGEST_INTEGER, Id
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.common.plan_forms import measured_probes
from skipgram_audit_web.common.sent_files import sent_file
from skipgram_audit_web.features.rewritings import files, forms, service
from skipgram_audit_web.features.rewritings.service import DOCUMENTS_A_PAGE
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, SentForm, render, see_other

router = APIRouter(prefix="/audits/{audit_id}/rewritings", include_in_schema=False)
corpora_router = APIRouter(prefix="/corpora/{corpus_id}", include_in_schema=False)

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/new")
def new_rewriting(request: Request, audit_id: Id, database: CurrentDatabase) -> Response:
    """The form; parameters of the address fill it in."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        marked = marks.count(session, audit_id)
        return _render_form(request, audit, forms.read_form(audit, request.query_params, marked), marked)


@router.post("")
def create_rewriting(
    request: Request, audit_id: Id, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm
) -> Response:
    """Starts the rewriting, or shows the form again with what is wrong."""
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        marked = marks.count(session, audit_id)
        form = forms.read_form(audit, sent, marked)
        try:
            file = sent_file(sent, "pairs_file", MAXIMUM_LIST_BYTES)
            added = sent_file(sent, "added_file", 4 * MOST_ADDED_CHARACTERS)
        except AuditError as error:
            return _render_form(request, audit, form, marked, error, error.status)
        read = forms.read_plan(session, audit, form, file, added)
        if read is None:
            return _render_form(request, audit, form, marked, status_code=422)
    plan, seeds = read
    try:
        rewriting_id = service.start(database, queue, audit_id, plan, seeds)
    except AuditError as error:
        with database.session() as session:
            return _render_form(request, audits.get(session, audit_id), form, marked, error, error.status)
    return see_other(f"/audits/{audit_id}/rewritings/{rewriting_id}")


def _render_form(
    request: Request,
    audit: AuditRow,
    form: forms.RewriteForm,
    marked: int,
    error: AuditError | None = None,
    status_code: int = 200,
) -> Response:
    return render(
        request,
        "rewritings/new.html",
        status_code=status_code,
        audit=audit,
        form=form,
        error=error,
        methods=METHODS.values(),
        lists=forms.offered_lists(),
        editable=forms.EDITABLE,
        grammars=GRAMMARS.items() if tagger_is_there() else [("rule", GRAMMARS["rule"])],
        marked=marked,
        probes=[(name, name) for name in measured_probes(audit)],
    )


@router.get("/{rewriting_id}")
def show_rewriting(
    request: Request, audit_id: Id, rewriting_id: Id, database: CurrentDatabase, page: PageNumber = 1
) -> Response:
    """Progress while it runs; then what changes, what becomes of every score, and the changes word by word."""
    with database.session() as session:
        return _render_rewriting(request, session, audit_id, rewriting_id, page)


def _render_rewriting(request: Request, session: Session, audit_id: int, rewriting_id: int, page: int) -> Response:
    row = rewritings.get(session, audit_id, rewriting_id)
    plan, outcome = RewritePlan.model_validate(row.plan), service.outcome_of(row)
    total = len(rewritings.changed_positions(row))
    rows = score_rows(outcome) if outcome else []
    seeds = (len(outcome.seeds), len(outcome.trained_seeds)) if outcome else (0, 0)
    return render(
        request,
        "rewritings/show.html",
        audit=row.audit,
        rewriting=row,
        plan=plan,
        outcome=outcome,
        job=jobs.latest(session, JobKind.REWRITE, rewriting_id),
        how=how_sentence(plan),
        summary=summary_sentence(plan, outcome.tally) if outcome else "",
        notes=notes(plan, outcome.tally) if outcome else [],
        rows=rows,
        sentences=[score_sentence(one, *seeds) for one in rows],
        trained=seeds[1],
        vectors=[(when, seed) for seed in (outcome.trained_seeds if outcome else ()) for when in (BEFORE, AFTER)],
        current=rewritings.is_current(row),
        documents=service.changes_of(session, row, (page - 1) * DOCUMENTS_A_PAGE, DOCUMENTS_A_PAGE),
        total=total,
        page=page,
        pages=-(-total // DOCUMENTS_A_PAGE),
        made=corpora.made_by(session, row),
        file_notes=files.derived_of_rewriting(session, audit_id, rewriting_id).form.notes
        if row.status == "done"
        else [],
    )


@router.post("/{rewriting_id}/undo")
def undo_change(
    audit_id: Id,
    rewriting_id: Id,
    database: CurrentDatabase,
    queue: CurrentQueue,
    document: Annotated[int, Form(ge=1, le=LARGEST_INTEGER)],
    action: Annotated[str, Form(max_length=10)],
    start: Annotated[int | None, Form(ge=0, le=LARGEST_INTEGER)] = None,
    page: Annotated[int, Form(ge=1, le=1_000_000)] = 1,
) -> Response:
    """Undoes a change, or all of a document; or makes them after all."""
    service.undo(database, queue, audit_id, rewriting_id, document, start, action != "redo")
    return see_other(f"/audits/{audit_id}/rewritings/{rewriting_id}?page={page}#document-{document}")


@router.post("/{rewriting_id}/run")
def run_rewriting(
    audit_id: Id,
    rewriting_id: Id,
    database: CurrentDatabase,
    queue: CurrentQueue,
    retrain: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Predicts with the changes as they are now; with retrain, trains by the audit's seeds and others, too."""
    with database.session() as session:
        seeds = usual_seeds(audits.get(session, audit_id).settings["seeds"]) if retrain else []
    service.run_again(database, queue, audit_id, rewriting_id, seeds)
    return see_other(f"/audits/{audit_id}/rewritings/{rewriting_id}")


@router.post("/{rewriting_id}/cancel")
def cancel_rewriting(audit_id: Id, rewriting_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    part_jobs.cancel(database, queue, rewritings.PART, audit_id, rewriting_id)
    return see_other(f"/audits/{audit_id}/rewritings/{rewriting_id}")


@router.post("/{rewriting_id}/corpus")
def make_corpus(
    audit_id: Id,
    rewriting_id: Id,
    database: CurrentDatabase,
    queue: CurrentQueue,
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Makes a corpus of the rewritten documents."""
    return see_other(f"/corpora/{service.make_corpus(database, queue, audit_id, rewriting_id, name)}")


@router.post("/{rewriting_id}/delete")
def delete_rewriting(
    audit_id: Id, rewriting_id: Id, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    service.remove(database, settings, queue, audit_id, rewriting_id)
    return see_other(f"/audits/{audit_id}#rewritings")


@corpora_router.post("/without-near-duplicates")
def make_without_near_duplicates(corpus_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    """Makes a corpus with the first document of each group of near-duplicates only."""
    return see_other(f"/corpora/{service.make_without_duplicates(database, queue, corpus_id)}")
