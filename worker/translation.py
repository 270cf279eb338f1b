"""From the definitions that all parts share to what the engine takes."""

from app.store.definitions.probe import ProbeDefinition
from app.store.definitions.settings import AuditSettings
from worker.engine.probes.protocol import WordSetProbe
from worker.engine.skipgram.settings import TrainingSettings


def training_settings(settings: AuditSettings) -> TrainingSettings:
    """The part of an audit's settings that its trainings depend on."""
    values = settings.model_dump(exclude={"seeds", "estimator", "exact_permutations", "null_shuffles"})
    return TrainingSettings(**values, seeds=tuple(settings.seeds))


def word_set_probe(definition: ProbeDefinition) -> WordSetProbe:
    """A probe as the engine takes it."""
    return WordSetProbe(
        definition.name,
        definition.kind,
        {name: tuple(words) for name, words in definition.targets.items()},
        {name: tuple(words) for name, words in definition.attributes.items()},
        definition.parameters,
    )
