"""Probes for tests: of any words, however few and however rare."""

from collections.abc import Mapping, Sequence

from skipgram_audit.model.kind_description import Minima
from skipgram_audit.model.probe import ProbeDefinition

ANY_NUMBER = Minima(targets=1, attributes=1, occurrences=0)
"""Asks for no more than a score that can be computed."""


def any_probe(
    name: str,
    kind: str,
    targets: Mapping[str, Sequence[str]],
    attributes: Mapping[str, Sequence[str]],
    parameters: Mapping[str, float] | None = None,
    minima: Minima = ANY_NUMBER,
) -> ProbeDefinition:
    """A probe that is not checked."""
    made = ProbeDefinition.model_construct(
        name=name,
        kind=kind,
        targets={one: list(words) for one, words in targets.items()},
        attributes={one: list(words) for one, words in attributes.items()},
        parameters=dict(parameters or {}),
    )
    return made.with_minima(minima)
