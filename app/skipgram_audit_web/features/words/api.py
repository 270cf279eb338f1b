"""The JSON API of an audit's words."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from skipgram_audit.store.word_tables import WordOrder, WordTables
from skipgram_audit_web.addresses import LARGEST_INTEGER, Count, DocumentId, Id
from skipgram_audit_web.common.query_parameters import ProbeName
from skipgram_audit_web.common.views import direction
from skipgram_audit_web.features.audits.service import measured_probe
from skipgram_audit_web.features.words import service
from skipgram_audit_web.features.words.token_pairs import read_token
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentSettings, FromRow

router = APIRouter(prefix="/api/v1/audits/{audit_id}/words", tags=["words"], responses=ERROR_RESPONSES)
tokens_router = APIRouter(
    prefix="/api/v1/audits/{audit_id}/documents/{document_id}/tokens/{start}", tags=["words"], responses=ERROR_RESPONSES
)


class WordModel(FromRow):
    """A word of the vocabulary."""

    word: str
    count: int = Field(description="Tokens that were trained on.")
    influence: float = Field(description="Of all its tokens on the probe; a pair's is split between its two tokens.")


class WordList(BaseModel):
    """Part of the words, in the order asked for."""

    probe: str
    total: int = Field(description="Words that the search and the order leave.")
    items: list[WordModel]


class PartnerModel(FromRow):
    """A word that stands near another one."""

    word: str
    influence: float = Field(description="Of all pairs of the two, the half that counts as the first word's.")
    updates: float = Field(description="Expected updates of the pair in an epoch of training.")


class NeighbourModel(FromRow):
    """A word of a similar vector."""

    word: str
    cosine: float = Field(description="Mean over seeds.")
    lowest: float
    highest: float


class ExampleModel(FromRow):
    """A sentence in which the word weighs most."""

    document_id: int
    title: str
    sentence: int = Field(description="Number in the document, from 1.")
    text: str


class WordDetail(WordModel):
    """A word with what surrounds it."""

    documents: int = Field(description="That hold the word.")
    probe: str
    has_pairs: bool = Field(description="Whether the audit's estimator has influences of pairs of words.")
    amplifying: list[PartnerModel]
    mitigating: list[PartnerModel]
    neighbours: list[NeighbourModel]
    examples: list[ExampleModel]
    shared: dict[str, ExampleModel] = Field(
        description="By partner, a sentence in which the two stand beside each other."
    )


class TokenPairModel(FromRow):
    """A partner of a token."""

    word: str
    distance: int = Field(description="In words of the vocabulary; below zero: before the token.")
    updates: float = Field(description="Expected updates of the two tokens in an epoch of training.")
    influence: float = Field(description="The token's half of the pair's, that of noise words included.")


class TokenPairList(FromRow):
    """A token of a document and the pairs that its influence is the sum of."""

    word: str
    probe: str
    sentence: int = Field(description="Number in the document, from 1.")
    influence: float
    pairs: list[TokenPairModel]
    silent: int = Field(description="Partners without any influence.")


@router.get("")
def list_words(
    audit_id: Id,
    database: CurrentDatabase,
    settings: CurrentSettings,
    probe: ProbeName = None,
    order: WordOrder = WordOrder.STRENGTH,
    search: Annotated[str, Query(max_length=200, description="Part of the word.")] = "",
    offset: Annotated[Count, Query()] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> WordList:
    """Words by the influence of their tokens."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        tables = WordTables.of_audit(settings, audit)
        numbers = tables.ordered(chosen.name, order, direction(chosen), search)
        rows = tables.rows(chosen.name, numbers[offset : offset + limit])
        items = [WordModel.model_validate(row) for row in rows]
        return WordList(probe=chosen.name, total=len(numbers), items=items)


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
