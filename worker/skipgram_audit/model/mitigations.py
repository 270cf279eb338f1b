"""Mitigations as users choose them, and the table of what each one does; all parts share these."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skipgram_audit.model.seeds import MOST_SEEDS, require_seeds, without_default
from skipgram_audit.model.text import PlainText
from skipgram_audit.model.word_pairs import MOST_LISTS, WordPairs

MethodName = Literal[
    "none", "hard", "double-hard", "inlp", "leace", "forget", "remove", "random", "chosen", "substitute", "names",
    "augment", "mask", "delete",
]  # fmt: skip
MethodKind = Literal["none", "vectors", "text"]

MOST_CHOSEN = 1_000_000
DOCUMENTS_OF_CHOSEN = "the method chosen needs documents, and no other method takes them"


@dataclass(frozen=True)
class MethodDescription:
    """A mitigation in words.

    Attributes:
        name: as plans, files and the command line write it.
        title: a few words.
        kind: ``vectors`` changes trained vectors, ``text`` changes the corpus and trains again, ``none`` is the audit.
        help: what is done.
        source: who published it; empty for our own.
        usual: whether it is compared where no methods are named.
    """

    name: MethodName
    title: str
    kind: MethodKind
    help: str
    source: str = ""
    usual: bool = True

    @property
    def trains(self) -> bool:
        """Whether it needs one training a seed."""
        return self.kind == "text"


METHODS: dict[str, MethodDescription] = {
    one.name: one
    for one in (
        MethodDescription(
            "none", "As trained", "none", "The vectors of the audit. Every other row is compared with it."
        ),
        MethodDescription(
            "hard",
            "Hard debiasing",
            "vectors",
            "Removes the direction of the concept from every word but its defining words, and sets the two words of "
            "each defining pair at equal distance from all others.",
            "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, NeurIPS",
        ),
        MethodDescription(
            "double-hard",
            "Double-hard debiasing",
            "vectors",
            "First removes the direction, among the largest of all vectors, without which the most biased words "
            "cluster least by their side; then hard debiasing.",
            "Wang, Lin, Rajani, McCann, Ordonez and Xiong 2020, ACL",
        ),
        MethodDescription(
            "inlp",
            "INLP",
            "vectors",
            "Trains a linear classifier of the concept, removes the direction that it uses, and repeats until no "
            "classifier beats chance.",
            "Ravfogel, Elazar, Gonen, Twiton and Goldberg 2020, ACL",
        ),
        MethodDescription(
            "leace",
            "LEACE",
            "vectors",
            "The smallest change of the vectors after which no linear classifier of the concept beats a constant.",
            "Belrose, Schneider-Joseph, Ravfogel, Cotterell, Raff and Biderman 2023, NeurIPS",
        ),
        MethodDescription(
            "forget",
            "Forgetting",
            "vectors",
            "Gradient steps that raise the training loss of the most amplifying sentences, chosen by influence.",
            "After Silva, Chopra and Gombolay 2022, arXiv 2012.01685",
        ),
        MethodDescription(
            "remove",
            "Remove amplifying documents",
            "text",
            "Removes the most amplifying documents, chosen by influence, and trains again on what is left.",
        ),
        MethodDescription(
            "random",
            "Remove random documents",
            "text",
            "Removes as many random documents of nearly the same length, and trains again: what any removal does.",
        ),
        MethodDescription(
            "chosen",
            "Remove chosen documents",
            "text",
            "Removes documents that were chosen, as the marked ones, and trains again on what is left.",
            usual=False,
        ),
        MethodDescription(
            "substitute",
            "Substitute words of gender",
            "text",
            "In half of the documents, drawn at random, English words for men and women change places, and the corpus "
            "is trained again.",
            "Hall Maudslay, Gonen, Cotterell and Teufel 2019, EMNLP",
        ),
        MethodDescription(
            "names",
            "Substitute names, too",
            "text",
            "The same, and first names change places with names of the other gender that are about as frequent: the "
            "names intervention.",
            "Hall Maudslay, Gonen, Cotterell and Teufel 2019, EMNLP",
        ),
        MethodDescription(
            "augment",
            "Augment words of gender",
            "text",
            "A copy of every document is added in which English words for men and women have changed places.",
            "Lu, Mardziel, Wu, Amancharla and Datta 2018, arXiv 1807.11714",
            usual=False,
        ),
        MethodDescription(
            "mask",
            "Mask words of gender",
            "text",
            "English words for men and women are left out of every document. A probe that needs them then has no "
            "score.",
            usual=False,
        ),
        MethodDescription(
            "delete",
            "Delete sentences with words of gender",
            "text",
            "Every sentence with an English word for men or women goes. A probe that needs them then has no score.",
            usual=False,
        ),
    )
}

_WITH_PAIRS = {
    "substitute": "Substitute words of {}",
    "augment": "Augment words of {}",
    "mask": "Mask words of {}",
    "delete": "Delete sentences with words of {}",
}
"""Methods that take pairs of one's own in the place of words of gender, and their titles then."""


