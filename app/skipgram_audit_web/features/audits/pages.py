"""The pages of audits: list, new, progress and result."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from skipgram_audit.model.errors import AuditError, NotFound
from skipgram_audit.model.pretrained import limits
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.formatting import influence_digits
from skipgram_audit.report.overview import overview_panels
from skipgram_audit.report.verdict import clearest
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, corpora, imported_models, jobs, mitigations, ranking
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, AuditRow, JobKind, Status
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.standard_check import standard_plan
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.costs import cost_sentences, standard_check_text
from skipgram_audit_web.common.marked_texts import strongest_excerpts
from skipgram_audit_web.common.naming import NamingForm
from skipgram_audit_web.common.views import View, side_of
from skipgram_audit_web.features.audits import forms, service
from skipgram_audit_web.features.audits.again import earlier_audit
from skipgram_audit_web.features.checks.service import CheckedProbe, check_lines, checked_probes, cost_text
from skipgram_audit_web.features.reports.service import available_downloads
from skipgram_audit_web.features.rewritings.service import lines_of
from skipgram_audit_web.web import CurrentDatabase, CurrentQueue, CurrentSettings, SentForm, render, see_other

router = APIRouter(prefix="/audits", include_in_schema=False)

PREVIEW_SIZE = 3
"""Documents of each side shown on the result page."""


@router.get("")
def list_audits(
    request: Request, database: CurrentDatabase, cursor: str | None = None, corpus: int | None = None
) -> Response:
    """All audits, or those of one corpus, the newest first."""
    with database.session() as session:
        page = audits.page(session, Cursor.parse(cursor), corpus)
        running = {
            audit.id: jobs.latest(session, JobKind.AUDIT, audit.id)
            for audit in page.items
            if audit.status in jobs.ACTIVE
        }
        return render(
            request,
            "audits/list.html",
            page=page,
            jobs=running,
            verdicts=service.verdicts_of(page.items),
            checked=checked_probes(session, page.items),
        )


@router.get("/new")
def new_audit(request: Request, database: CurrentDatabase) -> Response:
    """The form, empty or filled in as an earlier audit was; with a corpus chosen it shows what of each probe that
    corpus holds."""
    return _render_form(request, database, forms.read_form(request.query_params))


@router.post("")
def create_audit(request: Request, database: CurrentDatabase, queue: CurrentQueue, sent: SentForm) -> Response:
    """Starts the audit, or shows the form again with what is wrong."""
    form = forms.read_form(sent)
    settings = forms.read_settings(form)
    if form.corpus_id is None:
        form.errors["corpus"] = "Choose a corpus."
    if not form.probe_names:
        form.errors["probes"] = "Tick at least one probe."
    if form.errors or settings is None or form.corpus_id is None:
        return _render_form(request, database, form, status_code=422)
    try:
        audit_id = service.start(
            database,
            queue,
            form.corpus_id,
            form.name,
            settings,
            form.probe_names,
            form.model_ids,
            form.standard_check,
        )
    except AuditError as error:
        return _render_form(request, database, form, error=error, status_code=error.status)
    return see_other(f"/audits/{audit_id}")


@router.post("/cost")
def tell_cost(database: CurrentDatabase, sent: SentForm) -> Response:
    """What the form as it stands would cost, in words; for the form's script."""
    with database.session() as session:
        return JSONResponse({"text": _cost_text(session, forms.read_form(sent))})


def _cost_text(session: Session, form: forms.AuditForm) -> str:
    settings = forms.read_settings(form)
    if settings is None:
        return form.problems()
    if form.corpus_id is None:
        return ""
    try:
        forecast = service.cost_of(session, form.corpus_id, settings, form.probe_names, form.model_ids)
    except AuditError as error:
        return str(error)
    told = ("" if form.probe_names else "With one probe: ") + cost_sentences(forecast, "audit")
    if form.standard_check and not form.model_ids:
        plan, check = service.standard_check_cost(session, form.corpus_id, settings, form.probe_names)
        told += f" Then the check, {standard_check_text(plan, settings.seeds, check)}"
    return told


def _render_form(
    request: Request,
    database: Database,
    form: forms.AuditForm,
    error: AuditError | None = None,
    status_code: int = 200,
) -> Response:
    with database.session() as session:
        earlier = earlier_audit(session, form.again_id) if form.again_id is not None else None
        if earlier and not form.complete:
            earlier.fill(form)
        usable = corpora.usable(session)
        if form.corpus_id is None and usable:
            form.corpus_id = usable[0].id
        corpus = next((item for item in usable if item.id == form.corpus_id), None)
        models = forms.model_choices(session, form)
        chosen_ids = [choice.model.id for choice in models if choice.checked]
        chosen_models = imported_models.pretrained_models(session, chosen_ids)
        estimators = forms.estimator_choices(form, chosen_models)
        return render(
            request,
            "audits/new.html",
            status_code=status_code,
            form=form,
            earlier=earlier,
            error=error,
            corpora=usable,
            corpus=corpus,
            choices=forms.probe_choices(session, form, corpus),
            models=models,
            limits=limits(form.values["estimator"], chosen_models) if chosen_models else [],
            estimators=estimators,
            problems=form.problems(),
            cost=_cost_text(session, form) if corpus and not form.errors else "",
        )


