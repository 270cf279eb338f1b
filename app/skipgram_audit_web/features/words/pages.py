"""The pages of an audit's words: the list, and one word with its partners, neighbours and examples."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from skipgram_audit.model.errors import NotFound
from skipgram_audit.store import ranking
from skipgram_audit.store.word_tables import WordOrder, WordTables
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.views import direction, of_probe
from skipgram_audit_web.features.words import service
from skipgram_audit_web.features.words.token_pairs import read_token
from skipgram_audit_web.web import CurrentDatabase, CurrentSettings, render

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)

WORDS_A_PAGE = 100
MOST_LEFT_OUT = 10_000

SearchText = Annotated[str, Query(max_length=200)]


@router.get("/words")
def list_words(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: str | None = None,
    order: WordOrder = WordOrder.STRENGTH,
    search: SearchText = "",
    own: bool = False,
    left_out: Annotated[int, Query(ge=0, le=MOST_LEFT_OUT)] = 0,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """The words whose tokens push a score, the strongest first; or what to do where there are no tables."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        try:
            tables = WordTables.of_audit(settings, audit)
        except NotFound as error:
            return render(request, "words/none.html", audit=audit, probe=chosen, error=error)
        probe_words = service.probe_words(session, chosen)
        numbers = tables.ordered(chosen.name, order, direction(chosen), search.strip(), left_out)
        if own:
            numbers = numbers[[tables.words[number] in probe_words for number in numbers.tolist()]]
        rows = tables.rows(chosen.name, numbers[(page - 1) * WORDS_A_PAGE : page * WORDS_A_PAGE])
        return render(
            request,
            "words/list.html",
            **of_probe(audit, chosen),
            order=order,
            orders=list(WordOrder),
            search=search.strip(),
            rows=rows,
            total=len(numbers),
            vocabulary=len(tables.words),
            own=own,
            left_out=left_out,
            probe_words=probe_words,
            page=page,
            pages=-(-len(numbers) // WORDS_A_PAGE),
            largest=max((abs(row.influence) for row in rows), default=0.0),
        )


@router.get("/word")
def show_word(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    word: Annotated[str, Query(min_length=1, max_length=500)],
    probe: str | None = None,
) -> Response:
    """What a word does to a score: through which words, in which sentences; and which words its vector is near."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        tables = WordTables.of_audit(settings, audit)
        found = service.read_word(session, audit, chosen, tables, word)
        return render(
            request,
            "words/show.html",
            **of_probe(audit, chosen),
            found=found,
            influences_by_probe=[
                (one, float(tables.influence(one.name)[found.number]), direction(one))
                for one in audit.probes
                if one.measured
            ],
        )


@router.get("/documents/{document_id}/tokens/{start}")
def show_token(
    request: Request,
    audit_id: Id,
    document_id: DocumentId,
    start: Annotated[int, Path(ge=0, le=2**31)],
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: str | None = None,
) -> Response:
    """The pairs behind a word of a document, by the code point where it begins."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        tables = WordTables.of_audit(settings, audit)
        return render(
            request,
            "words/token.html",
            **of_probe(audit, chosen),
            document=ranking.document_of(session, audit, document_id),
            found=read_token(session, audit, chosen, tables, document_id, start),
        )
