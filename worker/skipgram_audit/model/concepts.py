"""Which concept a comparison of mitigations is about, by the words of its probe alone."""

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.word_pairs import WordPairs, built_in_pairs

TARGETS, ATTRIBUTES = "targets", "attributes"
"""Concepts that a probe's own lists define; others are names of pair lists."""

DEFINITIONAL = ("en-gender-definitional",)
"""Pair lists that ship and define a concept, tried in this order for the concept of a probe."""

SHARED_PAIRS = 3
"""That a pair list and the lists of a probe have in common before the pair list stands for the probe's concept."""


def concept_name(probe: ProbeDefinition, name: str = "") -> str:
    """TARGETS, ATTRIBUTES or the name of a pair list.

    Args:
        name: any of these; empty for a definitional pair list that shares SHARED_PAIRS pairs with the probe, or else
            the targets.

    Raises:
        InvalidInput: there is no such list, or the probe has no two lists of that role.
    """
    chosen = name.strip().lower() or _usual(probe)
    others = ", ".join(built_in_pairs())
    if chosen not in (TARGETS, ATTRIBUTES):
        if chosen not in built_in_pairs():
            raise InvalidInput(
                f"There is no concept {name!r}.",
                f"Choose {TARGETS} or {ATTRIBUTES} of the probe, or a pair list: {others}.",
            )
        return chosen
    count = len(probe.targets if chosen == TARGETS else probe.attributes)
    if count != 2:
        raise InvalidInput(
            f"The probe {probe.name!r} has {count} {'list' if count == 1 else 'lists'} of {chosen}, and a concept has "
            "two sides.",
            f"Choose {ATTRIBUTES if chosen == TARGETS else TARGETS}, or a pair list: {others}.",
        )
    return chosen


def pairs_of(listed: WordPairs) -> list[tuple[str, str]]:
    """Of a list and of those that it includes."""
    return [pair for part in listed.parts() for pair in part.pairs]


def _usual(probe: ProbeDefinition) -> str:
    for name in DEFINITIONAL:
        pairs = pairs_of(built_in_pairs()[name])
        for lists in (probe.targets, probe.attributes):
            if len(lists) != 2:
                continue
            first, second = ({word.casefold() for word in words} for words in lists.values())
            shared = sum(
                (one in first and other in second) or (one in second and other in first) for one, other in pairs
            )
            if shared >= SHARED_PAIRS:
                return name
    return ATTRIBUTES if len(probe.targets) != 2 and len(probe.attributes) == 2 else TARGETS
