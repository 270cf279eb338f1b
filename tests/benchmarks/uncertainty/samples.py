"""Which standard error is right? Fresh samples of a larger corpus as the judge.

    python -m tests.benchmarks.uncertainty.samples CORPUS.jsonl.zst

A bootstrap stands for what cannot be had: other samples of the texts' population. Here they can be had, for a large
corpus is taken for the population: many random samples of an eighth of its documents are trained on, and how their
scores vary is what a standard error told from one sample alone should be. Some of the samples are audited, and some are
bootstrapped. What is trained is kept in tests/benchmarks/cache, influences as long as the engine's code stays the same;
the table is printed and written to tests/benchmarks/uncertainty/results.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.execution import LocalExecutor, all_of, unwatched
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.weat import Weat
from skipgram_audit.training.seeds import train_seed
from tests.benchmarks.accuracy.corpus import probes, read_corpus
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.trainings import SETTINGS
from tests.benchmarks.machine import processor
from tests.benchmarks.uncertainty.errors import corrected, documents_alone, influences_by_seed
from tests.benchmarks.uncertainty.resamples import Bootstrap, Scores

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
FEWEST_DOCUMENTS = 80
"""Of the population that hold a probe's word: rarer ones would be in some samples' scores and not in others'."""


@dataclass(frozen=True)
class Population:
    """A corpus that samples are drawn from, each of the same number of documents, none twice.

    Attributes:
        corpus: the population.
        probes: of words that no sample lacks.
        share: of the documents in a sample.
        settings: of the trainings.
        folder: the cache.
    """

    corpus: EncodedCorpus
    probes: list[ProbeDefinition]
    share: float
    settings: AuditSettings
    folder: Path

    def sample(self, number: int) -> EncodedCorpus:
        """The sample of this number; its vocabulary is what it has of the population's."""
        count = self.corpus.document_count
        order = np.random.default_rng([11, number]).permutation(count)
        return self.corpus.of_documents(np.sort(order[: round(self.share * count)])).recounted(1)

    def measures(self, sample: EncodedCorpus) -> list[Weat]:
        """The probes over a sample.

        Raises:
            ValueError: a word is missing, so that the score would be another one.
        """
        scores = []
        for probe in self.probes:
            score = resolve(probe, sample)
            missing = [word for words in lists_of(probe).values() for word in words if word.lower() not in sample.index]
            if not isinstance(score, Weat) or missing:
                raise ValueError(f"A sample lacks words of {probe.name}: {', '.join(missing)}.")
            scores.append(score)
        return scores

    def scores(self, number: int, seed: int) -> npt.NDArray[np.float64]:
        """float64 [probes]: of one training on a sample, kept on disk."""
        path = self.folder / f"sample-{number}-{seed}.npy"
        if not path.exists():
            sample = self.sample(number)
            inputs = train_seed(sample, self.settings, seed, unwatched).inputs.astype(np.float64)
            np.save(path, [score.value(inputs[score.words]) for score in self.measures(sample)])
        found: npt.NDArray[np.float64] = np.load(path)
        return found


def main() -> None:
    """Trains what is not in the cache, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--share", type=float, default=0.125, help="of the documents in a sample")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--audited", type=int, default=24, help="samples whose influences are computed")
    parser.add_argument("--bootstrapped", type=int, default=5, help="samples that are resampled")
    parser.add_argument("--resamples", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=2, help="of every training")
    parser.add_argument("--estimators", nargs="+", default=["mean-field", "replay"], choices=sorted(ESTIMATORS))
    parser.add_argument("--workers", type=int, default=core_count())
    options = parser.parse_args()
    seeds = tuple(range(1, options.seeds + 1))
    population = population_of(options)
    executor = LocalExecutor(options.workers)
    runs = [executor.submit(population.scores, number, seed) for number in range(options.samples) for seed in seeds]
    scores = np.array(all_of(executor, runs)).reshape(options.samples, len(seeds), -1)
    truth = documents_alone(scores, 1 / (1 - options.share))
    resampled = [bootstrapped(population, number, seeds, options) for number in range(options.bootstrapped)]
    corpus = population.corpus
    result: dict[str, Any] = {
        "corpus": {"name": name_of(options), "documents": corpus.document_count, "tokens": len(corpus.tokens)},
        "probes": {probe.name: lists_of(probe) for probe in population.probes},
        "share": options.share,
        "samples": options.samples,
        "seeds": len(seeds),
        "resamples": options.resamples,
        "mean score": scores.mean(axis=(0, 1)).tolist(),
        "truth": truth,
        "bootstrap": told([one["documents alone"] for one in resampled], scores, truth),
        "bootstrap's mean score": np.mean([one["mean score"] for one in resampled], axis=0).tolist(),
        "mean score of the bootstrapped": scores[: options.bootstrapped].mean(axis=(0, 1)).tolist(),
        "jackknife": {
            estimator: told(
                [errors(population, number, estimator, seeds, options.workers) for number in range(options.audited)],
                scores,
                truth,
            )
            for estimator in options.estimators
        },
        "machine": {"processor": processor()},
        "software": {package: version(package) for package in ("numpy", "torch", "numba")},
    }  # fmt: skip
    target = HERE / "results" / f"{name_of(options)}-samples.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = as_markdown(result)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def population_of(options: argparse.Namespace) -> Population:
    """The population that the options name."""
    corpus = read_corpus(options.corpus)
    settings = SETTINGS.model_copy(update={"shuffle_documents": True, "minimum_count": 1})
    key = digest(code_key("skipgram_audit.training.distribution"), settings, options.share)
    folder = CACHE / name_of(options) / f"samples-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return Population(corpus, [frequent(probe, corpus) for probe in probes()], options.share, settings, folder)


def lists_of(probe: ProbeDefinition) -> dict[str, list[str]]:
    """All word lists of a probe by name."""
    return probe.targets | probe.attributes


def frequent(probe: ProbeDefinition, corpus: EncodedCorpus) -> ProbeDefinition:
    """The probe without its rarer words."""
    documents = np.repeat(np.arange(corpus.document_count), np.diff(corpus.document_offsets))

    def often(word: str) -> bool:
        holding = documents[corpus.tokens == corpus.index.get(word.lower(), -1)]
        return len(np.unique(holding)) >= FEWEST_DOCUMENTS

    def kept(lists: Mapping[str, list[str]]) -> dict[str, list[str]]:
        return {name: list(filter(often, words)) for name, words in lists.items()}

    return probe.model_copy(update={"targets": kept(probe.targets), "attributes": kept(probe.attributes)})


def bootstrapped(
    population: Population, number: int, seeds: tuple[int, ...], options: argparse.Namespace
) -> dict[str, list[float]]:
    """A bootstrap of one sample: its mean score, and its standard error."""
    sample = population.sample(number)
    folder = population.folder / f"bootstrap-{number}"
    drawn = Bootstrap(sample, population.measures(sample), population.settings, folder)
    scores = drawn.by_seed(options.resamples, seeds, options.workers)
    return {"mean score": scores.mean(axis=(0, 1)).tolist(), **documents_alone(scores)}


def errors(population: Population, number: int, estimator: str, seeds: tuple[int, ...], workers: int) -> list[float]:
    """Standard errors of a sample's scores by the jackknife, as an audit of the sample tells them."""
    sample = population.sample(number)
    folder = population.folder / f"audit-{number}"
    measures = population.measures(sample)
    _, influences = influences_by_seed(sample, measures, estimator, seeds, folder, workers, population.settings)
    return [float(corrected(probe)) for probe in influences]


