"""The command: see the package."""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.computing.cores import core_count
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.weat import Weat
from tests.benchmarks.accuracy.corpus import SHARE_REMOVED, RemovalSet, probes, read_corpus
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.trainings import SETTINGS, Trainings
from tests.benchmarks.machine import processor
from tests.benchmarks.uncertainty.errors import corrected, documents_alone, influences_by_seed
from tests.benchmarks.uncertainty.resamples import Bootstrap, Scores, drawn_counts

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"


def main() -> None:
    """Trains what is not in the cache, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--resamples", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--removals", type=int, default=100, help="trainings without a tenth of the documents, a seed")
    parser.add_argument("--influence-seeds", type=int, default=2, help="of the whole corpus' own trainings")
    parser.add_argument(
        "--estimators", nargs="+", default=["mean-field", "replay", "unrolled"], choices=sorted(ESTIMATORS)
    )
    parser.add_argument("--workers", type=int, default=core_count())
    options = parser.parse_args()
    seeds = tuple(range(1, options.seeds + 1))
    corpus = read_corpus(options.corpus)
    name = options.corpus.name.split(".")[0]
    named = [(probe.name, resolve(probe, corpus)) for probe in probes()]
    measurable = {probe: score for probe, score in named if isinstance(score, Weat)}
    scores = list(measurable.values())
    # The kernel and its draws; what else a training records does not change its vectors.
    folder = CACHE / name / f"uncertainty-{digest(code_key('skipgram_audit.training.distribution'), SETTINGS)}"
    drawn = Bootstrap(corpus, scores, SETTINGS, folder).by_seed(options.resamples, seeds, options.workers)
    copies = np.array([drawn_counts(corpus.document_count, number) for number in range(options.resamples)])
    result: dict[str, Any] = {
        "corpus": {
            "name": name, "documents": corpus.document_count, "tokens": len(corpus.tokens), "words": len(corpus.words),
        },
        "probes": list(measurable),
        "seeds": len(seeds),
        "resamples": options.resamples,
        "removals": options.removals,
        "bootstrap": bootstrap_spread(drawn),
        "delete-a-tenth jackknife": deletion_errors(without_tenths(corpus, scores, CACHE / name, options)),
        "jackknife": {},
        "machine": {"processor": processor()},
        "software": {package: version(package) for package in ("numpy", "torch", "numba")},
    }  # fmt: skip
    target = HERE / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        earlier = json.loads(target.read_text(encoding="utf-8"))
        if all(earlier[key] == result[key] for key in ("corpus", "probes", "seeds", "resamples")):
            result["jackknife"] = earlier["jackknife"]
    for estimator in options.estimators:
        trained, influences = influences_by_seed(
            corpus, scores, estimator, tuple(range(1, options.influence_seeds + 1)), folder, options.workers
        )
        result["whole corpus"] = {
            "score": trained.mean(axis=1).tolist(),
            "standard deviation over seeds": trained.std(axis=1, ddof=1).tolist(),
        }
        result["jackknife"][estimator] = jackknife(influences, drawn, copies)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    table = as_markdown(result)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def bootstrap_spread(drawn: Scores) -> dict[str, list[float]]:
    """How scores spread over resamples: with one seed held, and what of it is the documents' and what the training's.

    A training's score on resample b with seed s is m + t_s + a_b + e_bs: a_b is what the documents do to the score of
    the average training, e_bs what they do to this training only. Two seeds share a_b and nothing else, so the
    covariance over resamples between two seeds estimates the variance of a_b without bias; one seed's variance over
    resamples is that of a_b + e_bs.

    Args:
        drawn: [resamples, seeds, probes].
    """
    return {
        "mean score": drawn.mean(axis=(0, 1)).tolist(),
        "one training, its seed held": np.sqrt(drawn.var(axis=0, ddof=1).mean(axis=0)).tolist(),
        "mean over the seeds, held": drawn.mean(axis=1).std(axis=0, ddof=1).tolist(),
        **documents_alone(drawn),
    }


def without_tenths(corpus: EncodedCorpus, scores: list[Weat], folder: Path, options: argparse.Namespace) -> Scores:
    """Scores of trainings without random tenths of the documents, [removals, seeds, probes], kept on disk; the sets and
    the trainings are those of the accuracy benchmark."""
    trainings = Trainings(corpus, list(scores), folder)
    removals = [RemovalSet("tenth", number) for number in range(options.removals)]
    runs = [(removal, seed) for removal in removals for seed in range(1, options.seeds + 1)]
    with ThreadPoolExecutor(options.workers) as pool:
        found = list(pool.map(lambda run: trainings.ours(*run), runs))
    return np.array(found).reshape(len(removals), options.seeds, len(scores))


def deletion_errors(scores: Scores) -> dict[str, list[float]]:
    """Standard errors by the delete-d jackknife (Shao and Wu 1989), the chance of training taken out:

        sqrt((n - d) / d variance over random sets of d documents of the score without them)

    with d a tenth of the n documents. No document is repeated, and nine tenths of the text stay, so scores bend less
    than in a bootstrap, where a third of the documents are missing and others stand twice.

    Args:
        scores: [sets, seeds, probes].
    """
    factor = (1 - SHARE_REMOVED["tenth"]) / SHARE_REMOVED["tenth"]
    return {"mean score": scores.mean(axis=(0, 1)).tolist(), **documents_alone(scores, factor)}


def jackknife(influences: Scores, drawn: Scores, copies: Scores) -> dict[str, list[float]]:
    """Standard errors by the infinitesimal jackknife, and how the bootstrap's scores follow the influences.

    Args:
        influences: [probes, seeds, documents].
        drawn: bootstrap scores [resamples, seeds, probes].
        copies: how often each document was drawn, [resamples, documents].
    """
    mean = influences.mean(axis=1)
    of_pairs = np.array([[corrected(probe[list(pair)]) for pair in pairs(len(probe))] for probe in influences])
    predicted = (copies - 1) @ mean.T
    actual = drawn.mean(axis=1)
    return {
        "one seed, uncorrected": np.sqrt(np.square(influences).sum(axis=2).mean(axis=1)).tolist(),
        "mean over the seeds, uncorrected": np.sqrt(np.square(mean).sum(axis=1)).tolist(),
        "mean over the seeds, corrected": [float(corrected(probe)) for probe in influences],
        "two seeds, corrected, lowest": of_pairs.min(axis=1).tolist(),
        "two seeds, corrected, highest": of_pairs.max(axis=1).tolist(),
        "correlation with the resamples' scores": [
            float(np.corrcoef(predicted[:, probe], actual[:, probe])[0, 1]) for probe in range(actual.shape[1])
        ],
        "slope of the resamples' scores": [
            float(np.polyfit(predicted[:, probe], actual[:, probe], 1)[0]) for probe in range(actual.shape[1])
        ],
    }


def pairs(seeds: int) -> list[tuple[int, int]]:
    """All pairs of different seeds."""
    return [(first, second) for first in range(seeds) for second in range(first)]


def as_markdown(result: dict[str, Any]) -> str:
    """One table of every measure by probe."""
    corpus = result["corpus"]
    lines = [
        f"{corpus['name']}: {corpus['documents']:,} documents, {corpus['tokens']:,} tokens, {corpus['words']:,} words; "
        f"{result['resamples']} resamples and {result['removals']} removals of a tenth, {result['seeds']} seeds each.",
        "",
        "| what | measure | " + " | ".join(result["probes"]) + " |",
        "|---|---|" + "---|" * len(result["probes"]),
    ]
    truths = ("bootstrap", "delete-a-tenth jackknife")
    parts = {**{name: result[name] for name in ("whole corpus", *truths)}, **result["jackknife"]}
    for part, measures in parts.items():
        for measure, values in measures.items():
            lines.append(f"| {part} | {measure} | " + " | ".join(f"{value:.3f}" for value in values) + " |")
    for name in truths:
        truth = result[name]["documents alone"]
        for estimator, measures in result["jackknife"].items():
            values = measures["mean over the seeds, corrected"]
            ratios = (f"{one / other:.2f}" if other else "-" for one, other in zip(values, truth, strict=True))
            lines.append(f"| {estimator} | corrected jackknife over {name} | {' | '.join(ratios)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
