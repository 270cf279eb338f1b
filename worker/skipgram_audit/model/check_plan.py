"""Checks by retraining as users choose them, and what they find; all parts share these."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skipgram_audit.model.seeds import MOST_SEEDS, TELLING_SEEDS, require_seeds, usual_seeds, without_default
from skipgram_audit.model.text import PlainText

PlanName = Literal["halves", "tenths", "extremes", "singles", "turning", "chosen"]

TargetName = Literal["zero", "half", "null"]
RankingName = Literal["influence", "lexical", "random"]
UnitName = Literal["documents", "sentences"]

MOST_SETS = 1_000
MOST_CHOSEN = 100_000
MOST_KEPT = 5_000_000
MOST_RANKINGS = 32
MOST_ORIGIN = 300
"""Characters."""
USUAL_RANKINGS = 4
"""What the form proposes where the estimator can rank what is left: more found hardly fewer documents."""


@dataclass(frozen=True)
class PlanDescription:
    """A plan in words.

    Attributes:
        name: as plans, addresses and the command line write it.
        title: a few words.
        help: what is trained, and what it shows.
        sets: how many random sets or controls by default; None where there are none.
        sets_label: what the number of sets counts.
        documents: how many documents by default; None where the plan does not take a number.
        documents_label: what the number of documents counts.
        share_left: of the corpus, about, in each training: for the cost.
        seeds: at least, where none are named; over many sets two tell the noise.
    """

    name: PlanName
    title: str
    help: str
    sets: int | None
    sets_label: str
    documents: int | None
    documents_label: str
    share_left: float
    seeds: int = TELLING_SEEDS


PLANS: dict[str, PlanDescription] = {
    one.name: one
    for one in (
        PlanDescription(
            "halves",
            "Random halves",
            "Half of the documents go, at random, many times. Do the predictions order the sets as retraining does? "
            "The field's measure for this is the LDS.",
            20,
            "Random halves",
            None,
            "",
            0.5,
            2,
        ),
        PlanDescription(
            "tenths",
            "Random tenths",
            "A tenth of the documents goes, at random, many times. The changes are smaller, so seeds' noise weighs "
            "more: take more sets or seeds.",
            20,
            "Random tenths",
            None,
            "",
            0.9,
            2,
        ),
        PlanDescription(
            "extremes",
            "Most amplifying and mitigating",
            "The documents that the ranking puts first go, on either side. Is the change as large as predicted, and "
            "far from that of as many random documents, matched in length?",
            5,
            "Controls of each side",
            100,
            "Documents of each side",
            1.0,
        ),
        PlanDescription(
            "singles",
            "One document at a time",
            "The documents of largest influence go one by one (leave-one-out). One document moves a score by less than "
            "new random draws do, so choose this run, or many seeds.",
            None,
            "",
            50,
            "Documents, one at a time",
            1.0,
            2,
        ),
        PlanDescription(
            "turning",
            "Smallest set",
            "How few documents or sentences are predicted to bring the score to a target: to zero, to half, or to "
            "where it is not told from chance? Retraining without them, and without half and twice as many, says "
            "whether they do.",
            3,
            "Controls",
            None,
            "",
            1.0,
        ),
        PlanDescription(
            "chosen",
            "Chosen documents",
            "The documents that you marked, or asked a what-if of, go together. What happens to every score, is it as "
            "predicted, and is it more than as many random documents, matched in length, would do?",
            5,
            "Controls",
            None,
            "",
            1.0,
        ),
    )
}


SET_KINDS = {
    "whole": "Whole corpus",
    "random": "Random",
    "amplifying": "Most amplifying",
    "mitigating": "Most mitigating",
    "control": "Control",
    "single": "One document",
    "turning": "Predicted to reach the target",
    "prefix": "First in the order",
    "chosen": "Chosen",
}
"""What a removal set is, in words."""

KEEPING_VECTORS = ("chosen", "turning")
"""Plans that can keep the word vectors of trainings."""

WHOLE_CORPUS = 0
"""The number of the whole corpus among the sets: the baseline, from which nothing is removed."""


class CheckPlan(BaseModel):
    """A check by retraining: with the audit, everything that its sets and trainings follow from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: PlanName = Field(default="halves", description="Which sets of documents go.")
    probe: PlainText = Field(
        default="", max_length=200, description="Whose ranking picks the documents; the first one when left out."
    )
    sets: int = Field(default=20, ge=0, le=MOST_SETS, description="Random sets, or random controls of each chosen set.")
    documents: int = Field(
        default=100, ge=1, le=1_000_000, description="Documents of a chosen set, or how many go one at a time."
    )
    seeds: list[int] = Field(
        default=[1, 2],
        min_length=1,
        max_length=MOST_SEEDS,
        description="One training of each set by each of them. Two or more tell the noise, four tell it well. Left "
        "out: those of the audit, and others up to four for chosen sets, up to two for random ones.",
        json_schema_extra=without_default,
    )
    same_run: bool = Field(
        default=False,
        description="This run: vocabulary, step sizes and all draws that stay are those of the run that was audited. "
        "Otherwise runs like it.",
    )
    predict_only: bool = Field(
        default=False,
        description="Draw the sets and predict them, and train nothing; training can follow later on the same sets.",
    )
    warm: bool = Field(
        default=False,
        description="Go on from the trained vectors instead of training from the beginning: quicker, but what the "
        "documents taught is only partly forgotten, so changes come out too small.",
    )
    warm_epochs: int = Field(default=1, ge=1, le=100, description="Further epochs of a warm start.")
    warm_step_size: float = Field(
        default=0.01, gt=0, le=1, description="First step size of a warm start; it falls linearly."
    )
    rankings: int = Field(
        default=1,
        ge=1,
        le=MOST_RANKINGS,
        description="Of the plan turning alone: how often documents are ranked. With 1 they go in the order of the "
        "audit's ranking; with more, what is left is ranked anew after each part, which finds fewer documents.",
    )
    target: TargetName = Field(
        default="zero",
        description="Of the plan turning alone: zero (past the neutral value), half of the way to it, or null: no "
        "further from it than shuffled text, or than 1.96 standard errors without shuffled text.",
    )
    ranking: RankingName = Field(
        default="influence",
        description="Of the plan turning alone, the order in which documents are taken: by influence; lexical, by how "
        "often words of target and attribute lists share a sentence; or random.",
    )
    most_share: float = Field(
        default=1.0, gt=0, le=1, description="Of the plan turning alone: at most this share of the words goes."
    )
    leave_others: bool = Field(
        default=False,
        description="Of the plan turning alone: pass over documents that would take another probe's score out of its "
        "95% interval over documents.",
    )
    kept: list[int] = Field(
        default=[],
        max_length=MOST_KEPT,
        description="Of the plan turning alone: documents that stay, by position in the corpus, ascending.",
    )
    unit: UnitName = Field(
        default="documents",
        description="Of the plan turning alone: what goes, whole documents or single sentences. Positions are "
        "then those of sentences, from 0 through all documents.",
    )
    keep_vectors: bool = Field(
        default=False,
        description="Of the plans chosen and turning alone: keep the word vectors of the trainings without the first "
        "set, and of those on the whole corpus by the same seeds.",
    )
    draw_seed: int = Field(default=1, ge=0, lt=2**63, description="All random sets follow from it.")
    positions: list[int] = Field(
        default=[],
        max_length=MOST_CHOSEN,
        description="Of the plan chosen alone: the documents that go, by position in the corpus from 0, ascending; "
        "left out, those that are marked when the check is started.",
    )

    origin: PlainText = Field(
        default="",
        max_length=MOST_ORIGIN,
        description="Of the plan chosen alone: where the documents come from, in a few words. Nothing follows from it.",
    )

    @field_validator("positions", "kept")
    @classmethod
    def _positions_ascend(cls, positions: list[int]) -> list[int]:
        if positions and (positions[0] < 0 or any(b <= a for a, b in itertools.pairwise(positions))):
            raise ValueError("positions are whole numbers from 0, ascending, each once")
        return positions

    @model_validator(mode="after")
    def _only_chosen_sets_are_given(self) -> "CheckPlan":
        if self.origin and self.plan != "chosen":
            raise ValueError(f"the plan {self.plan} draws its sets; the plan chosen alone has an origin")
        if self.positions and self.plan != "chosen":
            raise ValueError(f"the plan {self.plan} draws its sets; documents can be given to the plan chosen alone")
        return self

    @model_validator(mode="after")
    def _only_turning_ranks_again(self) -> "CheckPlan":
        if self.rankings > 1 and self.plan != "turning":
            raise ValueError(
                f"the plan {self.plan} ranks documents once; several rankings are for the plan turning alone"
            )
        return self

    @model_validator(mode="after")
    def _only_turning_has_a_target(self) -> "CheckPlan":
        names = ("target", "ranking", "most_share", "leave_others", "kept", "unit")
        given = [name for name in names if getattr(self, name) != type(self).model_fields[name].default]
        if given and self.plan != "turning":
            raise ValueError(f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} of the plan turning alone")
        if self.rankings > 1 and self.ranking != "influence":
            raise ValueError("several rankings are for the order by influence: other orders do not change")
        return self

    @model_validator(mode="after")
    def _only_one_set_has_vectors(self) -> "CheckPlan":
        if self.keep_vectors and self.plan not in KEEPING_VECTORS:
            raise ValueError(f"the plan {self.plan} keeps no vectors; {' and '.join(KEEPING_VECTORS)} can")
        return self

    _seeds_differ = field_validator("seeds")(require_seeds)

    def identity(self) -> dict[str, Any]:
        """All that scores follow from, as plain values: everything but what is kept beside them."""
        return self.model_dump(mode="json", exclude={"keep_vectors", "origin"})

    @property
    def noun(self) -> str:
        """One of what goes."""
        return "document" if self.unit == "documents" else "sentence"

    def set_count(self) -> int:
        """How many sets are retrained; for the turning point, as many as there can be."""
        return {
            "halves": self.sets,
            "tenths": self.sets,
            "extremes": 2 + 2 * self.sets,
            "singles": self.documents,
            "turning": 3 + self.sets,
            "chosen": 1 + self.sets,
        }[self.plan]

    def training_count(self, audited_seeds: list[int]) -> int:
        """How many trainings the check needs: every set and the whole corpus, by every seed, less what is there."""
        return 0 if self.predict_only else self.trainings_of(self.set_count(), audited_seeds)

    def with_usual_seeds(self, audited: Sequence[int]) -> "CheckPlan":
        """The plan with seeds where none were named: those of the audit, and others where these are few."""
        if "seeds" in self.model_fields_set:
            return self
        own_runs = self.same_run or self.warm
        seeds = list(audited) if own_runs else usual_seeds(audited, PLANS[self.plan].seeds)
        return self.model_copy(update={"seeds": seeds})

    def may_lack_controls(self, documents: int) -> bool:
        """Whether a set of it may be too large for controls of its size in a corpus of so many documents, so that
        training_count is the most that there can be; of the plan turning it always is."""
        largest = {"turning": documents, "extremes": self.documents, "chosen": len(self.positions)}
        return 2 * largest.get(self.plan, 0) > documents

    def trainings_of(self, sets: int, audited_seeds: list[int]) -> int:
        """How many trainings so many sets need."""
        known = 0 if self.warm else sum(seed in audited_seeds for seed in self.seeds)
        return (sets + 1) * len(self.seeds) - known


