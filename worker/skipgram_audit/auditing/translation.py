"""From the definitions that all parts share to what the engine takes."""

from collections.abc import Sequence
from pathlib import Path

from skipgram_audit.model.kind_description import FEWEST_OCCURRENCES, KindDescription
from skipgram_audit.model.pretrained import Need, need_of
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.pretrained.model import ModelFacts
from skipgram_audit.pretrained.vectors import GivenVectors, ModelFile
from skipgram_audit.probes.protocol import Minima, WordSetProbe


def given_vectors(settings: AuditSettings, paths: Sequence[Path]) -> GivenVectors | None:
    """The models that take the place of training, whose kept files lie at these paths; None when there are none."""
    if not settings.models:
        return None
    files = [
        ModelFile(path, ModelFacts(**model.facts.model_dump() | {"remarks": tuple(model.facts.remarks)}))
        for path, model in zip(paths, settings.models, strict=True)
    ]
    return GivenVectors(files, with_outputs=need_of(settings.estimator) is Need.OUTPUTS)


def word_set_probe(definition: ProbeDefinition) -> WordSetProbe:
    """A probe as the engine takes it."""
    return WordSetProbe(
        definition.name,
        definition.kind,
        {name: tuple(words) for name, words in definition.targets.items()},
        {name: tuple(words) for name, words in definition.attributes.items()},
        definition.parameters,
        minima_of(definition.kind_description),
    )


def minima_of(kind: KindDescription) -> Minima:
    """What a probe of a kind needs before it is scored."""
    return Minima(kind.targets.fewest_words, kind.attributes.fewest_words, FEWEST_OCCURRENCES)
