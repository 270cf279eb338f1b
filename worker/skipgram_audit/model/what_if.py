"""What an audit's scores would be with some documents left out, weighted, or added: asked, and answered at once.

The answer at once is made of numbers that the audit has stored: influences, summed, and a curve over their sum
(skipgram_audit.model.calibration). It needs no engine. The estimator's own prediction of the whole set follows it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.text import listed_words
from skipgram_audit.model.windows import window_partners

Floats = npt.NDArray[np.float64]

LARGEST_WEIGHT = 3.0
EVERYTHING_GOES = ("All documents go, so nothing would be left to train on.", "Leave some out of the set.")
"""Message and remedy where a set holds the whole corpus."""

Method = Literal["sum", "calibrated", "predicted"]
"""sum: of influences, first order. calibrated: the same on the audit's curve. predicted: by the estimator, as a set."""

LIKE_SIZE = 3.0
"""Calibration sets of up to so many times the share, or as little of it, are of like size."""


UNKNOWN_PAIRS = 0.99
"""Share of the pairs of added texts below which it is said that some are new to the corpus."""


class WhatIfScore(BaseModel):
    """One probe.

    Attributes:
        before: score of the audit.
        after: the score that is expected, None without one, and then reason says why.
        low, high: 95% interval of after; None where there is none.
        first_order: minus the sum of the influences of what goes, plus that of what comes.
        error_like: mean absolute error of the answer at once for calibration sets of like size, out of ``sets_like``.
        after_by_seed: of the audit's seeds; empty for an answer at once.
    """

    probe: str
    kind: str
    before: float
    after: float | None = None
    low: float | None = None
    high: float | None = None
    first_order: float | None = None
    error_like: float | None = None
    sets_like: int = 0
    after_by_seed: list[float] = Field(default=[])
    reason: str = ""


class WhatIfAnswer(BaseModel):
    """Every probe of an audit.

    Attributes:
        documents: how many are left out or weighted; share: of the words that goes, below zero where words come.
        notes: what is to be known of what was asked.
    """

    method: Method
    documents: int
    share: float
    probes: list[WhatIfScore]
    notes: list[str] = Field(default=[])


def lost_words_reason(lost: Sequence[str]) -> str:
    """Why a probe gets no score: no occurrence would be left of these words of it, so nothing tells their vectors."""
    return f"No occurrence would be left of {len(lost)} of its words: {listed_words(lost)}."


def require_weights(weights: Mapping[str, float]) -> None:
    """Args:
        weights: by the id of a document; of the empty name for all documents that are asked of.

    Raises:
    InvalidInput: a weight is no number from 0 to LARGEST_WEIGHT, or all are 1, which changes nothing.
    """
    if weights and all(weight == 1 for weight in weights.values()):
        raise InvalidInput("A weight of 1 changes nothing.", "Give another weight; 0 leaves a document out.")
    wrong = [(name, weight) for name, weight in weights.items() if not 0 <= weight <= LARGEST_WEIGHT]
    if wrong:
        name, weight = wrong[0]
        of = f" of {name!r}" if name else ""
        raise InvalidInput(
            f"The weight{of} is {weight:g}, and weights are from 0 to {LARGEST_WEIGHT:g}.",
            "0 leaves a document out, 1 counts it as it is, 2 counts it twice.",
        )


def first_order_change(influences: Floats, weights: Floats) -> float:
    """sum_i (v_i - 1) I_i, of documents."""
    return float((weights - 1.0) @ influences)


def removed_share(lengths: npt.NDArray[np.int64], weights: Floats, added_words: int = 0) -> float:
    """p = (sum_i (1 - v_i) L_i - words that come) / sum_i L_i."""
    return float(((1.0 - weights) @ lengths - added_words) / max(1, int(lengths.sum())))


def added_influences(
    sentences: Sequence[Sequence[int]],
    keep: npt.NDArray[np.float64],
    window: int,
    offsets: npt.NDArray[np.int64],
    partners: npt.NDArray[np.int32],
    counts: npt.NDArray[np.float32],
    influences: npt.NDArray[np.float32],
) -> tuple[Floats, float]:
    """First-order changes of all probes when texts come: their pairs' counts times the influence of one such pair.

    sum over tokens i and their partners j of n[i,j] S[w_i,w_j] / N[w_i,w_j], with n the expected updates of the pair;
    see skipgram_audit.attribution.pair_influences for S and N, whose tables the arguments are.

    Args:
        sentences: word numbers of each.
        keep: how likely subsampling keeps each word.

    Returns:
        Changes [P], and the share of the expected updates whose pair of words occurs in the corpus; the others have no
        influence that is known.
    """
    changes = np.zeros(len(influences))
    known = total = 0.0
    for sentence in sentences:
        kept = keep[list(sentence)].tolist()
        for position, word in enumerate(sentence):
            pairs = window_partners(kept, position, window)
            if not pairs:
                continue
            others = np.array([sentence[other] for other, _ in pairs], np.int64)
            updates = np.array([update for _, update in pairs])
            first, last = int(offsets[word]), int(offsets[word + 1])
            row = partners[first:last]
            entries = np.searchsorted(row, others)
            there = entries < len(row)
            there[there] = row[entries[there]] == others[there]
            chosen = first + entries[there]
            changes += (influences[:, chosen] / counts[chosen]) @ updates[there]
            known += float(updates[there].sum())
            total += float(updates.sum())
    return changes, known / total if total else 0.0


def added_notes(note: str, known: float) -> list[str]:
    """What is to be said of added texts: words left out, and pairs that the corpus does not have."""
    notes = [note] if note else []
    if known < UNKNOWN_PAIRS:
        notes.append(
            f"{1 - known:.0%} of the pairs of words of the added text are not in the corpus. The answer at once leaves "
            "them out; the estimator's own prediction counts them."
        )
    return notes
