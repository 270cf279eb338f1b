"""Influence summed over the documents that share a metadata value: which source, author or year drives a score."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.outcome import FEWEST_DOCUMENTS


class GroupOrder(StrEnum):
    """What groups are sorted by, the largest first; influences by their size, whatever their sign."""

    INFLUENCE = "influence"
    MEAN = "mean"
    SHARE = "share"
    DOCUMENTS = "documents"


@dataclass(frozen=True)
class InfluenceGroup:
    """The documents of one value.

    Attributes:
        value: None for the documents without a value.
        influence: sum over its documents; summed influences say what is there, not what removing the group would do.
        mean: influence a document.
        standard_error: sqrt(max(0, sum over its documents of influence^2 - spread^2 / seeds)), as for the whole corpus,
            and None where that has none or the group has fewer than FEWEST_DOCUMENTS.
        share: of the absolute influence of all documents.
        document_share: of all documents.
    """

    value: str | None
    documents: int
    influence: float
    mean: float
    standard_error: float | None
    share: float
    document_share: float


def summed_groups(
    numbers: npt.NDArray[np.integer],
    influence: npt.NDArray[np.float64],
    spread: npt.NDArray[np.float64],
    seeds: int,
    has_error: bool,
    values: Callable[[list[int]], Sequence[str | None]],
    order: GroupOrder = GroupOrder.INFLUENCE,
    limit: int | None = None,
) -> list[InfluenceGroup]:
    """The groups in an order, the first ones if there is a limit.

    Args:
        numbers: int [documents], the group of each, from 0; no number in between is left out.
        influence, spread: float64 [documents].
        has_error: whether the probe has a standard error over all documents.
        values: gives the metadata values of groups by their numbers.
    """
    count = np.bincount(numbers)
    total, absolute = np.bincount(numbers, influence), np.bincount(numbers, np.abs(influence))
    squares = np.bincount(numbers, influence**2 - spread**2 / max(1, seeds))
    keys = {
        GroupOrder.INFLUENCE: np.abs(total),
        GroupOrder.MEAN: np.abs(total / count),
        GroupOrder.SHARE: absolute,
        GroupOrder.DOCUMENTS: count,
    }
    first = np.argsort(-keys[order], kind="stable")[:limit].tolist()
    everything = float(absolute.sum()) or 1.0
    return [
        InfluenceGroup(
            value=value,
            documents=int(count[one]),
            influence=float(total[one]),
            mean=float(total[one] / count[one]),
            standard_error=math.sqrt(max(0.0, float(squares[one])))
            if has_error and count[one] >= FEWEST_DOCUMENTS
            else None,
            share=float(absolute[one]) / everything,
            document_share=int(count[one]) / len(numbers),
        )
        for one, value in zip(first, values(first), strict=True)
    ]


def groups_documents(groups: int, documents: int) -> bool:
    """Whether a field groups documents at all: by more than one value, and no more than half as many as documents."""
    return 1 < groups <= documents // 2
