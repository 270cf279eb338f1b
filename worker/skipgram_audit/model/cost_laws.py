"""What a phase of a job takes before this machine has measured any: seconds in proportion to sizes.

The factors were measured on two cores of an AMD EPYC (python -m tests.benchmarks.time_left, docs/benchmarks). They give
the proportions; how fast a machine is, skipgram_audit.model.costs learns from its own runs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from skipgram_audit.model.check_plan import PLANS, CheckPlan
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.model.settings import AuditSettings

USUAL_WORDS = 32
"""Of a probe: four lists of eight."""

TRIED_PREFIXES = 8
"""About so many sets are predicted in a search for a turning point."""

RETRAINED_SHARE = 0.6
"""Of a mean-field training, what it takes to follow it with other counts: it is not set up again."""

FIELD_STEPS, FEWEST_STEPS, MOST_STEPS, HELD_STEPS = 2, 14, 80, 6
"""Steps of a mean-field training: so many an epoch, within bounds, after those of its start."""

LIKE_TRAININGS = {
    "unrolled": (0.0, 2.1),
    "per-word": (0.0, 0.1),
    "lissa": (2.0, 15.0),
    "gradient": (1.0, 0.05),
    "mirrored": (0.0, 0.05),
    "turn-over": (12.0, 0.0),
    "recount-ppmi": (0.02, 0.02),
}
"""Estimator -> what it takes in trainings of one seed: for each seed, and for each probe of each seed."""

BY_VOCABULARY = {"implicit": 4.8e-7, "implicit-hessian": 8e-7}
"""Estimator -> processor seconds for each probe of each seed, times the square of the vocabulary."""


MEASURED_EACH, MEASURED_A_WORD, MEASURED_WORDS = 0.7, 1.5e-4, 30_000
"""Of one action on one seed: seconds whatever the vocabulary, and for each of its words, up to so many."""


@dataclass(frozen=True)
class Guess:
    """A phase before anything is measured: its kind, and about how many seconds it takes."""

    kind: str
    seconds: float


@dataclass(frozen=True)
class CorpusSizes:
    """What costs depend on.

    Attributes:
        words: of the vocabulary.
        kept: tokens whose word is in the vocabulary.
    """

    documents: int
    sentences: int
    tokens: int
    words: int
    kept: int

    @property
    def pairs(self) -> float:
        """Different pairs of words that occur near each other, about: fitted to three corpora."""
        return min(float(self.words) ** 2, 18.0 * math.pow(self.kept, 0.65) * math.pow(self.words, 0.34))

    def share(self, left: float) -> "CorpusSizes":
        """Of a part of the corpus."""
        return replace(self, tokens=round(self.tokens * left), kept=round(self.kept * left))


def audit_guesses(sizes: CorpusSizes, settings: AuditSettings, probe_words: Sequence[int], cores: int) -> list[Guess]:
    """The phases of an audit, in their order.

    Args:
        probe_words: how many words each measurable probe has.
        cores: how many trainings are made side by side.
    """
    probes = len(probe_words)
    train = 0.5 if settings.models else training_seconds(sizes, settings, len(settings.seeds), cores)
    null = training_seconds(sizes, settings, settings.null_shuffles, cores) if settings.null_shuffles else 0.05
    rows = probes * (sizes.documents + sizes.sentences)
    return [
        Guess("encode", 0.2 + 1.2e-6 * sizes.tokens),
        Guess("train", train),
        Guess("null", null),
        Guess(f"influence {settings.estimator}", tracing_seconds(sizes, settings, probe_words, cores)),
        Guess("rank", 0.3 + 1.2e-6 * sizes.tokens + 2e-5 * rows),
        Guess("report", 0.6 + 0.2e-6 * sizes.tokens + 4e-6 * rows),
    ]


def import_guesses(file_bytes: int) -> list[Guess]:
    """The phases of a corpus' import; a compressed file holds more, which its reading tells."""
    return [
        Guess("import read", 1.0 + 3.0e-7 * file_bytes),
        Guess("import count", 0.2 + 4.5e-7 * file_bytes),
        Guess("import compare", 0.2 + 3.6e-7 * file_bytes),
        Guess("import finish", 0.05),
    ]


def check_guesses(sizes: CorpusSizes, settings: AuditSettings, probes: int, plan: CheckPlan, cores: int) -> list[Guess]:
    """The phases of a check by retraining, at most where its sets are not yet known."""
    trainings = plan.training_count(settings.seeds)
    epochs = plan.warm_epochs if plan.warm else settings.epochs
    left = sizes.share(PLANS[plan.plan].share_left)
    training = training_seconds(left, settings, trainings, cores, epochs) if trainings else 0.05
    return [
        Guess(f"predict {settings.estimator}", predicting_seconds(sizes, settings, probes, plan, cores)),
        Guess("retrain", training),
        Guess("compare", 0.1),
    ]


