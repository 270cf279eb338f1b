"""Rewritings of a corpus as users choose them: what happens to which words of which documents."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.text import PlainText
from skipgram_audit.model.tokens import has_word
from skipgram_audit.model.what_if import EVERYTHING_GOES
from skipgram_audit.model.word_pairs import MOST_LISTS, WordPairs

MethodName = Literal["substitute", "augment", "mask", "delete", "remove", "add"]
GrammarName = Literal["rule", "tagger"]

MOST_POSITIONS = 1_000_000
MOST_ADDED = 1_000
MOST_ADDED_CHARACTERS = 2_000_000
MOST_COPIES = 2

Place = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class MethodDescription:
    """A method in words.

    Attributes:
        name: as plans and the command line write it.
        title: a few words.
        help: what it does to the text.
        probability: with which a document is taken, where none is named.
    """

    name: MethodName
    title: str
    help: str
    probability: float


METHODS: dict[str, MethodDescription] = {
    one.name: one
    for one in (
        MethodDescription(
            "substitute",
            "Substitute: exchange the words of each pair",
            "Counterfactual data substitution. In each document that is drawn, every word of the lists is replaced by "
            "its partner. With probability 0.5 half of the documents are drawn, so both words of a pair come to stand "
            "in about the same contexts. With probability 1 all are, and the contexts are exchanged.",
            0.5,
        ),
        MethodDescription(
            "augment",
            "Augment: add a copy with the words exchanged",
            "Counterfactual data augmentation. Each document that is drawn stays, and a copy in which every word of "
            "the lists is replaced by its partner is added. The corpus grows by as much as is drawn.",
            1.0,
        ),
        MethodDescription(
            "mask",
            "Mask: leave a blank in the place of the words",
            "Each word of the lists is replaced by the mask. A mask without letters or digits is no word: the words "
            "around it become neighbours of each other.",
            1.0,
        ),
        MethodDescription(
            "delete",
            "Delete: sentences with these words go",
            "Each sentence that holds a word of the lists is deleted. A document of which nothing is left is removed.",
            1.0,
        ),
        MethodDescription(
            "remove",
            "Remove: only chosen documents or sentences go",
            "No word is rewritten. Only the documents and the single sentences that are to be removed go.",
            1.0,
        ),
        MethodDescription(
            "add",
            "Add: texts join the corpus",
            "The texts of the corpus stay as they are. New ones follow them, each a document of its own.",
            1.0,
        ),
    )
}

GRAMMARS: dict[str, str] = {
    "rule": "By the word that follows",
    "tagger": "By part of speech (HanTa)",
}


class RewritePlan(BaseModel):
    """What a rewriting does, with its word lists frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: MethodName = Field(default="substitute", description="What happens to the words of the lists.")
    lists: tuple[WordPairs, ...] = Field(default=(), max_length=MOST_LISTS, description="Whose words are rewritten.")
    probability: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="With which each document is drawn, by the seed and its id. 0.5 for substitution and 1 for the "
        "other methods when left out.",
    )
    seed: int = Field(default=1, ge=0, lt=2**63, description="Of the draw of documents.")
    grammar: GrammarName = Field(
        default="rule",
        description="How her and his are told apart where a list does so: by the word that follows, or by HanTa, a "
        "part-of-speech tagger, where it is installed.",
    )
    mask: PlainText = Field(
        default="___", min_length=1, max_length=40, description="In the place of words that are masked."
    )
    positions: tuple[Place, ...] | None = Field(
        default=None,
        max_length=MOST_POSITIONS,
        description="Places, from 0, of the documents to be rewritten in the corpus; all when left out.",
    )
    removed: tuple[Place, ...] = Field(
        default=(), max_length=MOST_POSITIONS, description="Places, from 0, of the documents that go altogether."
    )

    removed_sentences: tuple[tuple[Place, Place], ...] = Field(
        default=(),
        max_length=MOST_POSITIONS,
        description="Of the method remove alone: single sentences that go, each as the place of its document in the "
        "corpus and its own in the document, from 0.",
    )
    added: tuple[PlainText, ...] = Field(
        default=(), max_length=MOST_ADDED, description="Of the method add alone: texts that join the corpus."
    )
    copies: int = Field(
        default=0,
        ge=0,
        le=MOST_COPIES,
        description="Of the method add alone: how often each of the documents of positions is added again.",
    )
    what_if: int | None = Field(
        default=None, description="On a server: the what-if that it confirms. Nothing follows from it."
    )
    removed_why: PlainText = Field(
        default="chosen to be removed", max_length=500, description="Why these documents or sentences go."
    )

    @property
    def description(self) -> MethodDescription:
        return METHODS[self.method]

    @property
    def share(self) -> float:
        """The probability, or that of the method."""
        return self.description.probability if self.probability is None else self.probability

    @field_validator("positions", "removed")
    @classmethod
    def _in_order(cls, positions: tuple[int, ...] | None) -> tuple[int, ...] | None:
        """In the order of the corpus, each once."""
        return None if positions is None else tuple(sorted(set(positions)))

    @field_validator("removed_sentences")
    @classmethod
    def _sentences_in_order(cls, places: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """In the order of the corpus, each once."""
        return tuple(sorted(set(places)))

    @field_validator("added")
    @classmethod
    def _not_too_much(cls, added: tuple[str, ...]) -> tuple[str, ...]:
        if not all(has_word(text) for text in added):
            raise ValueError("a text that is to be added has no word")
        characters = sum(map(len, added))
        if characters > MOST_ADDED_CHARACTERS:
            raise ValueError(f"the texts have {characters:,} characters; {MOST_ADDED_CHARACTERS:,} are the most")
        return added

    @field_validator("mask")
    @classmethod
    def _one_line(cls, mask: str) -> str:
        if len(mask.splitlines()) > 1:
            raise ValueError("the mask has a line break, which would begin a document or a row in some formats")
        return mask

    def require_something(self) -> None:
        """Raises:
        InvalidInput: no words are named to be rewritten, or nothing is to be removed; or the method is none for what is
            named.
        """
        if self.method not in ("remove", "add") and not self.lists:
            raise InvalidInput("No list of word pairs was named.", "Name one or more, or give pairs of words.")
        repeats = self.method == "add" and self.copies and self.positions
        if self.method in ("remove", "add") and (self.lists or (self.positions is not None and not repeats)):
            raise InvalidInput(
                f"The method {self.method} rewrites no words, and words or documents to be rewritten were named.",
                "Leave them out, or choose another method: each can remove documents, too.",
            )
        if self.method == "add" and not (self.added or repeats):
            raise InvalidInput("Nothing was named that is to be added.", "Give a text, or name a file with one.")
        if self.method != "add" and (self.added or self.copies):
            raise InvalidInput(f"Texts were given to add, and the method {self.method} adds none.", "Choose add.")
        if self.method != "remove" and self.removed_sentences:
            raise InvalidInput(
                f"Single sentences were named that go, and the method {self.method} removes none.",
                "Choose the method remove, and rewrite the corpus that it gives.",
            )
        if self.method == "remove" and not (self.removed or self.removed_sentences):
            raise InvalidInput("No document was named that is to be removed.", "Mark some, or name their ids.")

    def require_places(self, documents: int) -> None:
        """Raises:
        InvalidInput: a place that a corpus of so many documents does not have, or nothing would be left.
        """
        of_sentences = tuple(position for position, _ in self.removed_sentences)
        for places in (self.positions or (), self.removed, of_sentences):
            if places and places[-1] >= documents:
                raise InvalidInput(
                    f"Position {places[-1]} is not in the corpus.", f"It has {documents:,} documents, from 0."
                )
        if self.positions == ():
            raise InvalidInput("No document was chosen, so nothing would be rewritten.", "Choose some, or all.")
        if len(self.removed) == documents:
            raise InvalidInput(*EVERYTHING_GOES)

    @property
    def mask_is_word(self) -> bool:
        """Whether the mask counts as a word of the texts."""
        return has_word(self.mask)


class PairCount(BaseModel):
    """How often one reason for a change applied."""

    why: str
    count: int


class Tally(BaseModel):
    """What a rewriting does to a corpus, in numbers.

    Attributes:
        documents: of the audited corpus.
        changed, removed, emptied: of these, how many are rewritten, go as the plan says, or go because nothing was left
            of them.
        copied, added: how many copies and new texts join them.
        changes: words replaced, or sentences deleted.
        undone: proposed changes that are not made.
        tokens_before, tokens_after: that are trained on, in the words of the audit.
        changed_tokens: of those before, how many a change replaces or deletes, removed documents left out.
        pairs: reasons of changes, the most frequent first.
        found_words, missing_words: of the lists, in the vocabulary of the audit and not.
        too_rare, new_words: words that leave the vocabulary, and words that enter it; counted at the retraining, None
            before it.
        without_vector: replacements that the audit has no vector for, with their number: predictions pass over them.
    """

    documents: int = 0
    changed: int = 0
    copied: int = 0
    added: int = 0
    removed: int = 0
    emptied: int = 0
    changes: int = 0
    undone: int = 0
    tokens_before: int = 0
    tokens_after: int = 0
    changed_tokens: int = 0
    pairs: list[PairCount] = Field(default_factory=list)
    found_words: int = 0
    missing_words: list[str] = Field(default_factory=list)
    without_vector: list[PairCount] = Field(default_factory=list)
    too_rare: int | None = None
    new_words: int | None = None

    @property
    def documents_after(self) -> int:
        """Of the rewritten corpus."""
        return self.documents + self.copied + self.added - self.removed - self.emptied


class RewrittenScore(BaseModel):
    """What becomes of one probe's score.

    Attributes:
        before: by seed of the audit; empty where the probe was not measured.
        predicted: by the same seeds; empty where there is no prediction, and reason says why.
        trained_before, trained: by the seeds of the retraining, scores of the audited and of the rewritten corpus;
            empty until then, or where there is no score, and trained_reason says why.
        lost_words: of the probe, that the rewritten corpus no longer counts.
    """

    probe: str
    kind: str
    before: list[float] = Field(default_factory=list)
    predicted: list[float] = Field(default_factory=list)
    reason: str = ""
    trained_before: list[float] = Field(default_factory=list)
    trained: list[float] = Field(default_factory=list)
    trained_reason: str = ""
    lost_words: list[str] = Field(default_factory=list)


class RewriteOutcome(BaseModel):
    """What a rewriting was found to do.

    Attributes:
        seeds: of the audit, whose order ``before`` and ``predicted`` follow.
        trained_seeds: of the retraining.
    """

    tally: Tally = Field(default_factory=Tally)
    scores: list[RewrittenScore] = Field(default_factory=list)
    seeds: list[int] = Field(default_factory=list)
    trained_seeds: list[int] = Field(default_factory=list)


class Derivation(BaseModel):
    """How a corpus was made from its parent.

    Attributes:
        plan, undone: what happened to the documents of the parent; see RewritePlan.
        audit: the name of the audit that it was decided by; empty without one.
        audit_id, rewriting_id: on the server where it was made; None without one. They may be deleted: see
            skipgram_audit.store.corpora.maker_of.
        parent, parent_sha256: name of the parent, and the SHA-256 of its content.
    """

    plan: RewritePlan
    undone: dict[str, list[int]] = Field(default_factory=dict)
    audit: str = ""
    audit_id: int | None = None
    rewriting_id: int | None = None
    parent: str = ""
    parent_sha256: str = ""
