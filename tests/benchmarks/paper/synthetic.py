"""T1: does cross-loss influence tell what leaving a training point out does?

    python -m tests.benchmarks.paper --only synthetic

For every seed a network is trained by its clustering loss, and again without each of its 150 points: that is the truth.
The paper judges its estimates by retraining under the test function's own, supervised loss instead; that is done, too.
Estimates and truths are correlated over the training points, one test function at a time: the loss of each of 15
points that were not trained on, "matched" (clustering) and "cross" (supervised). A seed's figures are means over test
functions; the table gives the mean over seeds and its standard error.
"""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import torch
from scipy.stats import pearsonr, spearmanr
from torch import Tensor
from torch.func import vmap

from tests.benchmarks.paper import estimates
from tests.benchmarks.paper.clusters import (
    CLUSTERS,
    HELD_OUT,
    POINTS,
    Moment,
    Points,
    assignments,
    clustering_losses,
    draw,
    initial,
    standing_for,
    supervised_losses,
    targets,
    train,
)

KEY = ("targets", "decay", "kind", "truth")
LEGEND = (
    "**Pearson** ± standard error over seeds, Spearman; Pearson by class of the test point; share of test points at "
    "0.6 and more, and at 0.8 and more. A method refuses where its matrix is not positive definite."
)
LENGTHS = (2, 10, 50, 250, 1000)
DECAY, OTHER_DECAYS = 0.1, (0.01, 1.0)
DAMPINGS = (0.01, 0.1, 1.0, 10.0)
SEEDS, SEEDS_OF_OTHERS = 10, 4
AT_EACH_DECAY = ("implicit, damping 0.1", "unrolled")
KINDS = {"cross": slice(0, CLUSTERS * HELD_OUT), "matched": slice(CLUSTERS * HELD_OUT, 2 * CLUSTERS * HELD_OUT)}
RESULTS = FilePath(__file__).parent / "results"
Rows = list[dict[str, Any]]


def run(seed: int, decay: float, moving: bool) -> Rows:
    """A row for every length, test function's kind, method and truth: what a seed found, by class and in all."""
    generator = torch.Generator().manual_seed(seed)
    points, held_out = draw(POINTS, generator), draw(HELD_OUT, generator)
    start = initial(points.inputs, generator)
    count = len(points.inputs)
    ones = torch.ones(1, count, dtype=torch.float64)
    weights = torch.cat([ones, ones - torch.eye(count, dtype=torch.float64)])
    path = estimates.Path()
    own = train("clustering", start, points, points.classes, weights, decay, LENGTHS, moving, path.observe)
    matching, right = standing_for(assignments(own[LENGTHS[-1]].parameters[0], points.inputs), points.classes)
    theirs = train("supervised", start, points, matching[points.classes], weights, decay, LENGTHS)
    rows = []
    for length in LENGTHS:
        moment = own[length]
        tests = test_functions(moment, points, held_out, matching[held_out.classes])
        truths = {"clustering": left_out(tests, moment), "supervised": left_out(tests, theirs[length])}
        for method, found in methods(tests, moment, path, length, points, decay):
            for kind, truth in (("cross", "clustering"), ("cross", "supervised"), ("matched", "clustering")):
                part = KINDS[kind]
                judged = judge(found[part], truths[truth][part], held_out.classes) if found is not None else {}
                rows.append(
                    {"targets": "moving" if moving else "kept", "seed": seed, "decay": decay, "length": length}
                    | {"kind": kind, "method": method, "truth": truth, "accuracy": right, "refused": found is None}
                    | judged
                )  # fmt: skip
    return rows


def test_functions(moment: Moment, points: Points, held_out: Points, clusters: Tensor) -> estimates.Tests:
    """The losses of the points that were held out, supervised and clustering, by parameters: see KINDS."""
    with torch.no_grad():
        trained, other = (assignments(moment.parameters[0], one.inputs) for one in (points, held_out))
        aims = targets(torch.cat([trained, other]), torch.ones(len(trained) + len(other), dtype=torch.float64))

    def both(parameters: Tensor) -> Tensor:
        cross = supervised_losses(parameters, held_out.inputs, clusters)
        return torch.cat([cross, clustering_losses(parameters, held_out.inputs, aims[len(trained) :])])

    return both


def left_out(tests: estimates.Tests, moment: Moment) -> Tensor:
    """Every test function of the whole run, minus that of the run without each point: [tests, n]."""
    with torch.no_grad():
        values = vmap(tests)(moment.parameters)
    return (values[0] - values[1:]).T


def methods(
    tests: estimates.Tests, moment: Moment, path: estimates.Path, length: int, points: Points, decay: float
) -> Iterator[tuple[str, Tensor | None]]:
    """Names and estimates [tests, n]; None where a method refuses."""
    parameters, aims = moment.parameters[0], moment.aims[0]
    for damping in DAMPINGS:
        name = f"implicit, damping {damping:g}"
        yield name, estimates.implicit(tests, parameters, points, aims, decay, damping)
    yield "unrolled", estimates.unrolled(tests, parameters, path, length, points, decay)
    yield "gradient", estimates.gradient(tests, path, length, points)
    yield "mirrored", estimates.mirrored(tests, parameters, points, aims, decay)


