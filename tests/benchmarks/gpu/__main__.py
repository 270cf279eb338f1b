"""The command: see the package."""

import argparse
import itertools
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from gensim.models import Word2Vec

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem, Influences
from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.devices import choose_device
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.gpu.batches import train_batches
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.accuracy.corpus import RemovalSet, probes, read_corpus
from tests.benchmarks.accuracy.judging import fidelity
from tests.benchmarks.accuracy.processors import on_processors
from tests.benchmarks.accuracy.trainings import FULL, SETTINGS, Trainings
from tests.benchmarks.gpu.table import as_markdown
from tests.library.samples import in_another_order

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
PARTS = ("training", "fidelity", "replay", "mean-field", "audit")
BATCH_TOKENS = 2048
SIZES, TOGETHER = (1024, 2048, 4096), 4
Floats = npt.NDArray[np.float64]


@dataclass
class Bench:
    """One corpus on one device, and what was found so far."""

    name: str
    corpus: EncodedCorpus
    device: str
    found: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def scores(self) -> list[WordListScore]:
        resolved = [resolve(probe, self.corpus) for probe in probes()]
        return [one for one in resolved if isinstance(one, WordListScore)]

    @cached_property
    def a_few(self) -> EncodedCorpus:
        """Documents for a short training, which loads or compiles what the next one needs."""
        return self.corpus.without(np.arange(self.corpus.document_count) >= 20)

    @cached_property
    def trajectory(self) -> Trajectory:
        """Of seed 1, trained update by update, on one core."""
        train(self.a_few, SETTINGS, 1, silent)
        trajectory: Trajectory
        trajectory, seconds = timed(lambda: train(self.corpus, SETTINGS, 1, silent))
        self.found["one seed update by update, one core"] = seconds
        return trajectory

    def problem(self, device: str, trajectories: Sequence[Trajectory]) -> InfluenceProblem:
        settings = SETTINGS.model_copy(update={"seeds": tuple(one.seed for one in trajectories)})
        return InfluenceProblem(self.corpus, settings, trajectories, self.scores, device, core_count())

    def documents(self, influences: Influences) -> Floats:
        """Influences of documents, mean over seeds: [probes, documents]."""
        return np.array([sums_between(one.mean(0), self.corpus.document_sentences) for one in influences.sentences])

    def effects(self, vectors: npt.NDArray[np.float32]) -> list[float]:
        return [float(score.value(vectors[score.words].astype(np.float64))) for score in self.scores]

    def train(self, size: int, seeds: Sequence[int]) -> list[Trajectory]:
        settings = SETTINGS.model_copy(update={"batch_tokens": size})
        return train_batches(self.corpus, settings, seeds, silent, self.device)


