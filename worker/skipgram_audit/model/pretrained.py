"""Models that were trained elsewhere: what is known of them, and what an audit of their vectors can and cannot say."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skipgram_audit.model.estimators import DESCRIPTIONS

MAXIMUM_MODELS = 64


class ModelFacts(BaseModel):
    """What is known of a model."""

    model_config = ConfigDict(frozen=True)

    format: str = Field(
        description='As shown: "word2vec text", "word2vec binary", "gensim KeyedVectors" or "gensim Word2Vec".'
    )
    words: int = Field(description="That can be used.")
    dimension: int
    outputs: bool = Field(
        default=False, description="Whether output vectors are there, which only a converted gensim Word2Vec has."
    )
    architecture: str = Field(default="", description="skip-gram, cbow, or empty where the file does not say.")
    objective: str = Field(
        default="", description="negative sampling, hierarchical softmax, both, or empty where the file does not say."
    )
    settings: dict[str, float] = Field(
        default_factory=dict, description="Those of the training settings that the file states, by the audit's names."
    )
    counts: bool = Field(default=False, description="Whether the file states how often each word occurred.")
    trained_words: int | None = Field(
        default=None, description="Of the corpus that it was trained on, rare ones included; null where it is not said."
    )
    software: str = Field(default="", description="What wrote the file, where it says so.")
    remarks: list[str] = Field(
        default_factory=list, description="Peculiarities of its training that the counts of a corpus do not follow."
    )
    cased_words: int = Field(default=0, description="Words with a capital letter in them.")
    left_out: dict[str, int] = Field(
        default_factory=dict, description="Reason -> number of entries of the file that cannot be used."
    )
    examples: dict[str, list[str]] = Field(default_factory=dict, description="Reason -> the first of these entries.")

    @property
    def negative_sampling(self) -> bool:
        """Whether it can have been trained by skip-gram with negative sampling: files that do not say may."""
        return self.architecture in ("", "skip-gram") and self.objective in ("", "negative sampling")

    @property
    def trained_by(self) -> str:
        """Architecture and objective in words."""
        return " with ".join(filter(None, (self.architecture, _OBJECTIVES.get(self.objective, self.objective))))


_OBJECTIVES = {"both": "hierarchical softmax and negative sampling"}


class PretrainedModel(BaseModel):
    """A model in an audit's settings: its name, the SHA-256 of its file or files, and its facts."""

    model_config = ConfigDict(frozen=True)

    id: int | None = None
    name: str
    sha256: str
    facts: ModelFacts


class Need(StrEnum):
    """What an estimator must know of a training."""

    COURSE = "course"
    OUTPUTS = "outputs"
    NOTHING = "nothing"


NEEDS = {
    "per-word": Need.OUTPUTS,
    "implicit": Need.OUTPUTS,
    "implicit-hessian": Need.OUTPUTS,
    "lissa": Need.OUTPUTS,
    "mirrored": Need.OUTPUTS,
    "recount-ppmi": Need.NOTHING,
}
"""Estimators that do without the course of the training; every other one follows it, or trains again."""

USUAL_ESTIMATOR = "per-word"


def need_of(estimator: str) -> Need:
    """What an estimator must know of a training."""
    return NEEDS.get(estimator, Need.COURSE)


DOUBTFUL_SHARE = 0.85
"""Of the usual correlation, below which pages warn; see skipgram_audit.pretrained.evidence for what was measured."""


def doubts(evidence: Mapping[str, Any]) -> str:
    """Why a model is hardly one that was trained on this corpus; empty when nothing speaks against it.

    Args:
        evidence: see skipgram_audit.pretrained.evidence.Evidence.
    """
    same, correlation, usual = evidence["same_counts"], evidence["correlation"], evidence["usual"]
    if same is not None and same < 0.9:
        return (
            f"Only {100 * same:.0f}% of its words occur in this corpus as often as its file says that they occurred in "
            "the text that it was trained on."
        )
    if correlation is None or usual is None:
        return "Too few pairs of frequent words stand together in this corpus to hold the vectors against them."
    if correlation < DOUBTFUL_SHARE * usual:
        return (
            f"The correlation of its vectors with this corpus' co-occurrences is {correlation:.2f}; a training here "
            f"with the same settings reaches {usual:.2f}."
        )
    return ""


def refusal(estimator: str, models: Sequence[PretrainedModel]) -> str:
    """Why an estimator cannot explain the scores of these models; empty when it can."""
    if not models or need_of(estimator) is Need.NOTHING:
        return ""
    if need_of(estimator) is Need.COURSE:
        return f"{estimator} follows the course of a training or trains again, and an imported model is only its end."
    for model in models:
        if not model.facts.negative_sampling:
            return (
                f"{estimator} takes derivatives of skip-gram with negative sampling, and {model.name} was trained by "
                f"{model.facts.trained_by}."
            )
    return ""


def possible(models: Sequence[PretrainedModel]) -> list[str]:
    """The estimators that can explain the scores of these models."""
    return [name for name in DESCRIPTIONS if not refusal(name, models)]


def limits(estimator: str, models: Sequence[PretrainedModel]) -> list[str]:
    """What an audit of these models cannot claim, in sentences."""
    many = len(models) > 1
    sentences = [
        "The vectors were trained elsewhere and are taken as they are. Their training is not replayed and cannot be "
        "repeated here: there is no score on shuffled text, and no retraining to confirm what is predicted.",
        "Influence assumes that "
        + ("each model was" if many else "the model was")
        + " trained on exactly this corpus, with the settings shown, and with sentences and words cut as they are cut "
        "here. The result says what speaks for that; nothing can prove it.",
        (
            f"The {len(models)} models take the place of seeds: spread and sign stability are over them, whatever made "
            "them differ."
            if many
            else "One model is one run: how far another seed would move the score or turn the sign of an influence "
            "cannot be said. Give several models of the same settings and other seeds to see it."
        ),
    ]
    if need_of(estimator) is Need.OUTPUTS and not all(model.facts.outputs for model in models):
        sentences.append(
            "The file holds no output vectors. They were fitted to this corpus with the input vectors held, which "
            "comes near to what a training would have left, but is not what it left. The time for it grows with the "
            "square of the vocabulary: half a minute for 7,000 words."
        )
    if need_of(estimator) is Need.NOTHING:
        sentences.append(
            "Scores are those of the model's vectors; influence is that on vectors recounted from the corpus, which "
            "are others."
        )
    if not all(model.facts.negative_sampling for model in models):
        sentences.append(
            "The model was not trained by skip-gram with negative sampling, of which all other estimators take "
            "derivatives."
        )
    elif not all(model.facts.architecture and model.facts.objective for model in models):
        sentences.append(
            "The file does not say how the vectors were trained: skip-gram with negative sampling and the settings "
            "given for the audit are taken for granted."
        )
    return sentences + [f"{model.name}: {remark}" for model in models for remark in model.facts.remarks]
