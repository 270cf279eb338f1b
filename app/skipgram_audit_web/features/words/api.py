"""The JSON API of an audit's words."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from skipgram_audit.store.word_tables import WordOrder, WordTables
from skipgram_audit_web.addresses import LARGEST_INTEGER, Count, DocumentId, Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.query_parameters import ProbeName
from skipgram_audit_web.common.views import direction
from skipgram_audit_web.features.words import service
from skipgram_audit_web.features.words.schemas import TokenPairList, WordDetail, WordList
from skipgram_audit_web.features.words.token_pairs import read_token
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings

router = APIRouter(prefix="/api/v1/audits/{audit_id}/words", tags=["words"], responses=ERROR_RESPONSES)
tokens_router = APIRouter(
    prefix="/api/v1/audits/{audit_id}/documents/{document_id}/tokens/{start}", tags=["words"], responses=ERROR_RESPONSES
)


@router.get("")
def list_words(
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: ProbeName = None,
    order: WordOrder = WordOrder.STRENGTH,
    search: Annotated[str, Query(max_length=200, description="Part of the word.")] = "",
    left_out: Annotated[int, Query(ge=0, le=10_000, description="So many of the most frequent words.")] = 0,
    offset: Annotated[Count, Query()] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> WordList:
    """Words by the influence of their tokens."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        tables = WordTables.of_audit(settings, audit)
        numbers = tables.ordered(chosen.name, order, direction(chosen), search, left_out)
        rows = tables.rows(chosen.name, numbers[offset : offset + limit])
        return WordList(probe=chosen.name, total=len(numbers), items=rows)


@router.get("/{word:path}")
def get_word(
    audit_id: Id, word: str, database: CurrentDatabase, settings: CurrentSettings, probe: ProbeName = None
) -> WordDetail:
    """One word: the partners through which the corpus pushes the score, its neighbours, and examples."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        found = service.read_word(session, audit, chosen, WordTables.of_audit(settings, audit), word)
        return WordDetail.model_validate(found, from_attributes=True)


@tokens_router.get("")
def get_token(
    audit_id: Id,
    document_id: DocumentId,
    start: Annotated[int, Path(ge=0, le=LARGEST_INTEGER, description="Code point where the token begins.")],
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: ProbeName = None,
) -> TokenPairList:
    """The pairs behind a token of a document."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        tables = WordTables.of_audit(settings, audit)
        return TokenPairList.model_validate(read_token(session, audit, chosen, tables, document_id, start))
