"""The command: see the package."""

import argparse
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.benchmarks.fidelity.corpus import RemovalSet, probes, read_corpus
from tests.benchmarks.fidelity.trainings import SETTINGS, Trainings
from worker.engine.devices import core_count
from worker.engine.influence.protocol import InfluenceProblem, Influences
from worker.engine.influence.replay import ReplayEstimator
from worker.engine.influence.unrolled import UnrolledEstimator
from worker.engine.probes.weat import Weat, resolve
from worker.engine.skipgram.training import train_seeds

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """How much is computed."""

    seeds: tuple[int, ...]
    halves: list[RemovalSet]
    tenths: list[RemovalSet]
    hundredths: list[RemovalSet]


def main() -> None:
    """Trains what is not in the cache, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", type=int, default=24, help="random halves")
    parser.add_argument("--removals", type=int, default=20, help="random removals of 10%% and of 1%%, each")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    plan = Plan(
        tuple(range(1, options.seeds + 1)),
        [RemovalSet("half", number) for number in range(options.sets)],
        [RemovalSet("tenth", number) for number in range(options.removals)],
        [RemovalSet("hundredth", number) for number in range(options.removals)],
    )
    corpus = read_corpus(options.corpus)
    name = options.corpus.name.split(".")[0]
    named = [(probe.name, resolve(probe, corpus)) for probe in probes()]
    scores = {probe: score for probe, score in named if isinstance(score, Weat)}
    trainings = Trainings(corpus, list(scores.values()), CACHE / name)
    result = {
        "corpus": {
            "name": name, "documents": corpus.document_count, "tokens": len(corpus.tokens), "words": len(corpus.words),
        },
        "probes": list(scores),
        "seeds": len(plan.seeds),
        "halves": fidelity_and_replay(trainings, plan),
        "removals of 10%": removals(trainings, plan.seeds[0], plan.tenths),
        "removals of 1%": removals(trainings, plan.seeds[0], plan.hundredths),
        "machine": {"cores": core_count(), "processor": platform.processor() or platform.machine()},
        "software": {package: version(package) for package in ("numpy", "torch", "numba", "gensim")},
    }  # fmt: skip
    target = HERE / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    table = as_markdown(result)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def fidelity_and_replay(trainings: Trainings, plan: Plan) -> dict[str, Any]:
    """On random halves: agreement of trainers, and replay's prediction of gensim's mean over seeds."""
    gensim = np.array([[trainings.gensim(half, seed) for half in plan.halves] for seed in plan.seeds])
    ours = np.array([[trainings.ours(half, seed) for half in plan.halves] for seed in plan.seeds])
    predicted = predictions(trainings, ReplayEstimator(), plan.halves, plan.seeds).mean(axis=2)
    between = [correlations(gensim[a], gensim[b]) for a in range(len(gensim)) for b in range(a)]
    across = [correlations(one, other) for one in ours for other in gensim]
    agreement = np.mean(between, axis=0)
    return {
        "sets": len(plan.halves),
        "gensim seed with gensim seed": agreement.tolist(),
        "our seed with our seed": np.mean(
            [correlations(ours[a], ours[b]) for a in range(len(ours)) for b in range(a)], axis=0
        ).tolist(),
        "our seed with gensim seed": np.mean(across, axis=0).tolist(),
        "mean score, gensim": gensim.mean(axis=(0, 1)).tolist(),
        "mean score, ours": ours.mean(axis=(0, 1)).tolist(),
        "noise ceiling": ceiling(agreement, len(plan.seeds)).tolist(),
        "replay with gensim's mean": correlations(predicted, gensim.mean(axis=0)).tolist(),
        "replay with our mean": correlations(predicted, ours.mean(axis=0)).tolist(),
        "our mean with gensim's mean": correlations(ours.mean(axis=0), gensim.mean(axis=0)).tolist(),
        "mean predicted score": predicted.mean(axis=0).tolist(),
    }


def removals(trainings: Trainings, seed: int, sets: list[RemovalSet]) -> dict[str, Any]:
    """On small removals: the unrolled sweep against this run's own retraining, one seed."""
    whole = trainings.same_run(RemovalSet("full", 0), seed)
    actual = np.array([trainings.same_run(removal, seed) for removal in sets]) - whole
    predicted = predictions(trainings, UnrolledEstimator(), sets, (seed,))[:, :, 0]
    slopes = [np.polyfit(predicted[:, probe], actual[:, probe], 1)[0] for probe in range(actual.shape[1])]
    return {
        "sets": len(sets),
        "unrolled with this run, Spearman": [
            float(np.corrcoef(ranks(predicted[:, probe]), ranks(actual[:, probe]))[0, 1])
            for probe in range(actual.shape[1])
        ],
        "unrolled with this run, Pearson": correlations(predicted, actual).tolist(),
        "slope of this run on unrolled": [float(slope) for slope in slopes],
    }


def predictions(
    trainings: Trainings, estimator: ReplayEstimator | UnrolledEstimator, sets: list[RemovalSet], seeds: tuple[int, ...]
) -> Scores:
    """[sets, probes, seeds]: replayed scores of what is left by replay, changes of score by unrolled."""
    path = trainings.folder / estimator.name / f"{len(seeds)}-seeds.npz"
    problem = InfluenceProblem(
        trainings.corpus,
        SETTINGS,
        train_seeds(trainings.corpus, SETTINGS, seeds, _silent, core_count()),
        trainings.scores,
        "cpu",
        core_count(),
    )
    if not path.exists():
        found = estimator.influences(problem, _silent)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, scores=found.scores, sentences=found.sentences)
    with np.load(path) as kept:
        influences = Influences(kept["scores"], kept["sentences"], np.zeros((0, 0), np.float32))
    removed = [one.removed(trainings.corpus.document_count) for one in sets]
    changes = estimator.predict(problem, influences, removed, _silent)
    if isinstance(estimator, ReplayEstimator):
        changes += influences.scores
    return changes


def correlations(first: Scores, second: Scores) -> Scores:
    """Pearson's r over sets, for every probe: [probes] from two [sets, probes]."""
    return np.array([np.corrcoef(first[:, probe], second[:, probe])[0, 1] for probe in range(first.shape[1])])


def ceiling(agreement: Scores, seeds: int) -> Scores:
    """The largest correlation that anything noiseless can have with a mean over seeds that agree so far: the square
    root of the mean's reliability (Spearman-Brown)."""
    positive = np.clip(agreement, 0.0, 1.0)
    return np.sqrt(seeds * positive / (1 + (seeds - 1) * positive))


def ranks(values: Scores) -> Scores:
    """Ranks from 0, for Spearman's correlation; no ties in real numbers."""
    return np.argsort(np.argsort(values)).astype(np.float64)


def as_markdown(result: dict[str, Any]) -> str:
    """One table of every measure by probe."""
    corpus = result["corpus"]
    lines = [
        f"{corpus['name']}: {corpus['documents']:,} documents, {corpus['tokens']:,} tokens, {corpus['words']:,} words; "
        f"{result['seeds']} seeds.",
        "",
        "| sets | measure | " + " | ".join(result["probes"]) + " |",
        "|---|---|" + "---|" * len(result["probes"]),
    ]
    for part in ("halves", "removals of 10%", "removals of 1%"):
        count = result[part]["sets"]
        for measure, values in result[part].items():
            if measure != "sets":
                numbers = " | ".join(f"{value:.2f}" for value in values)
                lines.append(f"| {count} {part} | {measure} | {numbers} |")
    return "\n".join(lines) + "\n"


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""


if __name__ == "__main__":
    main()
