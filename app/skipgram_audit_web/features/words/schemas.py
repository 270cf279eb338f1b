"""What the JSON API says of an audit's words."""

from pydantic import BaseModel, Field

from skipgram_audit.store.word_tables import Neighbour, WordRow
from skipgram_audit_web.features.words.token_pairs import TokenPair
from skipgram_audit_web.web import FromRow


class WordList(BaseModel):
    """Part of the words, in the order asked for."""

    probe: str
    total: int = Field(description="Words that the search and the order leave.")
    items: list[WordRow]


class PartnerModel(FromRow):
    """A word that stands near another one."""

    word: str
    influence: float = Field(description="Of all pairs of the two, the half that counts as the first word's.")
    updates: float = Field(description="Expected updates of the pair in an epoch of training.")


class ExampleModel(BaseModel):
    """A sentence in which the word weighs most."""

    document_id: int
    title: str
    sentence: int = Field(description="Number in the document, from 1.")
    text: str


class WordDetail(BaseModel):
    """A word of the vocabulary with what surrounds it."""

    word: str
    count: int = Field(description="Tokens that were trained on.")
    influence: float = Field(description="Of all its tokens on the probe; a pair's is split between its two tokens.")
    documents: int = Field(description="That hold the word.")
    probe: str
    has_pairs: bool = Field(description="Whether the audit's estimator has influences of pairs of words.")
    amplifying: list[PartnerModel]
    mitigating: list[PartnerModel]
    neighbours: list[Neighbour]
    examples: list[ExampleModel]
    shared: dict[str, ExampleModel] = Field(
        description="By partner, a sentence in which the two stand beside each other."
    )


class TokenPairList(FromRow):
    """A token of a document and the pairs that its influence is the sum of."""

    word: str
    probe: str
    sentence: int = Field(description="Number in the document, from 1.")
    influence: float
    pairs: list[TokenPair]
    silent: int = Field(description="Partners without any influence.")
