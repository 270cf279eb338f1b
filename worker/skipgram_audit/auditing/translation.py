"""From the definitions that all parts share to what the engine takes."""

from collections.abc import Sequence
from pathlib import Path

from skipgram_audit.model.pretrained import Need, need_of
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.pretrained.model import ModelFacts
from skipgram_audit.pretrained.vectors import GivenVectors, ModelFile


def given_vectors(settings: AuditSettings, paths: Sequence[Path]) -> GivenVectors | None:
    """The models that take the place of training, whose kept files lie at these paths; None when there are none."""
    if not settings.models:
        return None
    files = [
        ModelFile(path, ModelFacts(**model.facts.model_dump() | {"remarks": tuple(model.facts.remarks)}))
        for path, model in zip(paths, settings.models, strict=True)
    ]
    return GivenVectors(files, with_outputs=need_of(settings.estimator) is Need.OUTPUTS)
