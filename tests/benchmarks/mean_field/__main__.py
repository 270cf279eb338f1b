"""The command: see the package."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from skipgram_audit.attribution.mean_field import expected_training as mean_field
from skipgram_audit.attribution.mean_field import noise_sums
from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator
from skipgram_audit.attribution.mean_field.expected_training import MeanField
from skipgram_audit.computing.cores import core_count
from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.sgd import train
from tests.benchmarks.accuracy.corpus import RemovalSet, probes, read_corpus
from tests.benchmarks.accuracy.trainings import FULL, SETTINGS, Trainings
from tests.library.samples import in_another_order

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
SEEDS = (1, 2)
ORDERS = 3
Floats = npt.NDArray[np.float64]
Row = tuple[str, list[float]]


@dataclass(frozen=True)
class Bench:
    """A corpus with its counts, probes and retrainings."""

    corpus: EncodedCorpus
    trainings: Trainings

    @cached_property
    def keep(self) -> Floats:
        return keep_probabilities(self.corpus.counts, SETTINGS.subsample)

    @cached_property
    def counter(self) -> PairCounter:
        return PairCounter(self.corpus, self.keep, SETTINGS.window, core_count())

    def train(self, seed: int) -> MeanField:
        """The mean field from a seed's first vectors."""
        start = initial_rows(self.corpus.words, SETTINGS.dimension, seed)
        noise = noise_probabilities(self.corpus.counts, SETTINGS.noise_power)
        return MeanField(self.counter.full, start, noise, SETTINGS, seed, core_count(), torch.float32, _silent)

    def scores(self, inputs: torch.Tensor) -> list[float]:
        """Of input vectors [V, d], by probe."""
        return [float(one(inputs[torch.as_tensor(one.words)].double())) for one in self.trainings.scores]

    def influences(self, trained: MeanField) -> Floats:
        """[probes, documents]."""
        slopes = [MeanFieldEstimator().slope(trained, one) for one in self.trainings.scores]
        found = self.counter.spread(trained.gradients(slopes, _silent))
        return np.stack([sums_between(shares, self.corpus.document_offsets) for shares in found])


def main() -> None:
    """Computes every row, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--halves", type=int, default=24)
    parser.add_argument("--tenths", type=int, default=20)
    parser.add_argument("--retrainings", type=int, default=4, help="seeds of our trainer that are the truth")
    parser.add_argument("--held-only", action="store_true", help="without the rows in which nothing is held")
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    corpus = read_corpus(options.corpus)
    resolved = [resolve(probe, corpus) for probe in probes()]
    bench = Bench(
        corpus, Trainings(corpus, [one for one in resolved if not isinstance(one, Unmeasurable)], CACHE / name)
    )
    sets = {
        "halves": [RemovalSet("half", number) for number in range(options.halves)],
        "tenths": [RemovalSet("tenth", number) for number in range(options.tenths)],
    }
    rows = [*pair_rows(bench), *nearness_rows(bench), *number_rows(bench)]
    for held in (mean_field.FIXED_SHARE, *([] if options.held_only else [0.0])):
        rows += held_rows(bench, held, sets, range(1, options.retrainings + 1))
    target = HERE / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(dict(rows), indent=2) + "\n", encoding="utf-8")
    table = f"{name}; probes in the order of tests.benchmarks.accuracy.\n\n| what | figures |\n|---|---|\n"
    table += "".join(f"| {what} | {', '.join(f'{one:,.3f}' for one in figures)} |\n" for what, figures in rows)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def pair_rows(bench: Bench) -> list[Row]:
    """Expected updates of the probe words' rows, with windows over kept words and with distances in the text."""
    words = np.unique(np.concatenate([one.words for one in bench.trainings.scores]))
    every = np.ones(len(bench.corpus.words))
    in_text = count_pairs(bench.corpus, words, every, SETTINGS.window) * bench.keep[words][:, None] * bench.keep
    kept = count_pairs(bench.corpus, words, bench.keep, SETTINGS.window)
    return [("pairs of probe words an epoch: over kept words, by distance in the text", [kept.sum(), in_text.sum()])]