class MitigationPlan(BaseModel):
    """What is compared: with the audit, everything that the table follows from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    probe: PlainText = Field(
        default="", max_length=200, description="Whose bias is to be mitigated; the first one when left out."
    )
    methods: list[MethodName] = Field(
        default_factory=lambda: [one.name for one in METHODS.values() if one.usual],
        min_length=1,
        description="The mitigations; the vectors as trained are always compared. Left out, all but chosen, augment, "
        "mask and delete.",
    )
    concept: PlainText = Field(
        default="",
        max_length=200,
        description="What defines the direction that methods on vectors remove: targets or attributes (the two lists "
        "of that role in the probe), or the name of a pair list. Left out, a pair list that shares three pairs with "
        "the probe, or else the targets.",
    )
    seeds: list[int] = Field(
        default=[1, 2],
        min_length=1,
        max_length=MOST_SEEDS,
        description="One training for each; those of the audit are not trained again. Left out, these, and others up "
        "to four.",
        json_schema_extra=without_default,
    )
    share: float = Field(
        default=0.02,
        gt=0,
        le=0.5,
        description="Share of the text that removal and forgetting may use, the most amplifying first.",
    )
    biased_words: int = Field(
        default=500,
        ge=10,
        le=100_000,
        description="Most biased words of either side that are clustered; a quarter of the vocabulary at most.",
    )
    draw_seed: int = Field(default=1, ge=0, lt=2**31, description="All random draws follow from it.")
    positions: list[Annotated[int, Field(ge=0)]] = Field(
        default=[],
        max_length=MOST_CHOSEN,
        description="Of the method chosen: the documents that go, by position in the corpus from 0.",
    )
    lists: list[WordPairs] = Field(
        default=[],
        max_length=MOST_LISTS,
        description="Word pairs in the place of English words of gender, for the methods that rewrite words.",
    )

    _seeds_differ = field_validator("seeds")(require_seeds)

    @field_validator("methods")
    @classmethod
    def _in_order(cls, methods: list[MethodName]) -> list[MethodName]:
        """Each once, in the order of METHODS; the vectors as trained come first."""
        return [one.name for one in METHODS.values() if one.name == "none" or one.name in methods]

    @field_validator("positions")
    @classmethod
    def _in_the_order_of_the_corpus(cls, positions: list[int]) -> list[int]:
        return sorted(set(positions))

    @model_validator(mode="after")
    def _documents_go_with_their_method(self) -> "MitigationPlan":
        if bool(self.positions) != ("chosen" in self.methods):
            raise ValueError(DOCUMENTS_OF_CHOSEN)
        return self

    def title(self, method: str) -> str:
        """Of a method, with the names of the lists that it takes here."""
        if self.lists and method in _WITH_PAIRS:
            return _WITH_PAIRS[method].format(" and ".join(one.name for one in self.lists))
        return METHODS[method].title

    def training_count(self, audited_seeds: list[int]) -> int:
        """How many trainings it needs: every method on texts by every seed, and the seeds that the audit lacks."""
        new = sum(seed not in audited_seeds for seed in self.seeds)
        return new + len(self.seeds) * sum(METHODS[name].trains for name in self.methods)


class MitigationCell(BaseModel):
    """A number of the table with its 95% interval, or why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = Field(default="", description="Why there is no value, or no interval.")
    seeds: int = Field(default=0, description="From how many seeds it is a mean.")
    covered: int | None = Field(default=None, description="Words, pairs or questions that it was measured on.")
    total: int | None = Field(default=None, description="Of how many.")


