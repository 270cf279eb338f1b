"""The command: see the package."""

import argparse
import json
import platform
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.cores import core_count
from tests.benchmarks.accuracy.__main__ import CACHE, GOES_ON
from tests.benchmarks.accuracy.budget import STARTED, Budget, OutOfTime
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.judging import by_probe, changes_of, mean_over_seeds
from tests.benchmarks.accuracy.peers.own import Candidate, own_candidates
from tests.benchmarks.accuracy.peers.problem import JUDGED, SEEDS, Problem, export, small_problem
from tests.benchmarks.accuracy.peers.tables import as_markdown
from tests.benchmarks.machine import processor

PACKAGES = ("torch==2.13.0", "dattri==0.3.0", "pyDVL[influence]==0.10.0", "captum==0.9.0", "numpy==1.26.4")
HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"


def main() -> int:
    """Makes the environment and the problem, runs all estimators, judges them, prints and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a .jsonl.zst file of objects with a text")
    parser.add_argument("--environment", type=Path, required=True, help="folder of the peers' virtual environment")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin nothing new after so many seconds")
    parser.add_argument("--only", help="peers whose names contain this expression; for trials")
    options = parser.parse_args()
    budget = Budget(options.seconds, 600)
    folder = CACHE / "peers"
    problem = small_problem(options.corpus, folder, budget)
    try:
        problem.trainings.discard_outdated()
        key = digest(problem.trainings.key, code_key("skipgram_audit.corpus.counts"))
        exported = folder / f"problem-{key}.npz"
        if not exported.exists():
            export(problem, exported)
        own_runs = {kind: changes_of(problem.trainings, "ours", sets, SEEDS) for kind, sets in JUDGED.items()}
        this_run = changes_of(problem.trainings, "same_run", JUDGED["tenths"], SEEDS)
    except OutOfTime as stopped:
        print(f"Out of time before: {stopped}. The same command goes on from here.", flush=True)
        return GOES_ON
    found = folder / f"found-{key}"
    script = HERE / "environment" / "run.py"
    seconds = str(max(0.0, options.seconds - time.perf_counter() + STARTED))
    command = [environment(options.environment), "-W", "ignore", script, exported, found, "--seconds", seconds]
    if options.only:
        command += ["--only", options.only]
    subprocess.run([str(part) for part in command], check=False)
    own_finished = True
    candidates = list(peers(found, problem))
    try:
        for one in own_candidates(problem, float((found / "unit").read_text()), budget):
            candidates.append(one)
    except OutOfTime as stopped:
        print(f"Out of time before: {stopped}. The same command goes on from here.", flush=True)
        own_finished = False
    result = judged(problem, candidates, own_runs, this_run)
    RESULTS.mkdir(exist_ok=True)
    if (RESULTS / "peers.json").exists():
        keep_earlier(result, json.loads((RESULTS / "peers.json").read_text(encoding="utf-8")))
    names = (found / "names").read_text().split("\n")
    result["complete"] = own_finished and set(names) <= set(result["estimators"])
    (RESULTS / "peers.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = as_markdown(result)
    (RESULTS / "peers.md").write_text(table, encoding="utf-8")
    print(table)
    return 0 if result["complete"] else GOES_ON


def environment(folder: Path) -> Path:
    """The interpreter of the peers' virtual environment, which is made when it is not there."""
    interpreter = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(interpreter), "-m", "pip", "install", *PACKAGES], check=True)
        (folder / "complete").touch()
    return interpreter


def peers(folder: Path, problem: Problem) -> Iterator[Candidate]:
    """What the other libraries found; documents' influences are added up over a set."""
    documents = problem.corpus.document_count
    for path in sorted(folder.iterdir()):
        if path.suffix == ".txt":
            yield Candidate(path.stem, failure=path.read_text().strip().splitlines()[-1])
        elif path.suffix == ".npz":
            with np.load(path) as stored:
                influences, seconds, name = stored["influences"], float(stored["seconds"]), str(stored["name"])
                damping, dampings = float(stored["damping"]), stored["dampings"]
            changes = {
                kind: np.stack([-influences[:, :, one.removed(documents)].sum(axis=2).T for one in sets])
                for kind, sets in JUDGED.items()
            }
            tuning = (
                "nothing to tune"
                if np.isnan(damping)
                else f"damping {damping:g} mean eigenvalues, best of {dampings.min():g} to {dampings.max():g}"
            )
            yield Candidate(name, changes, seconds, tuning)


def judged(
    problem: Problem,
    candidates: list[Candidate],
    own_runs: dict[str, npt.NDArray[np.float64]],
    this_run: npt.NDArray[np.float64],
) -> dict[str, Any]:
    """All candidates by the same retrainings: runs like it, and this run."""
    trainings = problem.trainings
    outcome: dict[str, dict[str, Any]] = {}
    for one in candidates:
        if one.failure:
            outcome[one.name] = {"failure": one.failure}
            continue
        seeds = [by_probe(one.changes["tenths"][:, :, [seed]], this_run[:, :, [seed]]) for seed in range(len(SEEDS))]
        outcome[one.name] = {
            **{kind: by_probe(one.changes[kind], own_runs[kind]) for kind in JUDGED},
            "this run": {
                measure: mean_over_seeds([[probe[measure] for probe in seed] for seed in seeds])
                for measure in ("spearman", "slope")
            },
            "seconds": one.seconds,
            "training, processor seconds": trainings.seconds(SEEDS)[0],
            "tuning": one.tuning,
        }
    corpus = problem.corpus
    return {
        "corpus": {"documents": corpus.document_count, "tokens": len(corpus.tokens), "words": len(corpus.words)},
        "probes": list(problem.names),
        "seeds": len(SEEDS),
        "training": {"processor seconds": trainings.seconds(SEEDS)[0]},
        "estimators": outcome,
        "machine": {"cores": core_count(), "processor": processor(), "system": platform.platform()},
        "software": {"environment": list(PACKAGES), **{name: version(name) for name in ("numpy", "torch", "numba")}},
    }


def keep_earlier(result: dict[str, Any], earlier: dict[str, Any]) -> None:
    """Adds the estimators of earlier results on the same problem that this run has not come to."""
    if all(earlier[key] == result[key] for key in ("corpus", "probes", "seeds")):
        timed = {"training, processor seconds": earlier["training"]["processor seconds"]}
        for name, one in earlier["estimators"].items():
            result["estimators"].setdefault(name, {**timed, **one})


if __name__ == "__main__":
    sys.exit(main())