def told(found: list[list[float]], scores: Scores, truth: dict[str, list[float]]) -> dict[str, Any]:
    """Standard errors told from single samples, beside how samples vary.

    Args:
        found: [samples told of, probes].
        scores: [samples, seeds, probes]; those told of come first.
        truth: see documents_alone.
    """
    standard_errors = np.array(found)
    by_sample = scores.mean(axis=1)
    away = np.abs(by_sample[: len(found)] - by_sample.mean(axis=0))
    root = np.sqrt(np.square(standard_errors).mean(axis=0))
    return {
        "samples": len(found),
        "root mean square": root.tolist(),
        "median": np.median(standard_errors, axis=0).tolist(),
        "lowest": standard_errors.min(axis=0).tolist(),
        "highest": standard_errors.max(axis=0).tolist(),
        "over truth": (root / truth["documents alone"]).tolist(),
        "mean within 1.96": (away <= 1.96 * standard_errors).sum(axis=0).tolist(),
    }


def as_markdown(result: dict[str, Any]) -> str:
    """One table of every measure by probe."""
    corpus, truth = result["corpus"], result["truth"]
    lines = [
        f"{corpus['name']} ({corpus['documents']:,} documents, {corpus['tokens']:,} tokens) as the population: "
        f"{result['samples']} samples of {result['share']:.3g} of its documents, {result['seeds']} seeds each, "
        f"documents in random orders; words of probes that {FEWEST_DOCUMENTS} of them hold. "
        f"{result['machine']['processor']}.",
        "",
        "| what | measure | " + " | ".join(result["probes"]) + " |",
        "|---|---|" + "---|" * len(result["probes"]),
        _row("samples", "mean score", result["mean score"]),
        _row("samples", "standard deviation, documents alone", truth["documents alone"]),
        _row("samples", "the same, from", truth["documents alone, from"]),
        _row("samples", "the same, to", truth["documents alone, to"]),
    ]
    parts = {
        f"bootstrap of {result['bootstrap']['samples']} samples, {result['resamples']} resamples": result["bootstrap"],
        **{f"jackknife by {name}, {one['samples']} samples": one for name, one in result["jackknife"].items()},
    }
    for what, one in parts.items():
        lines += [
            _row(what, "standard error, root mean square", one["root mean square"]),
            _row(what, "median of the samples", one["median"]),
            _row(what, "lowest of a sample", one["lowest"]),
            _row(what, "highest of a sample", one["highest"]),
            _row(what, "over the samples' standard deviation", one["over truth"]),
            f"| {what} | samples with the mean score within 1.96 of it | "
            + " | ".join(str(count) for count in one["mean within 1.96"])
            + " |",
        ]
    lines += [
        _row("bootstrapped samples", "mean score", result["mean score of the bootstrapped"]),
        _row("their resamples", "mean score", result["bootstrap's mean score"]),
    ]
    return "\n".join(lines) + "\n"


def _row(what: str, measure: str, values: list[float]) -> str:
    return f"| {what} | {measure} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def name_of(options: argparse.Namespace) -> str:
    """Of the corpus."""
    return str(options.corpus.name.split(".")[0])


if __name__ == "__main__":
    main()
