"""The answer at once to a what-if, from what an audit has stored, wherever that is kept; it needs no engine.

Influences are summed, and put on the audit's calibration where it has one; see skipgram_audit.model.what_if.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.corpus.added_texts import AddedTexts
from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.what_if import (
    LIKE_SIZE,
    Floats,
    WhatIfAnswer,
    WhatIfScore,
    added_influences,
    added_notes,
    first_order_change,
    removed_share,
)
from skipgram_audit.report.verdict import score_limits

NO_PAIRS = (
    "The estimator of this audit has no influences of pairs of words, so it cannot say what a new text does.",
    "Audit the corpus by mean-field or replay.",
)
"""Message and remedy where texts are to be added and there are no PairTables."""


@dataclass(frozen=True)
class StoredProbe:
    """A probe as its audit left it.

    Attributes:
        influences: float64 [documents], mean over seeds; None where the probe was not measured.
        row: of the probe in the influences of pairs of words.
        lost: why it has no score in what is left; empty where it has one.
    """

    outcome: ProbeOutcome
    influences: Floats | None = None
    row: int = 0
    lost: str = ""


class PairTables(NamedTuple):
    """What an estimator stored of pairs of words; see skipgram_audit.model.what_if.added_influences."""

    keep: npt.NDArray[np.float64]
    window: int
    offsets: npt.NDArray[np.int64]
    partners: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float32]
    influences: npt.NDArray[np.float32]


def answer_at_once(
    folder: Path,
    probes: Iterable[StoredProbe],
    lengths: npt.NDArray[np.int64],
    weights: Floats,
    added: AddedTexts | None,
    pairs: PairTables | None,
) -> WhatIfAnswer:
    """What every probe is expected to score.

    Args:
        folder: of the audit, with its calibration.
        lengths: words of every document; weights: how often each counts.
        pairs: needed where texts are added.
    """
    calibration = read_calibration(folder)
    share = removed_share(lengths, weights, added.known_words if added else 0)
    more, notes = None, []
    if added and pairs:
        more, known = added_influences(added.sentences, *pairs)
        notes = added_notes(added.note(), known)
    scores = []
    for one in probes:
        outcome = one.outcome
        if one.influences is None or outcome.score is None:
            blank = WhatIfScore(probe=outcome.name, kind=outcome.kind, before=np.nan, reason="It was not measured.")
            scores.append(blank)
            continue
        change = first_order_change(one.influences, weights) + (0.0 if more is None else float(more[one.row]))
        score = WhatIfScore(
            probe=outcome.name, kind=outcome.kind, before=outcome.score, first_order=change, reason=one.lost
        )
        expected = {} if one.lost else _expected(outcome, outcome.score, change, share, calibration)
        scores.append(score.model_copy(update=expected))
    return WhatIfAnswer(
        method="calibrated" if calibration is not None and calibration.probes else "sum",
        documents=int((weights != 1.0).sum()),
        share=share,
        probes=scores,
        notes=notes,
    )


def _expected(
    outcome: ProbeOutcome, before: float, first_order: float, share: float, calibration: Calibration | None
) -> dict[str, float | None]:
    """The score after a change, within what the kind of probe can have; on the probe's curve where it has one, with its
    interval and its error for sets of like size."""
    least, largest = score_limits(outcome)

    def score_after(change: float) -> float:
        return float(min(max(before + change, least), largest))

    curve = calibration.of_probe(outcome.name) if calibration else None
    if curve is None:
        return {"after": score_after(first_order)}
    estimate = curve.estimate(first_order, share)
    like = [
        abs(point.error)
        for point in curve.points
        if point.error is not None and share / LIKE_SIZE <= point.share <= share * LIKE_SIZE
    ]
    changes = {"after": estimate.change, "low": estimate.low, "high": estimate.high}
    found: dict[str, float | None] = {
        name: None if change is None else score_after(change) for name, change in changes.items()
    }
    return found | {"error_like": float(np.mean(like)) if like else None, "sets_like": len(like)}
