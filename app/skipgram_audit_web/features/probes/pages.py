"""The pages of probes: list, view with coverage, create, copy, edit, delete, and the probe file."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.kind_description import FEWEST_OCCURRENCES
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import MAXIMUM_PROBE_BYTES, never_found_because, parse_probe_file, probe_as_toml
from skipgram_audit.store import corpora, probes
from skipgram_audit.store.database import Database
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.naming import NoteForm
from skipgram_audit_web.features.probes.forms import ProbeForm
from skipgram_audit_web.web import CurrentDatabase, SentForm, attachment, render, see_other

router = APIRouter(prefix="/probes", include_in_schema=False)


@router.get("")
def list_probes(request: Request, database: CurrentDatabase) -> Response:
    """The user's own probes and the built-in ones."""
    with database.session() as session:
        rows = [(probe, probes.definition_of(probe)) for probe in probes.list_all(session)]
    return render(
        request,
        "probes/list.html",
        own=[row for row in rows if not row[0].built_in],
        built_in=[row for row in rows if row[0].built_in],
    )


@router.get("/new")
def new_probe(request: Request, database: CurrentDatabase, copy: Id | None = None) -> Response:
    """An empty form, or one filled with another probe."""
    form = ProbeForm()
    if copy is not None:
        with database.session() as session:
            form = ProbeForm.of(probes.definition_of(probes.get(session, copy)))
            form.name = probes.free_name(session, f"{form.name} copy")
    return _render_form(request, form, "/probes", "New probe")


@router.post("")
def create_probe(request: Request, database: CurrentDatabase, sent: SentForm) -> Response:
    form = ProbeForm.sent(sent)
    definition = form.read()
    if definition is not None:
        try:
            with database.session() as session:
                probe_id = probes.create(session, definition).id
            return see_other(f"/probes/{probe_id}")
        except AuditError as error:
            form.errors["name"] = str(error)
    return _render_form(request, form, "/probes", "New probe", status_code=422)


@router.get("/form")
def show_form_again() -> Response:
    """Where a browser goes that loads the address again at which a kind was changed."""
    return see_other("/probes/new")


@router.post("/form")
def change_kind(request: Request, sent: SentForm) -> Response:
    """The form of a new probe again, with the word lists of another kind; nothing is stored."""
    return _render_form(request, ProbeForm.sent(sent), "/probes", "New probe")


@router.get("/upload")
def upload_form(request: Request) -> Response:
    return render(request, "probes/upload.html", error=None)


@router.post("/upload")
def upload_probe(request: Request, database: CurrentDatabase, file: Annotated[UploadFile, File()]) -> Response:
    """Stores the probe of a TOML or JSON file."""
    try:
        content = file.file.read(MAXIMUM_PROBE_BYTES + 1)
        definition = parse_probe_file(content, file.filename or "The file")
        with database.session() as session:
            probe_id = probes.create(session, definition).id
    except AuditError as error:
        return render(request, "probes/upload.html", status_code=error.status, error=error)
    return see_other(f"/probes/{probe_id}")


@router.get("/{probe_id}")
def show_probe(
    request: Request, probe_id: Id, database: CurrentDatabase, corpus: Id | None = None, casefold: bool = False
) -> Response:
    """The word lists; with a corpus chosen, each word with how often it occurs there.

    Args:
        casefold: count He and he together; a page without a chosen corpus offers it ticked.
    """
    return _render_probe(request, database, probe_id, corpus, casefold)


@router.post("/{probe_id}/note")
def note_probe(request: Request, probe_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """Changes the note, of a built-in probe, too; or shows the page again with what is wrong."""
    form = NoteForm.sent(sent)
    note = form.read()
    if note is None:
        return _render_probe(request, database, probe_id, form=form, status_code=422)
    with database.session() as session:
        probes.get(session, probe_id).note = note
    return see_other(f"/probes/{probe_id}")


def _render_probe(
    request: Request,
    database: Database,
    probe_id: int,
    corpus: int | None = None,
    casefold: bool = False,
    form: NoteForm | None = None,
    status_code: int = 200,
) -> Response:
    with database.session() as session:
        probe = probes.get(session, probe_id)
        definition = probes.definition_of(probe)
        chosen = corpora.require_read(corpora.get(session, corpus)) if corpus is not None else None
        coverage = probes.coverage(session, definition, chosen, casefold) if chosen else None
        return render(
            request,
            "probes/show.html",
            status_code=status_code,
            note_form=form or NoteForm(probe.note),
            probe=probe,
            definition=definition,
            corpora=corpora.usable(session),
            corpus=chosen,
            casefold=casefold or chosen is None,
            coverage=coverage,
            pairs=probes.pairs_found(definition, coverage) if coverage else None,
            never_found_because=never_found_because,
            lacking=probes.too_few(definition, coverage) if coverage else [],
            fewest_occurrences=FEWEST_OCCURRENCES,
        )


@router.get("/{probe_id}/probe.toml")
def download_probe(probe_id: Id, database: CurrentDatabase) -> Response:
    """The probe as a probe file, for the command line or for somebody else."""
    with database.session() as session:
        probe = probes.get(session, probe_id)
        text = probe_as_toml(probes.definition_of(probe))
        name = f"{probe.name}.toml"
    return Response(text, media_type="application/toml", headers=attachment(name))


@router.get("/{probe_id}/edit")
def edit_probe(request: Request, probe_id: Id, database: CurrentDatabase) -> Response:
    with database.session() as session:
        probe = probes.require_own(session, probe_id)
        form = ProbeForm.of(probes.definition_of(probe))
    return _render_form(request, form, f"/probes/{probe_id}", f"Edit {probe.name}")


@router.post("/{probe_id}")
def update_probe(request: Request, probe_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    form = ProbeForm.sent(sent)
    with database.session() as session:
        title = f"Edit {probes.require_own(session, probe_id).name}"
    definition = form.read()
    if definition is not None:
        try:
            with database.session() as session:
                probes.update(session, probe_id, definition)
            return see_other(f"/probes/{probe_id}")
        except AuditError as error:
            form.errors["name"] = str(error)
    return _render_form(request, form, f"/probes/{probe_id}", title, status_code=422)


@router.post("/{probe_id}/form")
def change_kind_of_own(request: Request, probe_id: Id, database: CurrentDatabase, sent: SentForm) -> Response:
    """The same while a probe is edited."""
    with database.session() as session:
        title = f"Edit {probes.require_own(session, probe_id).name}"
    return _render_form(request, ProbeForm.sent(sent), f"/probes/{probe_id}", title)


@router.post("/{probe_id}/delete")
def delete_probe(probe_id: Id, database: CurrentDatabase) -> Response:
    with database.session() as session:
        probes.delete(session, probe_id)
    return see_other("/probes")


def _render_form(request: Request, form: ProbeForm, action: str, title: str, status_code: int = 200) -> Response:
    return render(
        request,
        "probes/form.html",
        status_code=status_code,
        form=form,
        kinds=KINDS.values(),
        action=action,
        title=title,
    )
