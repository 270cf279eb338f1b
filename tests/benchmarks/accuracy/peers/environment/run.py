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
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import with_captum
import with_dattri
import with_pydvl
from model import Problem

DAMPINGS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
WITHOUT_DAMPING = ("TracIn",)
PROBES_OF_TRACE = 32
STARTED = time.perf_counter()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    problem = Problem(options.problem)
    unit = mean_eigenvalue(problem)
    (options.folder / "unit").write_text(repr(unit))
    modules = [module.estimators(problem) for module in (with_dattri, with_pydvl, with_captum)]
    (options.folder / "names").write_text("\n".join(name for runs in modules for name in runs))
    for runs in modules:
        for name, run in runs.items():
            place = file_of(options.folder, name)
            if not re.search(options.only, name):
                continue
            if place.with_suffix(".npz").exists() or place.with_suffix(".txt").exists():
                continue
            print(name, flush=True)
            one = Estimate(name, run, problem, unit, place, options.seconds)
            try:
                found = one.scored()
            except OutOfTime:
                print("out of time", flush=True)
                return 3
            except Exception:
                place.with_suffix(".txt").write_text(traceback.format_exc())
                print(traceback.format_exc(), flush=True)
                continue
            about: dict[str, Any] = {"name": name, "version": version(name.split(":")[0]), "unit": unit}
            np.savez(place.with_suffix(".npz"), **about, **found)
    return 0


def file_of(folder: Path, name: str) -> Path:
    return folder / re.sub(r"[^A-Za-z]+", "-", name)


class OutOfTime(Exception):
    """What was computed is kept; the next run goes on."""


@dataclass(frozen=True)
class Estimate:
    """One estimator, its damping and its influences, each kept on disk as soon as it is there."""

    name: str
    run: Callable[[int, float], np.ndarray]
    problem: Problem
    unit: float
    place: Path
    most_seconds: float

    def scored(self) -> dict[str, Any]:
        """Influences of all seeds [seeds, probes, documents] with the best damping, and processor seconds of one."""
        qualities = self.qualities()
        best = max(qualities, key=qualities.__getitem__)
        found = [self.influences(seed, best) for seed in range(self.problem.seeds)]
        return {
            "influences": np.stack([influences for influences, _ in found]),
            "seconds": np.median([seconds for _, seconds in found]),
            "damping": best,
            "dampings": np.array(list(qualities)),
            "qualities": np.array(list(qualities.values())),
        }

    def qualities(self) -> dict[float, float]:
        """Damping -> quality of the first seed's predictions of the tuning sets."""
        if any(word in self.name for word in WITHOUT_DAMPING):
            return {np.nan: np.nan}
        found = {}
        for damping in DAMPINGS:
            influences, seconds = self.influences(0, damping)
            found[damping] = self.problem.tuning_quality(influences)
            print(f"  {damping}: {found[damping]:.3f} ({seconds:.1f} s)", flush=True)
        return found

    def influences(self, seed: int, damping: float) -> tuple[np.ndarray, float]:
        """One seed's [probes, documents], and processor seconds."""
        path = self.place / f"{seed}-{damping}.npz"
        if not path.exists():
            if time.perf_counter() - STARTED > self.most_seconds:
                raise OutOfTime
            self.place.mkdir(exist_ok=True)
            begun = time.process_time()
            influences = self.run(seed, 0.0 if np.isnan(damping) else damping * self.unit)
            np.savez(path, influences=influences, seconds=time.process_time() - begun)
        with np.load(path) as stored:
            return stored["influences"], float(stored["seconds"])


def mean_eigenvalue(problem: Problem) -> float:
    """Of the Hessian of the summed loss of the first seed: its trace (Hutchinson's estimate) over its size."""
    model = problem.model(0)
    loss = problem.total_loss(model)
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