@router.get("/{audit_id}")
def show_audit(
    request: Request, audit_id: Id, database: CurrentDatabase, settings: CurrentSettings, probe: str | None = None
) -> Response:
    """Progress while it runs, then the result: a verdict for each probe, and all that is known of the chosen one."""
    return _render_audit(request, database, settings, audit_id, probe)


@router.post("/{audit_id}/name")
def describe_audit(
    request: Request, audit_id: Id, database: CurrentDatabase, settings: CurrentSettings, sent: SentForm
) -> Response:
    """Renames the audit and changes its note, or shows its page again with what is wrong."""
    form = NamingForm.sent(sent)
    changes = form.read()
    if changes is None:
        return _render_audit(request, database, settings, audit_id, naming=form, status_code=422)
    service.describe(database, audit_id, changes)
    return see_other(f"/audits/{audit_id}")


def _render_audit(
    request: Request,
    database: Database,
    settings: Settings,
    audit_id: int,
    probe: str | None = None,
    naming: NamingForm | None = None,
    status_code: int = 200,
) -> Response:
    with database.session() as session:
        audit = audits.get(session, audit_id)
        shared = {"audit": audit, "naming": naming or NamingForm.of(audit)}
        if audit.status != Status.DONE:
            job = jobs.latest(session, JobKind.AUDIT, audit_id)
            return render(request, "audits/progress.html", status_code=status_code, **shared, job=job)
        cards = [
            ProbeCard(audits.outcome_of(session, item), number) for number, item in enumerate(audit.probes, start=1)
        ]
        card = _chosen(cards, probe)
        checked = checked_probes(session, [audit])[audit.id]
        return render(
            request,
            "audits/show.html",
            status_code=status_code,
            **shared,
            cards=cards,
            card=card,
            **_ranking(session, audit, audit.probes[card.number - 1]),
            **_next_step(session, audit, card, checked),
            checked=checked,
            overview=overview_panels([item.outcome for item in cards]),
            downloads=available_downloads(settings, audit),
            rewriting_lines=lines_of(session, audit),
            check_lines=check_lines(session, audit),
            comparisons=mitigations.of_audit(session, audit.id),
            View=View,
        )


def _chosen(cards: Sequence[ProbeCard], name: str | None) -> ProbeCard:
    """The named probe; else the one with the strongest verdict, the first of those alike.

    Raises:
        NotFound: the audit has no such probe.
    """
    if name is None:
        return cards[clearest([card.verdict for card in cards])]
    for card in cards:
        if card.outcome.name == name:
            return card
    raise NotFound(
        f"The audit has no probe {name[:80]!r}.", f"It has {', '.join(card.outcome.name for card in cards)}."
    )


def _ranking(session: Session, audit: AuditRow, probe: AuditProbe) -> dict[str, Any]:
    """What drives a probe: its most amplifying and mitigating documents, the scale of their bars, the group of
    documents of largest influence."""
    if not probe.measured:
        return {"extremes": {}, "largest": 0.0, "group": None}
    extremes = {}
    for view in (View.AMPLIFYING, View.MITIGATING):
        ranks = ranking.document_range(probe, audit.corpus, side_of(probe, view))
        extremes[view] = list(ranking.document_page(session, probe, ranks, size=PREVIEW_SIZE).items)
    rows = [row for found in extremes.values() for row in found]
    return {
        "extremes": extremes,
        "excerpts": strongest_excerpts(session, probe, rows),
        "digits": influence_digits([row.influence for row in rows], [row.spread for row in rows]),
        "largest": ranking.largest_influence(session, probe, audit.corpus.document_count),
        "group": probe.strongest_group,
    }


def _next_step(
    session: Session, audit: AuditRow, card: ProbeCard, checked: Mapping[str, CheckedProbe]
) -> dict[str, Any]:
    """What confirms the chosen probe: the check that did, the one that is on its way, or the one to start, with what it
    costs."""
    running = next((one for one in checks.of_audit(session, audit.id) if one.status in jobs.ACTIVE), None)
    plan = None
    if card.outcome.measured and card.outcome.name not in checked and running is None:
        plan = standard_plan(audit.settings, audit.corpus.document_count, card.outcome.name)
    return {
        "running_check": running,
        "check_job": jobs.latest(session, JobKind.CHECK, running.id) if running else None,
        "standard_check": plan,
        "standard_cost": cost_text(session, audit, plan) if plan else "",
    }


@router.post("/{audit_id}/cancel")
def cancel_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.cancel(database, queue, audit_id)
    return see_other(f"/audits/{audit_id}")


@router.post("/{audit_id}/restart")
def restart_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> Response:
    service.restart(database, queue, audit_id)
    return see_other(f"/audits/{audit_id}")


@router.post("/{audit_id}/delete")
def delete_audit(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    service.remove(database, settings, audit_id)
    return see_other("/audits")
