"""What really happens when documents go: the same seeds trained on what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import Executor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus, occurrences, require_pairs
from skipgram_audit.model.check_plan import CheckPlan, TrainingScores, UnitName
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.retraining.warm import continue_training
from skipgram_audit.training.seeds import train_seed, train_seeds
from skipgram_audit.training.trajectory import Trajectory


@dataclass(frozen=True)
class Retraining:
    """What was left, as it was trained on, and one trajectory a seed."""

    corpus: EncodedCorpus
    trajectories: list[Trajectory]


def retrain(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    removed: npt.NDArray[np.bool_],
    seeds: Sequence[int],
    same_run: bool,
    progress: Progress,
    executor: Executor,
    device: str = "auto",
) -> Retraining:
    """Trains on a corpus without some documents.

    Args:
        removed: bool [documents].
        same_run: True: this run; vocabulary, subsampling, noise and step sizes stay those of the whole corpus, and
            every sentence that stays gets the draws it had. False: a run like it; the vocabulary is counted anew and
            the step size falls over what is left, as if the documents had never been there.
        device: see train_seeds.
    """
    left = left_over(corpus, settings, removed, same_run)
    full_corpus = corpus if same_run else None
    return Retraining(left, train_seeds(left, settings, seeds, progress, executor, full_corpus, device))


def left_over(
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    removed: npt.NDArray[np.bool_],
    same_run: bool,
    unit: UnitName = "documents",
) -> EncodedCorpus:
    """What is left of a corpus, with the vocabulary that a training of it has; see retrain.

    Args:
        removed: bool, of documents or of sentences.

    Raises:
        UnusableCorpus: nothing can be trained on what is left.
    """
    left = corpus.without(removed) if unit == "documents" else corpus.without_sentences(removed)
    left = left if same_run else left.recounted(settings.minimum_count)
    require_pairs(left)
    return left


@dataclass(frozen=True)
class Material:
    """What the retrainings of a check share.

    Attributes:
        corpus, settings: as audited, in its documents whatever goes.
        probes: measurable ones, to score.
        plan: says how trainings begin.
        trajectories: where those of a warm start begin, one a seed of the settings; else none.
        device: see train_seeds.
    """

    corpus: EncodedCorpus
    settings: TrainingSettings
    probes: Sequence[ProbeDefinition]
    plan: CheckPlan
    trajectories: Sequence[Trajectory]
    device: str = "auto"


@dataclass(frozen=True)
class TrainedVectors:
    """The words that a training saw, and their input vectors, float32 [words, d]."""

    words: list[str]
    vectors: npt.NDArray[np.float32]

    @classmethod
    def of(cls, corpus: EncodedCorpus, inputs: npt.NDArray[np.floating]) -> "TrainedVectors":
        """Those of a training on a corpus. This run keeps the vocabulary of the whole corpus: words that are no longer
        there, whose vectors nothing was learned for, are left out."""
        seen = occurrences(corpus.tokens, len(corpus.words)) > 0
        words = [word for word, there in zip(corpus.words, seen.tolist(), strict=True) if there]
        return cls(words, np.asarray(inputs[seen], np.float32))


@dataclass(frozen=True)
class RetrainedSet:
    """What one training gave; vectors only where they were asked for and something could be trained on."""

    scores: TrainingScores
    vectors: TrainedVectors | None = None


def retrained(
    material: Material, documents: npt.NDArray[np.int64], seed: int, with_vectors: bool, progress: Progress
) -> RetrainedSet:
    """One training on what is left without some documents, scored.

    Args:
        documents: numbers of those that go; of sentences where these are the plan's unit.
        progress: called with 0..1, and 1 at the end.
    """
    progress(0.0)
    corpus, settings, probes = material.corpus, material.settings, material.probes
    unit = material.plan.unit
    removed = np.zeros(corpus.document_count if unit == "documents" else corpus.sentence_count, np.bool_)
    removed[documents] = True
    try:
        left = left_over(corpus, settings, removed, material.plan.same_run, unit)
        inputs = _trained(material, left, seed, progress)
    except UnusableCorpus as error:
        return RetrainedSet(TrainingScores({}, {probe.name: error.message for probe in probes}))
    progress(1.0)
    scores = TrainingScores({}, {})
    for probe, value in zip(probes, scores_of(probes, left, [inputs]), strict=True):
        if isinstance(value, Unmeasurable):
            scores.reasons[probe.name] = value.reason
        else:
            scores.scores[probe.name] = float(value[0])
    return RetrainedSet(scores, TrainedVectors.of(left, inputs) if with_vectors else None)


def _trained(material: Material, left: EncodedCorpus, seed: int, progress: Progress) -> npt.NDArray[np.floating]:
    """Input vectors of a training on what is left."""
    if not material.plan.warm:
        full_corpus = material.corpus if material.plan.same_run else None
        return train_seed(left, material.settings, seed, progress, full_corpus, material.device).inputs
    trained = material.trajectories[material.settings.seeds.index(seed)]
    return continue_training(material.corpus, left, material.settings, trained, material.plan, progress)


def scores_of(
    probes: Sequence[ProbeDefinition], corpus: EncodedCorpus, inputs: Sequence[npt.NDArray[np.floating]]
) -> list[npt.NDArray[np.float64] | Unmeasurable]:
    """Effect sizes [trainings] of every probe, of input vectors [words, d] trained on some corpus; or why a probe has
    none."""
    scored: list[npt.NDArray[np.float64] | Unmeasurable] = []
    for probe in probes:
        score = resolve(probe, corpus)
        if isinstance(score, Unmeasurable):
            scored.append(score)
            continue
        values = np.array([score.value(vectors[score.words]) for vectors in inputs])
        scored.append(values if np.isfinite(values).all() else score.undefined)
    return scored
