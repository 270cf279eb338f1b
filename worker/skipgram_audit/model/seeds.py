"""What a list of seeds must be, wherever one is named, and which are taken where none is."""

import itertools
from collections.abc import Sequence
from typing import Any

from skipgram_audit.model.errors import InvalidInput

SEEDS = 2**63
"""A seed is below it."""

MOST_SEEDS = 64
"""In one plan."""

TELLING_SEEDS = 4
"""By Student's t a mean over four seeds is told from a value 3.2 of its standard errors away, one over two seeds only
from 12.7 on."""


def require_seeds(seeds: list[int]) -> list[int]:
    """The seeds as they are.

    Raises:
        ValueError: a seed is named twice, or is none. The same training twice would pass for agreement of two.
    """
    if len(set(seeds)) < len(seeds):
        raise ValueError("each seed may be given once: the same seed twice is the same training twice")
    if seeds and (min(seeds) < 0 or max(seeds) >= SEEDS):
        raise ValueError("a seed is a whole number from 0 to 2**63 - 1")
    return seeds


def first_seeds(audited: Sequence[int], count: int) -> list[int]:
    """So many seeds: those of an audit, then the numbers after the largest of them.

    Raises:
        InvalidInput: less than one.
    """
    if count < 1:
        raise InvalidInput(f"{count} seeds were asked for.", "Ask for one or more.")
    own = list(audited)[:count]
    after = itertools.chain(range(max(audited) + 1, SEEDS), range(SEEDS))
    return own + list(itertools.islice((one for one in after if one not in audited), count - len(own)))


def usual_seeds(audited: Sequence[int], fewest: int = TELLING_SEEDS) -> list[int]:
    """Those that are trained where none are named: the audit's own, and others where these are few."""
    return first_seeds(audited, max(len(audited), fewest))


def without_default(schema: dict[str, Any]) -> None:
    """Takes the default out of the description of a field whose default follows from the audit."""
    schema.pop("default")
