"""How much damping? Estimators that solve a linear system, over a grid of dampings, against our retraining.

    python -m tests.benchmarks.accuracy.damping CORPUS.jsonl.zst

shares its sets, trainings and cache with tests.benchmarks.accuracy. The slope is that of actual on predicted change: 2
says that predicted changes are half as large as real ones.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.model.settings import AuditSettings
from tests.benchmarks.accuracy.__main__ import CACHE, GOES_ON, HERE
from tests.benchmarks.accuracy.budget import Budget, OutOfTime
from tests.benchmarks.accuracy.corpus import RemovalSet, measurable_scores, read_corpus
from tests.benchmarks.accuracy.judging import by_probe, changes_of
from tests.benchmarks.accuracy.predictions import Predictions, Unfinished
from tests.benchmarks.accuracy.tables import mean, number, table
from tests.benchmarks.accuracy.trainings import Trainings

GRID = (10.0, 30.0, 100.0, 300.0, 1000.0)
RUNS = (
    *(("per-word", damping) for damping in GRID),
    *(("implicit", damping) for damping in GRID),
    ("implicit-hessian", AuditSettings().damping),
    ("lissa", AuditSettings().damping),
)
ESTIMATORS_ASKED = tuple(dict.fromkeys(name for name, _ in RUNS))
SEEDS = (1, 2, 3, 4)


def main() -> int:
    """Computes what is not in the cache while there is time, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin nothing new after so many seconds")
    parser.add_argument("--halves", type=int, default=24)
    parser.add_argument("--tenths", type=int, default=20)
    parser.add_argument("--estimators", nargs="+", choices=ESTIMATORS_ASKED, default=list(ESTIMATORS_ASKED))
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    corpus = read_corpus(options.corpus)
    scores = list(measurable_scores(corpus).values())
    budget = Budget(options.seconds, 1e9)
    trainings = Trainings(corpus, scores, CACHE / name, budget)
    sets = {
        "halves": [RemovalSet("half", place) for place in range(options.halves)],
        "tenths": [RemovalSet("tenth", place) for place in range(options.tenths)],
    }
    found: dict[str, Any] = {}
    try:
        trainings.discard_outdated()
        actual = {kind: changes_of(trainings, "ours", removals, SEEDS) for kind, removals in sets.items()}
        for estimator, damping in (run for run in RUNS if run[0] in options.estimators):
            one = Predictions(ESTIMATORS[estimator], trainings, SEEDS[:1], budget, damping)
            found[f"{estimator}, {damping:g}"] = measured(one, sets, actual)
    except OutOfTime as stopped:
        print(f"Out of time before: {stopped}. The same command goes on from here.", flush=True)
        return GOES_ON
    target = HERE / "results" / f"{name}-damping.json"
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    text = as_markdown(name, found)
    target.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def measured(predictions: Predictions, sets: dict[str, list[RemovalSet]], actual: dict[str, Any]) -> dict[str, Any]:
    """One estimator with one damping: agreement by kind of sets and probe, and processor seconds."""
    seed = predictions.seeds[0]
    try:
        outcome = predictions.influences(seed)
        judged = {kind: by_probe(predictions.changes(removals), actual[kind]) for kind, removals in sets.items()}
    except Unfinished as failure:
        return {"failure": str(failure)}
    return {**judged, "processor seconds": outcome.processor}


def as_markdown(name: str, found: dict[str, Any]) -> str:
    """One row an estimator and damping."""
    rows = []
    for what, one in found.items():
        if "failure" in one:
            rows.append([what, one["failure"], "", "", "", ""])
            continue
        cells = [what]
        for kind in ("halves", "tenths"):
            slopes = [probe["slope"] for probe in one[kind]]
            cells += [
                number(mean(probe["pearson"] for probe in one[kind])),
                f"{number(min(slopes), 1)} to {number(max(slopes), 1)}",
            ]
        rows.append([*cells, f"{one['processor seconds']:.1f}"])
    first = next(one for one in found.values() if "failure" not in one)
    ceilings = [number(mean(probe["ceiling"] for probe in first[kind])) for kind in ("halves", "tenths")]
    rows.append(["*noise ceiling*", ceilings[0], "1", ceilings[1], "1", ""])
    counts = [first[kind][0]["sets"] for kind in ("halves", "tenths")]
    header = [
        "estimator, damping", f"{counts[0]} halves: r", "slope", f"{counts[1]} removals of 10%: r", "slope",
        "seconds of all influences",
    ]  # fmt: skip
    lines = [
        f"# Damping, on {name}",
        "",
        f"Predicted change along one seed's training against the mean of {len(SEEDS)} seeds of ours retrained; "
        "Pearson's r, mean over the probes, and the range over them of the slope of actual on predicted. "
        "Damping is added to the curvature, in expected updates of one epoch. Processor seconds on one core.",
        "",
        *table(header, rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
