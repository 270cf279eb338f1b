"""The JSON API of probes. The body of a probe has the same fields as a probe file."""

from fastapi import APIRouter
from starlette.responses import Response

from skipgram_audit.model.name_and_note import NewNote
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.store import corpora, probes
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.features.probes.schemas import CoverageBody, ProbeBody, ProbeList, SetCoverageBody
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase

router = APIRouter(prefix="/api/v1/probes", tags=["probes"], responses=ERROR_RESPONSES)


@router.get("")
def list_probes(database: CurrentDatabase) -> ProbeList:
    """Your own probes by name, then the built-in ones."""
    with database.session() as session:
        return ProbeList(probes=[ProbeBody.of(probe) for probe in probes.list_all(session)])


@router.post("", status_code=201)
def create(definition: ProbeDefinition, database: CurrentDatabase, response: Response) -> ProbeBody:
    """Stores a probe under a name that is free."""
    with database.session() as session:
        body = ProbeBody.of(probes.create(session, definition))
    response.headers["location"] = f"/api/v1/probes/{body.id}"
    return body


@router.get("/{probe_id}")
def show(probe_id: Id, database: CurrentDatabase) -> ProbeBody:
    """One probe."""
    with database.session() as session:
        return ProbeBody.of(probes.get(session, probe_id))


@router.put("/{probe_id}")
def update(probe_id: Id, definition: ProbeDefinition, database: CurrentDatabase) -> ProbeBody:
    """Replaces one of your own probes; audits keep the definition that they were started with."""
    with database.session() as session:
        return ProbeBody.of(probes.update(session, probe_id, definition))


@router.patch("/{probe_id}")
def change_note(probe_id: Id, changes: NewNote, database: CurrentDatabase) -> ProbeBody:
    """Changes the note on a probe, of a built-in one, too."""
    with database.session() as session:
        probe = probes.get(session, probe_id)
        probe.note = changes.note
        return ProbeBody.of(probe)


@router.delete("/{probe_id}", status_code=204)
def delete(probe_id: Id, database: CurrentDatabase) -> None:
    """Deletes one of your own probes; audits keep the definition that they were started with."""
    with database.session() as session:
        probes.delete(session, probe_id)


@router.get("/{probe_id}/coverage")
def coverage(probe_id: Id, corpus: Id, database: CurrentDatabase, casefold: bool = True) -> CoverageBody:
    """How often each word of a probe occurs in a corpus; with case folding, He and he count together."""
    with database.session() as session:
        probe = probes.get(session, probe_id)
        chosen = corpora.require_read(corpora.get(session, corpus))
        definition = probes.definition_of(probe)
        sets = probes.coverage(session, definition, chosen, casefold)
    return CoverageBody(
        probe=probe.name,
        corpus_id=corpus,
        casefold=casefold,
        sets=[SetCoverageBody.model_validate(item) for item in sets],
        lacking=probes.too_few(definition, sets),
    )