@dataclass(frozen=True)
class MitigationColumn:
    """A column of the table.

    Attributes:
        name: in files and the API.
        title: a few words.
        help: what it is, and what its interval is over.
        digits: decimals shown; percent: shown as a share of a hundred.
    """

    name: str
    title: str
    help: str
    digits: int = 3
    percent: bool = False


COLUMNS: dict[str, MitigationColumn] = {
    one.name: one
    for one in (
        MitigationColumn(
            "purity",
            "Cluster purity",
            "Share of the most biased words that k-means with two clusters puts on the side which they had before; "
            "50% is chance. Interval over seeds.",
            percent=True,
        ),
        MitigationColumn(
            "accuracy",
            "Classifier accuracy",
            "Share of the most biased words whose former side a support vector machine with a Gaussian kernel finds, "
            "trained on the other half of them; 50% is chance. Interval over seeds.",
            percent=True,
        ),
        MitigationColumn(
            "wordsim353",
            "WordSim-353",
            "Rank correlation of cosines with people's judgements of relatedness. Interval over word pairs.",
        ),
        MitigationColumn(
            "simlex999",
            "SimLex-999",
            "Rank correlation of cosines with people's judgements of similarity. Interval over word pairs.",
        ),
        MitigationColumn(
            "analogies",
            "Google analogies",
            "Share of the questions “a is to b as c is to ?” answered right by b − a + c, among the 30,000 most "
            "frequent words. Interval over questions.",
            percent=True,
        ),
        MitigationColumn(
            "neighbours",
            "Neighbours kept",
            "Share of its ten nearest words that a word keeps, mean of up to 1,000 random words. Interval over seeds.",
            percent=True,
        ),
        MitigationColumn("words_lost", "Words lost", "Words of the vocabulary that have no vector any more.", digits=0),
        MitigationColumn(
            "text_share",
            "Text changed",
            "Share of the words trained on that were removed, changed or added.",
            percent=True,
        ),
        MitigationColumn("seconds", "Seconds", "For one seed, the choice of the texts left out.", digits=1),
    )
}


class MitigationRow(BaseModel):
    """One action."""

    action: str = Field(description="Name of the method.")
    title: str
    kind: MethodKind
    detail: str = Field(default="", description="What it did here, a few words.")
    reason: str = Field(default="", description="Why it could not be carried out.")
    scores: dict[str, MitigationCell] = Field(default={}, description="Probe -> score, with its interval over seeds.")
    changes: dict[str, MitigationCell] = Field(
        default={},
        description="Probe -> score less that of the vectors as trained, each seed with itself; interval over seeds.",
    )
    by_seed: dict[str, dict[int, float]] = Field(default={}, description="Probe -> seed -> score.")
    cells: dict[str, MitigationCell] = Field(default={}, description="Column -> number; see the columns.")


class MitigationTable(BaseModel):
    """Every action on one audit."""

    plan: MitigationPlan
    probes: list[str]
    kinds: dict[str, str] = Field(description="Probe -> its kind.")
    concept: str = Field(description="What the removed direction is defined by.")
    vocabulary: int
    seed_neighbours: float | None = Field(
        default=None, description="Share of ten nearest words that two seeds of the audit have in common."
    )
    seed_purity: float | None = Field(
        default=None,
        description="Cluster purity of one seed's most biased words in the vectors of another seed of the audit: what "
        "any other training gives.",
    )
    rows: list[MitigationRow]

    def row(self, action: str) -> MitigationRow | None:
        """The row of an action; None where it was not asked for."""
        return next((one for one in self.rows if one.action == action), None)


class TestResult(BaseModel):
    """One test of utility on one set of vectors."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    covered: int = 0
    total: int = 0
    reason: str = ""


class ActionMeasurement(BaseModel):
    """What one action did to the vectors of one seed."""

    action: str
    seed: int
    detail: str = ""
    failure: str = Field(default="", description="Why it could not be carried out; nothing else is set then.")
    scores: dict[str, float] = {}
    reasons: dict[str, str] = Field(default={}, description="Probe -> why it has no score.")
    limits: dict[str, tuple[float, float]] = Field(
        default={}, description="Probe -> the least and the largest score there can be with its words; none: no limits."
    )
    purity: TestResult = TestResult()
    accuracy: TestResult = TestResult()
    tests: dict[str, TestResult] = {}
    neighbours: TestResult = TestResult()
    words_lost: int = 0
    text_share: float = 0.0
    seconds: float = 0.0