def training(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    """Batches of several sizes, one seed and several together, beside training update by update."""
    one = bench.trajectory
    other = train(in_another_order(bench.corpus, 0), SETTINGS, 1, silent)
    rows: dict[str, Any] = {
        "update by update": described(bench, one, one, bench.found["one seed update by update, one core"], 1),
        "update by update, texts in another order": described(bench, other, one, None, 1),
    }
    for size in options.sizes:
        train_batches(bench.a_few, SETTINGS.model_copy(update={"batch_tokens": size}), [1], silent, bench.device)
        (alone,), seconds = timed(partial(bench.train, size, [1]))
        rows[f"batches of {size}"] = described(bench, alone, one, seconds, 1)
        if size == BATCH_TOKENS:
            seeds = tuple(range(1, TOGETHER + 1))
            together, seconds = timed(partial(bench.train, BATCH_TOKENS, seeds))
            again = bench.train(BATCH_TOKENS, list(seeds))
            same = all(a.inputs.tobytes() == b.inputs.tobytes() for a, b in zip(together, again, strict=True))
            rows[f"batches of {size}, {TOGETHER} seeds together"] = described(
                bench, together[0], one, seconds, TOGETHER
            ) | {"the same bytes twice": same, "largest difference from alone": largest(together[0], alone)}
    return rows


def described(
    bench: Bench, found: Trajectory, reference: Trajectory, seconds: float | None, seeds: int
) -> dict[str, Any]:
    frequent = bench.corpus.counts >= 100
    ours, theirs = found.inputs[frequent].astype(np.float64), reference.inputs[frequent].astype(np.float64)
    lengths = np.linalg.norm(ours, axis=1), np.linalg.norm(theirs, axis=1)
    return {
        "seconds": seconds,
        "pairs": found.pairs * seeds,
        "cosine": float(((ours * theirs).sum(1) / lengths[0] / lengths[1]).mean()),
        "length": float((lengths[0] / lengths[1]).mean()),
        "scores": bench.effects(found.inputs),
    }


def largest(one: Trajectory, other: Trajectory) -> float:
    return float(np.abs(one.inputs - other.inputs).max())


def in_batches(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    """Is a training in batches one more gensim seed, on halves?"""
    halves = [RemovalSet("half", number) for number in range(options.halves)]
    seeds = range(1, options.seeds + 1)
    runs = [(one, seed) for seed in seeds for one in (FULL, *halves)]
    stock = Trainings(bench.corpus, bench.scores, CACHE / bench.name)
    on_processors(stock, "gensim", runs, options.processes)
    on_processors(stock, "ours", runs, options.processes)
    settings = SETTINGS.model_copy(update={"batch_tokens": BATCH_TOKENS})
    batched = replace(stock, folder=stock.folder / f"batches-of-{BATCH_TOKENS}", settings=settings)
    ours: dict[str, Any] = {"update by update": stock, f"in batches of {BATCH_TOKENS}": BesideGensim(batched, stock)}
    return {name: fidelity(one, halves, list(seeds), options.seeds) for name, one in ours.items()}


class BesideGensim:
    """Our trainings of one kind, and gensim's from where they are kept for all kinds."""

    def __init__(self, ours: Trainings, stock: Trainings) -> None:
        self.ours, self.gensim, self.gensim_seeds = ours.ours, stock.gensim, stock.gensim_seeds


def estimated(name: str) -> Callable[[Bench, argparse.Namespace], dict[str, Any]]:
    """An estimator's influences and one predicted set, on the processors, on the GPU, and there with TF32."""

    def compared(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
        estimator, removed = ESTIMATORS[name], RemovalSet("tenth", 0).removed(bench.corpus.document_count)
        rows: dict[str, Any] = {}
        reference: Floats | None = None
        for label, device, precision in (
            ("processors", "cpu", "highest"), ("GPU", bench.device, "highest"), ("GPU, TF32", bench.device, "high"),
        ):  # fmt: skip
            torch.set_float32_matmul_precision(precision)
            problem = bench.problem(device, [bench.trajectory])
            if device != "cpu":
                estimator.influences(problem, silent)
            influences, seconds = timed(partial(estimator.influences, problem, silent))
            predicted, what_if = timed(partial(estimator.predict, problem, influences, [removed], silent))
            found = bench.documents(influences)
            reference = found if reference is None else reference
            rows[label] = {
                "seconds": seconds,
                "what-if seconds": what_if,
                "scores": influences.scores[:, 0].tolist(),
                "predicted changes": predicted[0, :, 0].tolist(),
                "correlation": [float(np.corrcoef(one, two)[0, 1]) for one, two in zip(found, reference, strict=True)],
                "difference": float(np.abs(found - reference).max() / np.abs(reference).max()),
            }
        torch.set_float32_matmul_precision("highest")
        return rows

    return compared


def audit(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    """Two seeds and every sentence's influence on three probes, over gensim's training with two workers."""
    three = replace_scores(bench, bench.scores[:3])
    words = np.array(bench.corpus.words, object)[bench.corpus.tokens].tolist()
    offsets = bench.corpus.sentence_offsets.tolist()
    sentences = [words[first:last] for first, last in itertools.pairwise(offsets)]
    model = Word2Vec(vector_size=100, window=5, min_count=1, sg=1, negative=5, epochs=5, workers=2, seed=1)
    model.build_vocab(sentences)
    _, gensim = timed(partial(model.train, sentences, total_examples=len(sentences), epochs=5))
    rows: dict[str, Any] = {"gensim, two workers": {"seconds": gensim}}
    for name in ("mean-field", "replay"):
        trajectories, training_seconds = timed(partial(three.train, BATCH_TOKENS, (1, 2)))
        problem = three.problem(bench.device, trajectories)
        _, influence_seconds = timed(partial(ESTIMATORS[name].influences, problem, silent))
        rows[f"audit by {name}"] = {
            "seconds": training_seconds + influence_seconds,
            "training": training_seconds,
            "influence": influence_seconds,
            "over gensim": (training_seconds + influence_seconds) / gensim,
        }
    return rows


def replace_scores(bench: Bench, scores: list[WordListScore]) -> Bench:
    other = Bench(bench.name, bench.corpus, bench.device)
    other.__dict__["scores"] = scores
    return other


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """A result, and the seconds by the clock that it took, a GPU's work included."""
    with clock() as seconds:
        result = work()
    return result, seconds[0]


@contextmanager
def clock() -> Iterator[list[float]]:
    seconds: list[float] = []
    _wait()
    begun = time.perf_counter()
    yield seconds
    _wait()
    seconds.append(time.perf_counter() - begun)


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def silent(_fraction: float) -> None:
    """A progress that nobody watches."""


RUNS: dict[str, Callable[[Bench, argparse.Namespace], dict[str, Any]]] = {
    "training": training,
    "fidelity": in_batches,
    "replay": estimated("replay"),
    "mean-field": estimated("mean-field"),
    "audit": audit,
}


def main() -> None:
    """Runs the parts and writes the table, anew after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="tokens a batch")
    parser.add_argument("--halves", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=4, help="of each trainer, for the fidelity check")
    parser.add_argument("--processes", type=int, default=core_count(), help="trainings at once on the processors")
    parser.add_argument("--documents", type=int, help="the first so many alone: to try the command")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--results", type=Path, default=HERE / "results")
    options = parser.parse_args()
    corpus = read_corpus(options.corpus)
    if options.documents:
        corpus = corpus.without(np.arange(corpus.document_count) >= options.documents)
    # Trainings of a part must not be taken for those of the whole.
    name = options.corpus.name.split(".")[0] + (f"-{options.documents}" if options.documents else "")
    bench = Bench(name, corpus, choose_device(options.device))
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"{bench.name}.json"
    result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"parts": {}}
    for name in options.parts:
        begun = time.perf_counter()
        found = RUNS[name](bench, options)
        print(f"{name}: {time.perf_counter() - begun:.1f} s\n{json.dumps(found, indent=1)}", flush=True)
        result["parts"][name] = {"found": found, "machine": machine(bench.device)}
        result["corpus"] = {"name": bench.name, "documents": corpus.document_count, "tokens": len(corpus.tokens),
                            "words": len(corpus.words)}  # fmt: skip
        result["probes"] = [probe.name for probe in probes()]
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        path.with_suffix(".md").write_text(as_markdown(result), encoding="utf-8")


def machine(device: str) -> dict[str, Any]:
    load = os.getloadavg()[0]
    gpu = torch.cuda.get_device_name() if device == "cuda" else "none"
    return {
        "gpu": gpu, "cores": core_count(), "load": round(load, 1), "system": platform.platform(),
        "torch": torch.__version__, "numpy": np.__version__,
    }  # fmt: skip


if __name__ == "__main__":
    main()
