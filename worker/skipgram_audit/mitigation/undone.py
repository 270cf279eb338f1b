"""Changes of a rewriting that are not made."""

from collections.abc import Mapping, Sequence


def undone_of(stored: Mapping[str, Sequence[int]]) -> dict[int, frozenset[int]]:
    """Place of a document -> where the changes begin that are not made, out of JSON, whose keys are strings."""
    return {int(position): frozenset(starts) for position, starts in stored.items()}
