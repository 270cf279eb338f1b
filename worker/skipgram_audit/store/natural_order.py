"""The order in which people look for titles, ids and values: letters whatever their case, numbers by their size."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_DIGITS = re.compile("([0-9]+)")


def natural_key(text: str) -> tuple[Any, ...]:
    """What texts are sorted by: ``doc 2`` comes before ``doc 10``, ``Éclair`` and ``éclair`` are equal.

    Digits are compared as numbers of any length: by how many there are without leading zeros, then by themselves.
    """
    pieces = _DIGITS.split(text.casefold())
    return tuple(
        (len(significant := piece.lstrip("0")), significant) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def sorted_places(texts: Sequence[str], numbers: bool = False) -> npt.NDArray[np.int32]:
    """int32 [texts]: the place of each when they are sorted, from 0; equal texts share one.

    Args:
        numbers: where all are numbers, such as -1 and 2.5, they are sorted by their value.
    """
    values = _as_numbers(texts) if numbers else None
    if values is not None:
        return np.unique(values, return_inverse=True)[1].astype(np.int32)
    distinct = sorted(set(texts), key=lambda text: (natural_key(text), text))
    place_of = {text: place for place, text in enumerate(distinct)}
    return np.fromiter((place_of[text] for text in texts), np.int32, len(texts))


def _as_numbers(texts: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """The values of texts that are all finite numbers."""
    try:
        values = [float(text) for text in texts]
    except ValueError:
        return None
    return np.array(values, np.float64) if all(map(math.isfinite, values)) else None
