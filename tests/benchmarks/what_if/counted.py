"""Predictions that hold subsampling and noise, and those that count them again, against retraining.

python -m tests.benchmarks.what_if CORPUS --parts counted
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.pipeline import AuditPipeline

SETS, DRAW_SEED = 20, 11
SIZES = {"halves": 2, "tenths": 10}
"""Name -> of so many documents one goes."""


def random_sets(documents: int) -> list[npt.NDArray[np.bool_]]:
    """SETS of each size, in the order of SIZES: bool [documents], true for one that goes."""
    generator, found = np.random.default_rng(DRAW_SEED), []
    for size in SIZES.values():
        for _ in range(SETS):
            removed = np.zeros(documents, np.bool_)
            removed[generator.permutation(documents)[: documents // size]] = True
            found.append(removed)
    return found


def predicted(pipeline: AuditPipeline, removed: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Changes of every score, means over the audit's seeds: with subsampling and noise held, and counted again."""
    found = {}
    for name, held in (("held", True), ("again", False)):
        changes = pipeline.predict([removed], lambda _: None, same_run=held)[0] - pipeline.trained_scores()
        found[name] = changes.mean(axis=1).tolist()
    return found


def compared(
    probes: list[str], whole: npt.NDArray[np.float64], retrained: list[npt.NDArray[np.float64]], found: list[Any]
) -> list[dict[str, Any]]:
    """A row a probe and size.

    Args:
        whole: scores of the whole corpus [probes, seeds]; retrained: those without each set; found: see predicted.
    """
    rows = []
    for row, probe in enumerate(probes):
        for place, size in enumerate(SIZES):
            numbers = [one for one in range(place * SETS, (place + 1) * SETS) if np.isfinite(retrained[one][row]).all()]
            if len(numbers) < 3:
                continue
            changes = np.array([retrained[one][row] - whole[row] for one in numbers])
            actual, seeds = changes.mean(axis=1), changes.shape[1]
            values: dict[str, Any] = {"probe": probe, "size": size, "sets": len(numbers), "actual": actual.mean()}
            values["error"] = (changes.std(axis=1, ddof=1) / np.sqrt(seeds)).mean()
            for name in ("held", "again"):
                told = np.array([found[one][name][row] for one in numbers])
                values |= {
                    f"{name} r": np.corrcoef(told, actual)[0, 1], f"{name} slope": np.polyfit(told, actual, 1)[0],
                    f"{name} error": np.abs(told - actual).mean(), f"{name} mean": told.mean(),
                }  # fmt: skip
            rows.append({name: float(one) if isinstance(one, np.floating) else one for name, one in values.items()})
    return rows
