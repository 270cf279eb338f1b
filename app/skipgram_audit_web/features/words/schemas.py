"""What the JSON API says of an audit's words."""

from pydantic import BaseModel, Field

from skipgram_audit_web.web import FromRow


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
