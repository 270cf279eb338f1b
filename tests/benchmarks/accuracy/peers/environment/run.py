"""Runs in the peers' environment: python run.py PROBLEM.npz FOLDER [--seconds N]

Every estimator's influences go to FOLDER/NAME.npz; those that are there are passed over. A damping is chosen from
DAMPINGS, in units of the mean eigenvalue of the Hessian, by one seed's predictions of the tuning sets. An estimator
that fails leaves NAME.txt with its error.
"""

import argparse
import re
import sys
import time
import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
import with_captum
import with_dattri
import with_pydvl
from model import Problem

DAMPINGS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
WITHOUT_DAMPING = ("TracIn",)
PROBES_OF_TRACE = 32
STARTED = time.perf_counter()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    problem = Problem(options.problem)
    unit = mean_eigenvalue(problem)
    (options.folder / "unit").write_text(repr(unit))
    for module in (with_dattri, with_pydvl, with_captum):
        for name, run in module.estimators(problem).items():
            place = options.folder / re.sub(r"[^A-Za-z]+", "-", name)
            if place.with_suffix(".npz").exists() or place.with_suffix(".txt").exists():
                continue
            if time.perf_counter() - STARTED > options.seconds:
                print("out of time", flush=True)
                return 3
            print(name, flush=True)
            try:
                found = tuned(problem, run, unit, any(word in name for word in WITHOUT_DAMPING))
            except Exception:
                place.with_suffix(".txt").write_text(traceback.format_exc())
                print(traceback.format_exc(), flush=True)
                continue
            np.savez(place.with_suffix(".npz"), name=name, version=version(name.split(":")[0]), unit=unit, **found)
    return 0


def tuned(
    problem: Problem, run: Callable[[int, float | None], np.ndarray], unit: float, without: bool
) -> dict[str, np.ndarray]:
    """Influences of all seeds [seeds, probes, documents] with the best damping, and processor seconds of one seed."""
    qualities = {}
    if without:
        best = None
    else:
        for damping in DAMPINGS:
            begun = time.process_time()
            qualities[damping] = problem.tuning_quality(run(0, damping * unit))
            print(f"  {damping}: {qualities[damping]:.3f} ({time.process_time() - begun:.1f} s)", flush=True)
        best = max(qualities, key=qualities.__getitem__)
    seconds, influences = [], []
    for seed in range(problem.seeds):
        begun = time.process_time()
        influences.append(run(seed, None if best is None else best * unit))
        seconds.append(time.process_time() - begun)
    return {
        "influences": np.stack(influences),
        "seconds": np.median(seconds),
        "damping": np.nan if best is None else best,
        "dampings": np.array(list(qualities)),
        "qualities": np.array(list(qualities.values())),
    }


def mean_eigenvalue(problem: Problem) -> float:
    """Of the Hessian of the mean loss of the first seed: its trace (Hutchinson's estimate) over its size."""
    model = problem.model(0)
    loss = model(problem.pairs, problem.counts, torch.zeros(problem.documents, len(problem.probes))).mean()
    parameters = list(model.parameters())
    gradient = torch.cat([one.ravel() for one in torch.autograd.grad(loss, parameters, create_graph=True)])
    generator = torch.Generator().manual_seed(0)
    traces = []
    for _ in range(PROBES_OF_TRACE):
        signs = torch.randint(0, 2, (len(gradient),), generator=generator) * 2.0 - 1.0
        product = torch.autograd.grad(gradient, parameters, grad_outputs=signs, retain_graph=True)
        traces.append(float(signs @ torch.cat([one.ravel() for one in product])))
    return float(np.mean(traces)) / len(gradient)


if __name__ == "__main__":
    sys.exit(main())