EARLIER_BOUND = 2.0
"""What checks of version 0.2.0 took for every bound."""

BOUND = "As many standard errors as the noise of the seeds explains in 95 of 100 cases, by Student's t."


class Measure(BaseModel):
    """A number, perhaps with a 95% interval or a standard error; or why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    reason: str = ""


class SetAgreement(BaseModel):
    """Predicted against actual changes over random sets or single documents."""

    sets: int
    spearman: Measure = Field(description="Rank correlation; over random sets the linear datamodelling score, LDS.")
    pearson: Measure
    slope: Measure = Field(description="Of actual on predicted, by least squares.")
    intercept: Measure
    agreement: Measure = Field(description="Mean correlation of one seed's actual changes with another's.")
    ceiling: Measure = Field(description="The largest correlation that a noiseless predictor could have.")
    share: Measure = Field(description="Pearson's correlation over the ceiling.")
    mean_predicted: float
    mean_actual: float
    size_predicted: float | None = Field(default=None, description="Mean absolute predicted change.")
    shift: Measure = Field(description="Mean actual less mean predicted change, with its standard error over seeds.")
    shift_bound: float = Field(default=EARLIER_BOUND, description=f"Of the shift. {BOUND}")


class Comparison(BaseModel):
    """One chosen set: predicted against actual change, and against random controls."""

    number: int
    predicted: Measure
    added: float | None = Field(
        default=None,
        description="Minus the sum of the influences of what goes, as if none made up for another.",
    )
    actual: Measure
    score_before: Measure
    score_predicted: float
    score_actual: Measure
    difference: Measure = Field(description="Actual less predicted, in standard errors of the difference.")
    bound: float = Field(default=EARLIER_BOUND, description=f"Of the difference. {BOUND}")
    within: bool | None = Field(description="Whether the difference is within its bound.")
    controls: int
    control_words: float | None = Field(
        default=None, description="Words of a control on average, as a multiple of those of the set."
    )
    control_mean: Measure
    control_spread: Measure
    distance: Measure = Field(description="Actual less the controls' mean, in standard deviations of the controls.")
    distance_bound: float = Field(
        default=EARLIER_BOUND,
        description="How far another control would be in 95 of 100 cases at most, by Student's t.",
    )


@dataclass(frozen=True)
class TargetScore:
    """Of the plan turning: the audit's score, and the one that is to be reached."""

    before: float
    goal: float