def judge(found: Tensor, truth: Tensor, classes: Tensor) -> dict[str, Any]:
    """Correlations over training points, averaged over the test functions that some point moves, and their shares."""
    moved = [one for one in range(len(truth)) if float(truth[one].std()) > 0 and float(found[one].std()) > 0]
    pearson = np.full(len(truth), math.nan)
    spearman = np.full(len(truth), math.nan)
    for one in moved:
        pearson[one] = pearsonr(found[one].numpy(), truth[one].numpy()).statistic
        spearman[one] = spearmanr(found[one].numpy(), truth[one].numpy()).statistic
    return {
        "pearson": float(np.nanmean(pearson)),
        "spearman": float(np.nanmean(spearman)),
        "at 0.6": float((pearson >= 0.6).mean()),
        "at 0.8": float((pearson >= 0.8).mean()),
        "by class": [float(np.nanmean(pearson[classes.numpy() == one])) for one in range(CLUSTERS)],
    }


def table(rows: Rows) -> str:
    """A table for each sort of target, weight decay, test function and truth: methods by lengths of training."""
    names = list(dict.fromkeys(row["method"] for row in rows))
    lines = []
    for key in sorted({tuple(row[name] for name in KEY) for row in rows}):
        chosen = [row for row in rows if tuple(row[name] for name in KEY) == key]
        moving, decay, kind, truth = key
        seeds = len({row["seed"] for row in chosen})
        lines += [
            "",
            f"## Targets {moving}; test function: {kind}; retrained by the {truth} loss; weight decay {decay:g}; "
            f"{seeds} seeds",
            "",
            "| method | " + " | ".join(f"{length:,} steps" for length in LENGTHS) + " |",
            "|---" * (len(LENGTHS) + 1) + "|",
        ]
        for method in names:
            cells = [cell([row for row in chosen if (row["method"], row["length"]) == (method, at)]) for at in LENGTHS]
            lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(["# Leave-one-out on three Gaussians", "", LEGEND, *lines, *by_decay(rows)]) + "\n"


def by_decay(rows: Rows) -> list[str]:
    """Pearson of the same seeds at each weight decay, after the longest training."""
    key = ("kept", "cross", "clustering", LENGTHS[-1])
    chosen = [row for row in rows if tuple(row[name] for name in ("targets", "kind", "truth", "length")) == key]
    found = {(row["method"], row["decay"], row["seed"]): row.get("pearson") for row in chosen}
    decays, seeds = sorted({row["decay"] for row in chosen}), range(SEEDS_OF_OTHERS)
    lines = [
        "",
        f"## The same seeds at each weight decay: targets kept, cross, by the clustering loss, {LENGTHS[-1]:,} steps",
        "",
        "| method | weight decay | mean of these | " + " | ".join(f"seed {seed}" for seed in seeds) + " |",
        "|---" * (3 + len(seeds)) + "|",
    ]
    for method in AT_EACH_DECAY:
        for decay in decays:
            values = [found.get((method, decay, seed)) for seed in seeds]
            known = [value for value in values if value is not None]
            cells = ["refused" if value is None else f"{value:.2f}" for value in values]
            mean = f"{np.mean(known):.2f}" if known else "–"
            lines.append(f"| {method} | {decay:g} | {mean} | " + " | ".join(cells) + " |")
    return lines


def cell(rows: Rows) -> str:
    """What the seeds found: Pearson with its standard error over seeds, and the rest of LEGEND."""
    done = [row for row in rows if not row["refused"]]
    if not done:
        return "refused"
    pearson = np.array([row["pearson"] for row in done])
    error = f" ± {pearson.std(ddof=1) / math.sqrt(len(pearson)):.2f}" if len(pearson) > 1 else ""
    spearman = np.mean([row["spearman"] for row in done])
    classes = "/".join(f"{value:.2f}" for value in np.nanmean([row["by class"] for row in done], axis=0))
    shares = "/".join(f"{np.mean([row[name] for row in done]):.0%}" for name in ("at 0.6", "at 0.8"))
    refused = f"; refused {len(rows) - len(done)} of {len(rows)}" if len(done) < len(rows) else ""
    return f"**{pearson.mean():.2f}**{error}, {spearman:.2f}; {classes}; {shares}{refused}"


def main(cache: FilePath) -> None:
    """Runs what is not there yet, and writes the table.

    Args:
        cache: a folder for what single seeds found.
    """
    torch.set_num_threads(1)
    kept = cache / "synthetic.json"
    rows: Rows = json.loads(kept.read_text()) if kept.exists() else []
    wanted = [(seed, DECAY, False) for seed in range(SEEDS)]
    wanted += [(seed, DECAY, True) for seed in range(SEEDS)]
    wanted += [(seed, decay, False) for decay in OTHER_DECAYS for seed in range(SEEDS_OF_OTHERS)]
    for seed, decay, moving in wanted:
        sort = "moving" if moving else "kept"
        if any((row["seed"], row["decay"], row["targets"]) == (seed, decay, sort) for row in rows):
            continue
        begin = time.process_time()
        rows += run(seed, decay, moving)
        kept.write_text(json.dumps(rows))
        seconds = time.process_time() - begin
        print(f"targets {sort}, weight decay {decay:g}, seed {seed}: {seconds:.0f} s of the processor", flush=True)
    (RESULTS / "synthetic.md").write_text(table(rows), encoding="utf-8")
