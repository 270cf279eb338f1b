"""The model: seconds and bytes of each phase, proportional to sizes, by non-negative least squares of relative errors.

T tokens, of which t are in the vocabulary, S sentences, V words, E entries of the pair counts, P probes of W words, R
seeds. E = c t^a V^b, at most V^2.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from skipgram_audit.attribution.mean_field.expected_training import MeanField, step_count
from skipgram_audit.corpus.shards import MOST_SHARDS, TOKENS_A_SHARD
from skipgram_audit.training.sgd import MOST_INTERVALS
from tests.benchmarks.cost_model.tasks import SETTINGS
from tests.benchmarks.speed.measured import Measurements, Run, machine

Sizes = dict[str, float]
Features = Callable[[Sizes], list[float]]


@dataclass(frozen=True)
class Law:
    """What something is proportional to, in words and as features, with its factors and its largest relative error."""

    words: str
    features: Features
    factors: npt.NDArray[np.float64]
    error: float
    runs: int

    @classmethod
    def of(cls, words: str, features: Features, points: Sequence[tuple[Sizes, float]]) -> "Law":
        """Fitted to values at sizes."""
        rows = np.array([np.array(features(sizes)) / value for sizes, value in points])
        factors, _ = nnls(rows, np.ones(len(points)))
        return cls(words, features, factors, float(np.abs(rows @ factors - 1.0).max()), len(points))

    def __call__(self, sizes: Sizes) -> float:
        return float(np.dot(self.features(sizes), self.factors))


@dataclass(frozen=True)
class Forecast:
    """What is asked: a corpus of so many tokens, and an audit of it."""

    tokens: int
    words: int
    seeds: int
    probes: int
    probe_words: int
    epochs: int
    workers: int


def fitted(measurements: Measurements) -> dict[str, Law]:
    """The laws, by what they say."""
    runs: dict[str, dict[str, Run]] = {}
    for piece, found in measurements.pieces.items():
        phase, part = piece.split(": ")
        runs.setdefault(phase, {})[part] = found[0]

    def points(phase: str, value: Callable[[str, Run], float]) -> list[tuple[Sizes, float]]:
        return [(one.said, value(part, one)) for part, one in runs[phase].items()]

    def seconds(phase: str) -> list[tuple[Sizes, float]]:
        return points(phase, lambda _part, run: run.processor)

    def derivative(part: str, run: Run) -> float:
        others = runs["counting"][part].processor + run.said["probes"] * runs["spreading"][part].said["every pair"]
        return float(run.processor - run.said["alone"] - others)

    trained = points("mean_field 1", lambda _part, run: float(run.said["alone"]))
    derived = [*points("mean_field 1", derivative), *points("mean_field 3", derivative)]
    grown = points("counting", lambda _part, run: math.log(run.said["entries"]))
    counted = np.array([[1.0, math.log(sizes["kept"]), math.log(sizes["words"])] for sizes, _ in grown])
    exponents = np.linalg.lstsq(counted, np.array([value for _, value in grown]), rcond=None)[0]
    wrong = np.abs(np.expm1(counted @ exponents - [value for _, value in grown])).max()
    return {
        "reading": Law.of("1 and T", lambda one: [1.0, one["tokens"]], seconds("reading")),
        "counting": Law.of(
            "1 and t and E log2(2 shards)",
            lambda one: [1.0, one["kept"], one["entries"] * math.log2(2 * one["shards"])],
            seconds("counting"),
        ),
        "training": Law.of("1 and t, an epoch", lambda one: [1.0, one["kept"]], seconds("training")),
        "replaying": Law.of(
            "1 and W V intervals and t",
            lambda one: [1.0, one["rows"] * one["intervals"], one["kept"]],
            seconds("replaying"),
        ),
        "mean field": Law.of(
            "steps (E and V)", lambda one: [one["steps"] * one["entries"], one["steps"] * one["words"]], trained
        ),
        "derivative": Law.of(
            "steps (E and P E and P V)",
            lambda one: [
                one["steps"] * one["entries"], one["steps"] * one["probes"] * one["entries"],
                one["steps"] * one["probes"] * one["words"],
            ],
            derived,
        ),
        "rows given out": Law.of("t", lambda one: [one["kept"]], seconds("spreading")),
        "pairs given out": Law.of(
            "t", lambda one: [one["kept"]], points("spreading", lambda _part, run: float(run.said["every pair"]))
        ),
        "storing": Law.of("1 and T", lambda one: [1.0, one["tokens"]], seconds("storing")),
        "memory of reading": Law.of(
            "1 and T", lambda one: [1.0, one["tokens"]], points("reading", lambda _part, run: float(run.peak))
        ),
        "memory of counting": Law.of(
            "1 and t and E",
            lambda one: [1.0, one["kept"], one["entries"]],
            points("counting", lambda _part, run: float(run.peak)),
        ),
        "bytes of tables": Law.of(
            "T", lambda one: [one["tokens"]], points("storing", lambda _part, run: float(run.said["table bytes"]))
        ),
        "entries": Law(
            f"t^{exponents[1]:.2f} V^{exponents[2]:.2f}",
            lambda one: [
                min(
                    one["words"] ** 2.0,
                    math.exp(exponents @ [1.0, math.log(one["kept"]), math.log(one["words"])]),
                )
            ],
            np.ones(1), float(wrong), len(grown),
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """A phase: hours on one core, how many workers can share it, and how many cores of the one machine."""

    phase: str
    seconds: float
    shared_by: int
    remark: str


def sizes_of(asked: Forecast, laws: dict[str, Law], measurements: Measurements) -> Sizes:
    """What a corpus of so many tokens is like, by the largest part measured."""
    (largest,) = sorted(
        (run for piece, runs in measurements.pieces.items() if piece.startswith("counting") for run in runs),
        key=lambda run: float(run.said["tokens"]),
    )[-1:]
    sizes: Sizes = {
        "tokens": asked.tokens, "kept": asked.tokens * largest.said["kept"] / largest.said["tokens"],
        "sentences": asked.tokens * largest.said["sentences"] / largest.said["tokens"], "words": asked.words,
        "probes": asked.probes, "steps": step_count(asked.epochs), "intervals": min(2 * asked.epochs, MOST_INTERVALS),
        "rows": asked.probes * asked.probe_words * asked.words,
    }  # fmt: skip
    sizes["shards"] = max(1, min(MOST_SHARDS, round(sizes["kept"] / TOKENS_A_SHARD)))
    return sizes | {"entries": laws["entries"](sizes)}


def costs(asked: Forecast, laws: dict[str, Law], sizes: Sizes) -> list[Cost]:
    """The phases of an audit by replay, and what mean-field takes in the place of replay."""
    seeds, texts = asked.seeds, asked.seeds * asked.probes
    return [
        Cost("reading, sentences, encoding", laws["reading"](sizes), 1, "one process"),
        Cost("training", seeds * asked.epochs * laws["training"](sizes), seeds, "one process a seed"),
        Cost("replay: influences", seeds * laws["replaying"](sizes), 1, "one process"),
        Cost("replay: given out to texts", texts * laws["rows given out"](sizes), int(sizes["shards"]), "shards"),
        Cost("mean-field: counting", laws["counting"](sizes), int(sizes["shards"]), "shards, merged in a tree"),
        Cost("mean-field: training", seeds * laws["mean field"](sizes), 1, "one process, its threads"),
        Cost("mean-field: derivative", seeds * laws["derivative"](sizes), 1, "one process, its threads"),
        Cost("mean-field: given out to texts", texts * laws["pairs given out"](sizes), int(sizes["shards"]), "shards"),
        Cost("tables and report", laws["storing"](sizes), 1, "one process"),
    ]


def memory(asked: Forecast, laws: dict[str, Law], sizes: Sizes) -> dict[str, float]:
    """Bytes in the main process, and in a worker; text is never among them."""
    vectors = 4.0 * sizes["words"] * SETTINGS.dimension
    trained = 4 * sizes["kept"] + 16 * sizes["sentences"] + vectors * (4 + sizes["intervals"])
    results = 4 * sizes["kept"] * asked.probes + 8 * sizes["sentences"] * asked.probes * asked.seeds
    field = MeanField.bytes_needed(asked.words, SETTINGS.dimension, int(sizes["entries"]), asked.epochs)
    return {
        "main process, reading": laws["memory of reading"](sizes),
        "main process, replay": 4 * sizes["kept"] + results + 8 * sizes["rows"] * 2,
        "main process, mean-field": 4 * sizes["kept"] + results + 8 * sizes["kept"] + field,
        "a worker, training a seed": trained,
        "a worker, adding up counts": 12 * 4 * sizes["entries"],
        "a worker, giving out all pairs": 20 * sizes["entries"] + 20 * sizes["kept"] / sizes["shards"],
    }


def disk(asked: Forecast, laws: dict[str, Law], sizes: Sizes) -> dict[str, float]:
    """Bytes that an audit leaves."""
    vectors = 4.0 * sizes["words"] * SETTINGS.dimension
    return {
        "encoded corpus": 4 * sizes["kept"] + 24 * sizes["sentences"],
        "seeds": asked.seeds * vectors * (2 + sizes["intervals"]),
        "influences": 4 * sizes["kept"] * asked.probes + 8 * sizes["sentences"] * asked.probes * asked.seeds,
        "tables and report, of one probe": laws["bytes of tables"](sizes),
    }


def as_table(laws: dict[str, Law], measurements: Measurements, asked: Sequence[Forecast]) -> str:
    """Markdown: the laws, then hours, memory and disk of each forecast."""
    here = machine()
    codes = sorted({str(run.said["code"]) for runs in measurements.pieces.values() for run in runs})
    loads = sorted(run.load for runs in measurements.pieces.values() for run in runs)
    lines = [
        "# What an audit costs as the corpus grows", "",
        f"`python -m tests.benchmarks.cost_model forecast`; {here['processor']}, {here['cores']} cores, "
        f"{here['memory GB']} GB; code {', '.join(codes)}. Processor seconds of one core each; others used the machine "
        f"at the same time (load {loads[0]:g} to {loads[-1]:g}).", "",
        "| what | proportional to | runs | factors | largest error |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, law in laws.items():
        factors = ", ".join(f"{factor:.3g}" for factor in law.factors)
        lines.append(f"| {name} | {law.words} | {law.runs} | {factors} | {law.error:.0%} |")
    for one in asked:
        lines += _forecast(one, laws, measurements)
    return "\n".join(lines) + "\n"


def _forecast(asked: Forecast, laws: dict[str, Law], measurements: Measurements) -> list[str]:
    sizes = sizes_of(asked, laws, measurements)
    largest = max(float(run.said["tokens"]) for runs in measurements.pieces.values() for run in runs)
    lines = [
        "", f"## 10^{math.log10(asked.tokens):.3g} tokens", "",
        f"{asked.words:,} words, {asked.seeds} seeds, {asked.epochs} epochs, {asked.probes} probes of "
        f"{asked.probe_words} words, {sizes['entries']:,.0f} entries of pair counts. "
        f"Extrapolated {asked.tokens / largest:,.0f} times beyond the largest part measured.", "",
        f"| phase | core hours | hours with {asked.workers} workers of one core | what shares it |",
        "|---|---|---|---|",
    ]  # fmt: skip
    for cost in costs(asked, laws, sizes):
        hours = cost.seconds / 3600
        lines.append(
            f"| {cost.phase} | {_short(hours)} | {_short(hours / min(asked.workers, cost.shared_by))} | {cost.remark} |"
        )
    for title, found in (("memory", memory(asked, laws, sizes)), ("disk", disk(asked, laws, sizes))):
        lines += ["", f"| {title} | GB |", "|---|---|"]
        lines += [f"| {name} | {_short(size / 1e9)} |" for name, size in found.items()]
    return lines


def _short(value: float) -> Any:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