class ProbeJudgement(BaseModel):
    """What a check found of one probe."""

    probe: str
    before: Measure
    agreement: SetAgreement | None
    comparisons: list[Comparison]
    target: float | None = Field(default=None, description="Of the plan turning: the score that was to be reached.")
    unmeasured: dict[int, str] = Field(description="Set number -> why the probe has no score without it.")


@dataclass(frozen=True)
class TrainingScores:
    """What one training gave: probe -> score, or probe -> why it has none without these documents."""

    scores: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


class CheckOutcome(BaseModel):
    """What a check found."""

    prediction_seeds: list[int] = Field(description="The audit's seeds whose predictions are meant.")
    seconds_per_training: float | None = None
    probes: list[ProbeJudgement] = Field(description="Empty while nothing was trained.")
    dropped_words: dict[str, list[str]] = Field(
        default={},
        description="Of the plan chosen: probe -> its words that become rarer than the vocabulary's minimum count, so "
        "that the retrained score is of the others.",
    )
    no_controls: dict[int, str] = Field(
        default={},
        description="Number of a set that controls were asked for -> why it has none: it holds more than half of the "
        "corpus.",
    )
    target: TargetScore | None = Field(
        default=None, description="Of the plan turning: the score before, and the one that is to be reached."
    )
    moved: list[str] = Field(
        default=[],
        description="Of the plan turning: the other probes whose predicted score without the set found is out of its "
        "95% interval over documents.",
    )