def mitigation_guesses(sizes: CorpusSizes, settings: AuditSettings, plan: MitigationPlan, cores: int) -> list[Guess]:
    """The phases of a comparison of mitigations."""
    trainings = plan.training_count(settings.seeds)
    training = training_seconds(sizes, settings, trainings, cores) if trainings else 0.05
    # Clusters and classifiers first, then analogies and neighbours, which are sought in the whole vocabulary.
    measured = len(plan.seeds) * len(plan.methods)
    each = MEASURED_EACH + MEASURED_A_WORD * min(sizes.words, MEASURED_WORDS) * settings.dimension / 100
    return [Guess("retrain", training), Guess("mitigate", 1.0 + measured * each)]


def training_seconds(
    sizes: CorpusSizes, settings: AuditSettings, trainings: int, cores: int, epochs: int | None = None
) -> float:
    """Of some trainings, as many side by side as there are cores."""
    rounds = math.ceil(trainings / max(1, cores))
    return 0.5 + rounds * one_training(sizes, settings, epochs)


def one_training(sizes: CorpusSizes, settings: AuditSettings, epochs: int | None = None) -> float:
    """Of one training on one core."""
    updates = (settings.window + 1) / 6 * (settings.negatives + 1) / 6 * settings.dimension / 100
    batches = 4.0 if settings.batch_tokens else 1.0
    return 1.0e-6 * sizes.kept * (settings.epochs if epochs is None else epochs) * updates * batches


def tracing_seconds(sizes: CorpusSizes, settings: AuditSettings, probe_words: Sequence[int], cores: int) -> float:
    """Of an estimator's influences of all probes."""
    probes, seeds, name = len(probe_words), len(settings.seeds), settings.estimator
    if name in BY_VOCABULARY:
        processor = seeds * probes * BY_VOCABULARY[name] * sizes.words**2
    elif name in LIKE_TRAININGS:
        alone, each = LIKE_TRAININGS[name]
        processor = seeds * (alone + each * probes) * one_training(sizes, settings)
    elif name == "replay":
        intervals = min(2 * settings.epochs, 20)
        held = seeds * sum(probe_words) * sizes.words * intervals * settings.dimension / 100
        processor = 1.0 + 1.2e-7 * held + 4e-8 * seeds * probes * sizes.kept
    else:
        counting = 2.4e-7 * sizes.kept + 4.2e-8 * sizes.pairs * math.log2(2 + sizes.kept / 1e5)
        steps = seeds * field_steps(settings) * settings.dimension / 100
        derivative = steps * (1.9e-5 * probes * sizes.words + (2.6e-8 + 0.9e-8 * probes) * sizes.pairs)
        given_out = 5.5e-7 * seeds * probes * sizes.kept
        processor = counting + steps * field_step(sizes) + derivative + given_out
    return 0.5 + processor / shared_by(cores)


def predicting_seconds(sizes: CorpusSizes, settings: AuditSettings, probes: int, plan: CheckPlan, cores: int) -> float:
    """Of drawing a check's sets and predicting them, where predicting one is a training of its own."""
    if plan.plan == "singles" or not DESCRIPTIONS[settings.estimator].trains_sets:
        again = plan.rankings - 1
        return 1.0 + again * tracing_seconds(sizes, settings, [USUAL_WORDS], cores)
    searches = 0 if plan.plan != "turning" else min(2, plan.rankings)
    sets = plan.set_count() + searches * TRIED_PREFIXES
    steps = len(settings.seeds) * field_steps(settings) * settings.dimension / 100
    processor = sets * RETRAINED_SHARE * steps * field_step(sizes)
    return (
        0.5
        + processor / shared_by(cores)
        + (plan.rankings - 1) * tracing_seconds(sizes, settings, [USUAL_WORDS], cores)
    )


def field_steps(settings: AuditSettings) -> int:
    """How many steps a mean-field training has."""
    return HELD_STEPS + max(FEWEST_STEPS, min(MOST_STEPS, FIELD_STEPS * settings.epochs))


def field_step(sizes: CorpusSizes) -> float:
    """Processor seconds of a step of a mean-field training."""
    return 2.4e-5 * sizes.words + 2.8e-8 * sizes.pairs


def shared_by(cores: int) -> float:
    """How many times quicker a computation in threads is than on one core."""
    return math.pow(max(1, cores), 0.9)