def nearness_rows(bench: Bench) -> list[Row]:
    """Mean cosines of all words, between runs from the same first vectors and their mean field."""
    expected = bench.train(1).inputs.numpy()
    runs = [train(in_another_order(bench.corpus, order), SETTINGS, 1, _silent).inputs for order in range(ORDERS)]
    between = [cosine(runs[a], runs[b]) for a in range(ORDERS) for b in range(a)]
    return [
        ("cosine of runs whose texts are in another order", between),
        ("cosine of the mean field with each of them", [cosine(expected, run) for run in runs]),
        ("cosine of the mean field with their mean", [cosine(expected, np.mean(runs, axis=0))]),
    ]


def number_rows(bench: Bench) -> list[Row]:
    """Documents' influences with the registered numbers against those with more steps or columns."""
    usual = bench.train(1)
    found = bench.influences(usual)
    rows: list[Row] = [("scores of the whole corpus, as registered", bench.scores(usual.inputs))]
    steps, columns = 2 * mean_field.FEWEST_STEPS, 2 * noise_sums.COLUMNS_AT_ONCE
    for what, module, changed in (
        ("twice the steps", mean_field, {"FEWEST_STEPS": steps}),
        ("twice the columns", noise_sums, {"COLUMNS_AT_ONCE": columns}),
    ):
        with numbers(module, **changed):
            other = bench.train(1)
            rows.append((f"scores with {what}", bench.scores(other.inputs)))
            rows.append((f"cosine of vectors with {what}", [cosine(usual.inputs.numpy(), other.inputs.numpy())]))
            rows.append(
                (f"correlation of documents' influences with {what}", correlations(found, bench.influences(other)))
            )
    return rows


def held_rows(bench: Bench, held: float, sets: dict[str, list[RemovalSet]], seeds: Sequence[int]) -> list[Row]:
    """How seeds agree and how sets are predicted, by sums and whole, when so much of the start is held."""
    with numbers(mean_field, FIXED_SHARE=held):
        trained = [bench.train(seed) for seed in SEEDS]
        found = np.stack([bench.influences(one) for one in trained])
        rows: list[Row] = [(f"held {held}: correlation of two seeds' influences of documents", correlations(*found))]
        for kind, removals in sets.items():
            masks = [one.removed(bench.corpus.document_count) for one in removals]
            actual = np.stack([changes(bench, removals, seed) for seed in seeds]).mean(axis=0)
            summed = np.array([-found.mean(axis=0)[:, mask].sum(axis=1) for mask in masks]).T
            full = np.mean([[predicted(bench, one, mask) for mask in masks] for one in trained], axis=0).T
            for how, said in (("summed", summed), ("trained whole", full)):
                slopes = [float(np.polyfit(one, true, 1)[0]) for one, true in zip(said, actual, strict=True)]
                rows.append((f"held {held}: {len(masks)} {kind}, {how}: Pearson", correlations(said, actual)))
                rows.append((f"held {held}: {len(masks)} {kind}, {how}: slope", slopes))
    return rows


def changes(bench: Bench, removals: Sequence[RemovalSet], seed: int) -> Floats:
    """What retraining does to the scores: [probes, sets]."""
    full = bench.trainings.ours(FULL, seed)
    return np.array([bench.trainings.ours(one, seed) - full for one in removals]).T


def predicted(bench: Bench, trained: MeanField, removed: npt.NDArray[np.bool_]) -> Floats:
    """Change of the scores by mean-field training on what is left: [probes]."""
    left = bench.counter.weighted(bench.corpus.by_sentence(~removed).astype(np.float64))
    return np.subtract(bench.scores(trained.run(left, _silent)), bench.scores(trained.inputs))


@contextmanager
def numbers(module: ModuleType, **changed: Any) -> Iterator[None]:
    """The engine's own numbers, changed for a while."""
    usual = {name: getattr(module, name) for name in changed}
    vars(module).update(changed)
    try:
        yield
    finally:
        vars(module).update(usual)


def cosine(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> float:
    """Mean over words."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float(((first * second).sum(1) / lengths).mean())


def correlations(first: Floats, second: Floats) -> list[float]:
    """Pearson's r by probe, of [probes, n] and [probes, n]."""
    return [float(np.corrcoef(one, other)[0, 1]) for one, other in zip(first, second, strict=True)]


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""


if __name__ == "__main__":
    main()
