"""Fits an audit's calibration: what its own estimator predicts without some sets, against their sums of influences.

The sets are random ones, runs of neighbouring documents (a corpus is often in the order of its sources), and those that
push a probe's score furthest, strictly and at random, of sizes from a thousandth to half of the documents. All follow
from one seed. They are predicted by the first seed of the audit alone: seeds of the mean field agree at 0.98 and more
on the influences of documents. What has been predicted is kept, so that a run that was interrupted goes on.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.computing.files import append_line, read_lines
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.calibration import Calibration, CalibrationPoint, fitted
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.what_if import first_order_change, removed_share
from skipgram_audit.report.verdict import score_limits

MOST_SETS = 40
RANDOM_SHARES = (1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 5, 1 / 3, 1 / 2)
RUN_SHARES = (1 / 100, 1 / 10, 1 / 4)
STRONGEST_SHARES = (1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10)
TILTED_SHARES = (1 / 100, 1 / 30, 1 / 10, 1 / 4)
DRAW_SEED = 20
PREDICTED_AT_ONCE = 8
POINTS = "calibration.jsonl"
"""Of the artifacts: a line for each set that was predicted."""


def calibration_sets(influences: npt.NDArray[np.float64]) -> list[npt.NDArray[np.int64]]:
    """The documents of each set, ascending; no set twice. Where MOST_SETS are too few, those of many probes take turns.

    Args:
        influences: [probes, documents].
    """
    probes, documents = influences.shape
    generator = np.random.default_rng(DRAW_SEED)
    sets = [generator.permutation(documents)[: _size(documents, share)] for share in RANDOM_SHARES]
    for share in RUN_SHARES:
        size = _size(documents, share)
        first = int(generator.integers(documents - size + 1))
        sets.append(np.arange(first, first + size))
    pushed = []
    for number in range(len(STRONGEST_SHARES) + len(TILTED_SHARES)):
        for row in range(probes):
            for sign in (1, -1):
                pushes = sign * influences[row]
                if number < len(STRONGEST_SHARES):
                    order, share = np.argsort(-pushes, kind="stable"), STRONGEST_SHARES[number]
                else:
                    share = TILTED_SHARES[number - len(STRONGEST_SHARES)]
                    tilt = pushes / (float(pushes.std()) or 1.0)
                    order = np.argsort(-(tilt + generator.gumbel(size=documents)), kind="stable")
                pushed.append(order[: _size(documents, share)])
    # A stride through the list keeps every size and probe when not all find room.
    room = max(0, MOST_SETS - len(sets))
    chosen = np.unique(np.linspace(0, len(pushed) - 1, min(room, len(pushed))).round().astype(int))
    every = [*sets, *(pushed[number] for number in chosen.tolist())]
    found = {tuple(np.sort(one).tolist()): None for one in every if 0 < len(one) < documents}
    return [np.array(one, np.int64) for one in found]


def is_worth_calibrating(estimator: str) -> bool:
    """Whether the estimator predicts sets otherwise than by adding up influences, and each set costs seconds."""
    return DESCRIPTIONS[estimator].trains_sets or DESCRIPTIONS[estimator].supports_reranking


def calibrate(
    folder: Path, pipeline: AuditPipeline, outcomes: Sequence[ProbeOutcome], progress: Progress
) -> Calibration:
    """Fits and keeps the calibration of a finished audit.

    Args:
        folder: of the audit.
        outcomes: of its probes, in their order.
        progress: called with 0..1; may raise to cancel.
    """
    started = time.perf_counter()
    corpus, influences = pipeline.corpus, pipeline.influences
    by_document = np.stack([sums_between(one[0], corpus.document_sentences) for one in influences.sentences])
    sets = calibration_sets(by_document)
    changes = _predicted(folder / layout.ARTIFACTS / POINTS, pipeline, sets, progress)
    lengths = np.diff(corpus.document_offsets)
    measured = [one for one in outcomes if one.measured]
    probes = []
    for row, outcome in enumerate(measured):
        points = []
        for documents, change in zip(sets, changes, strict=True):
            weights = np.ones(corpus.document_count)
            weights[documents] = 0.0
            if change[row] is not None:
                points.append(
                    CalibrationPoint(
                        first_order=first_order_change(by_document[row], weights),
                        share=removed_share(lengths, weights),
                        change=change[row],
                    )
                )
        derivative = DESCRIPTIONS[pipeline.settings.estimator].calibrated
        base = float(influences.scores[row, 0])
        probes.append(fitted(outcome.name, base, score_limits(outcome), points, derivative))
    sizes = [len(one) for one in sets]
    found = Calibration(
        estimator=pipeline.settings.estimator,
        seed=pipeline.settings.seeds[0],
        sets=len(sets),
        smallest=min(sizes, default=0),
        largest=max(sizes, default=0),
        seconds=time.perf_counter() - started,
        probes=probes,
    )
    layout.save_calibration(folder, found)
    progress(1.0)
    return found


def _predicted(
    path: Path, pipeline: AuditPipeline, sets: Sequence[npt.NDArray[np.int64]], progress: Progress
) -> list[list[float | None]]:
    """The predicted change of every measured probe without each set; None where there is no score."""
    known: dict[int, list[float | None]] = {row["set"]: row["changes"] for row in read_lines(path, json.loads)}
    missing = [number for number in range(len(sets)) if number not in known]
    trained = pipeline.trained_scores()[:, 0]
    for first in range(0, len(missing), PREDICTED_AT_ONCE):
        batch = missing[first : first + PREDICTED_AT_ONCE]
        removals = []
        for number in batch:
            removed = np.zeros(pipeline.corpus.document_count, np.bool_)
            removed[sets[number]] = True
            removals.append(removed)
        part = part_of(progress, first / len(missing), len(batch) / len(missing))
        scores = pipeline.predict(removals, part, seeds=1)[:, :, 0]
        for number, score in zip(batch, scores, strict=True):
            known[number] = [float(one) if np.isfinite(one) else None for one in score - trained]
            append_line(path, json.dumps({"set": number, "changes": known[number]}))
    return [known[number] for number in range(len(sets))]


def _size(documents: int, share: float) -> int:
    return min(max(1, round(documents * share)), max(1, documents // 2))
