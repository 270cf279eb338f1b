"""The command: see the package."""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.computing.cores import core_count
from tests.benchmarks.accuracy.budget import Budget, OutOfTime
from tests.benchmarks.accuracy.chosen import brittleness, common_singles, controls_of, extremes, leave_one_out
from tests.benchmarks.accuracy.corpus import RemovalSet, measurable_scores, read_corpus
from tests.benchmarks.accuracy.figure import as_figure
from tests.benchmarks.accuracy.judging import Plan, fidelity, runs_like_it, this_run
from tests.benchmarks.accuracy.predictions import Predictions, Unfinished, settings_of
from tests.benchmarks.accuracy.processors import on_processors
from tests.benchmarks.accuracy.tables import as_markdown
from tests.benchmarks.accuracy.trainings import FULL, SETTINGS, Trainings
from tests.benchmarks.machine import processor

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
RESULTS = HERE / "results"
PARTS = ("fidelity", "cost", "runs like it", "this run", "extremes", "brittleness", "leave-one-out")
LEADERS = ("replay", "unrolled")
GOES_ON = 3
"""Exit code of a run that stopped for want of time."""


def main() -> int:
    """Computes what is not in the cache while there is time, prints the table and writes it."""
    options = parsed()
    name = options.corpus.name.split(".")[0] + ("-shuffled" if options.shuffled else "")
    corpus = read_corpus(options.corpus)
    scores = measurable_scores(corpus)
    budget = Budget(options.seconds, options.piece)
    settings = SETTINGS.model_copy(update={"shuffle_documents": options.shuffled})
    trainings = Trainings(corpus, list(scores.values()), CACHE / name, budget, settings)
    plan = plan_of(options)
    result: dict[str, Any] = {
        "corpus": {
            "name": name, "documents": corpus.document_count, "tokens": len(corpus.tokens), "words": len(corpus.words),
        },
        "probes": list(scores),
        "plan": {
            "seeds of ours": list(plan.seeds), "seeds of this run": list(plan.run_seeds),
            "documents of extreme sets": plan.chosen, "controls": plan.controls, "single documents": plan.singles,
        },
    }  # fmt: skip
    finished = True
    try:
        compute(trainings, plan, options, result)
    except OutOfTime as stopped:
        print(f"Out of time before: {stopped}. The same command goes on from here.", flush=True)
        finished = False
    earlier = options.results / f"{name}.json"
    if options.parts != list(PARTS) and earlier.exists():
        result = merged(result, json.loads(earlier.read_text(encoding="utf-8")))
    if "machine" not in result:
        result["machine"] = {"cores": core_count(), "processor": processor(), "system": platform.platform()}
    result |= {
        "complete": finished and all("waiting" not in one for one in result["estimators"].values()),
        "software": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("numpy", "scipy", "torch", "numba", "gensim")},
        },
    }
    write(result, options.results, name)
    return 0 if result["complete"] else GOES_ON


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a .jsonl.zst file of objects with a text")
    parser.add_argument("--estimators", nargs="+", choices=list(ESTIMATORS), default=list(ESTIMATORS))
    parser.add_argument("--seconds", type=float, default=1e9, help="begin nothing new after so many seconds")
    parser.add_argument("--piece", type=float, default=1800, help="most processor seconds of one seed's influences")
    parser.add_argument(
        "--shuffled", action="store_true", help="every seed reads the documents in a random order, gensim's and ours"
    )
    parser.add_argument("--gensim", action="store_true", help="train gensim where it is not in the cache")
    parser.add_argument("--processes", type=int, default=1, help="trainings at once, gensim's and ours")
    parser.add_argument("--on-gpu", nargs="*", choices=list(ESTIMATORS), default=[], help="estimators asked there")
    parser.add_argument("--halves", type=int, default=40)
    parser.add_argument("--removals", type=int, default=100, help="random removals of 10%%")
    parser.add_argument("--run-removals", type=int, default=20, help="of 10%% and of 1%%, each, from this run")
    parser.add_argument("--seeds", type=int, default=4, help="of our training")
    parser.add_argument("--gensim-seeds", type=int, help="at most; as many as of ours when left out")
    parser.add_argument("--run-seeds", type=int, default=4, help="of them, those whose very run is retrained")
    parser.add_argument("--singles", type=int, default=50, help="documents removed one by one; 0 for none")
    parser.add_argument("--chosen", type=int, default=100, help="documents of an extreme set; 0 for none")
    parser.add_argument("--controls", type=int, default=5, help="random sets beside each extreme one")
    parser.add_argument(
        "--one-seed", nargs="*", choices=list(ESTIMATORS), default=[], help="estimators asked along one trajectory only"
    )
    parser.add_argument(
        "--extremes-of", nargs="*", choices=list(ESTIMATORS), help="estimators whose own extreme sets are retrained"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS),
        help="of the results; all others, and those of other estimators, stay as they were in the results",
    )  # fmt: skip
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args()


def plan_of(options: argparse.Namespace) -> Plan:
    return Plan(
        halves=[RemovalSet("half", number) for number in range(options.halves)],
        tenths=[RemovalSet("tenth", number) for number in range(options.removals)],
        run_tenths=[RemovalSet("tenth", number) for number in range(options.run_removals)],
        hundredths=[RemovalSet("hundredth", number) for number in range(options.run_removals)],
        seeds=tuple(range(1, options.seeds + 1)),
        run_seeds=tuple(range(1, options.run_seeds + 1)),
        gensim_seeds=options.gensim_seeds or options.seeds,
        singles=options.singles,
        chosen=options.chosen,
        controls=options.controls,
        extremes_of=None if options.extremes_of is None else tuple(options.extremes_of),
    )


def compute(trainings: Trainings, plan: Plan, options: argparse.Namespace, result: dict[str, Any]) -> None:
    """Fills the result, every estimator's part of one kind before the next kind; what is there when time runs out
    stays."""

    budget = trainings.budget
    assert budget is not None

    def asked(name: str) -> Predictions:
        seeds = plan.seeds[:1] if name in options.one_seed else plan.seeds
        device = "cuda" if name in options.on_gpu else "cpu"
        return Predictions(ESTIMATORS[name], trainings, seeds, budget, device=device)

    everyone = {name: asked(name) for name in options.estimators}
    leaders = [asked(name) for name in LEADERS]
    estimators: dict[str, dict[str, Any]] = {name: described(one) for name, one in everyone.items()}
    result["estimators"] = estimators
    trainings.discard_outdated()
    for seed in plan.seeds:
        trainings.trajectory(seed)
    seconds, clock = trainings.seconds(plan.seeds)
    result["training"] = {"processor seconds": seconds, "clock seconds": clock}
    if options.gensim:
        seeds = range(1, plan.gensim_seeds + 1)
        for removals in ((FULL, *plan.halves), plan.tenths):
            runs = [(removal, seed) for seed in seeds for removal in removals]
            on_processors(trainings, "gensim", runs, options.processes)
    if "fidelity" in options.parts:
        kinds = {"halves": plan.halves, "tenths": plan.tenths}
        runs = [(removal, seed) for removals in kinds.values() for seed in plan.seeds for removal in removals]
        on_processors(trainings, "ours", runs, options.processes)
        result["fidelity"] = {
            name: fidelity(trainings, removals, plan.seeds, plan.gensim_seeds) for name, removals in kinds.items()
        }
    for part in parts(leaders, plan, options.parts, seconds):
        for name, predictions in everyone.items():
            if "unfinished" not in estimators[name] and part.concerns(name):
                judge(predictions, part, estimators[name])


@dataclass(frozen=True)
class Part:
    """One kind of measure.

    Attributes:
        key: its name in the results.
        measure: of an estimator.
        only: names of the estimators that it is for; None for all.
    """

    key: str
    measure: Callable[[Predictions], Any]
    only: tuple[str, ...] | None = None

    def concerns(self, name: str) -> bool:
        return self.only is None or name in self.only


def costs_of(predictions: Predictions, plan: Plan, training: float) -> dict[str, Any]:
    """Seconds of influences and of one set, and what they stand beside: one training, on the same processor."""
    cost = predictions.cost(plan.halves[0])
    return {**cost, "training, processor seconds": training, "processor": processor()}


def parts(leaders: Sequence[Predictions], plan: Plan, wanted: Sequence[str], training: float) -> Iterator[Part]:
    """The wanted measures, the cheapest first.

    Args:
        leaders: whose rankings give the single documents; the first also tells how documents are matched with controls.
        training: processor seconds of one, beside which costs stand.
    """
    every = (
        Part("cost", lambda one: costs_of(one, plan, training)),
        Part("runs like it", lambda one: runs_like_it(one, plan)),
        Part("this run", lambda one: this_run(one, plan)),
    )
    yield from (part for part in every if part.key in wanted)
    if plan.chosen and "extremes" in wanted:
        controls = controls_of(leaders[0], plan)
        yield Part("extremes", lambda one: extremes(one, plan, controls), plan.extremes_of)
    if plan.chosen and "brittleness" in wanted:
        yield Part("brittleness", lambda one: brittleness(one, plan), plan.extremes_of)
    if plan.singles and "leave-one-out" in wanted:
        singles = common_singles([one.documents() for one in leaders], plan.singles)
        yield Part("leave-one-out", lambda one: leave_one_out(one, singles, plan))


def merged(result: dict[str, Any], earlier: dict[str, Any]) -> dict[str, Any]:
    """Earlier results with what was computed now in its place; the plan of chosen sets is that of now.

    Raises:
        SystemExit: the earlier results are of another corpus or of other probes.
    """
    for key in ("corpus", "probes"):
        if earlier[key] != result[key]:
            raise SystemExit(f"The results are of another {key}: {earlier[key]}, now {result[key]}.")
    known, found = earlier["estimators"], result["estimators"]
    states = ("waiting", "unfinished")
    everyone = {
        name: {**{key: value for key, value in known.get(name, {}).items() if key not in states}, **found[name]}
        if name in found
        else known[name]
        for name in ESTIMATORS
        if name in known or name in found
    }
    chosen = any("extremes" in one or "leave-one-out" in one for one in found.values())
    plan = {**earlier["plan"], **(result["plan"] if chosen else {})}
    beside_gensim = {"fidelity": result["fidelity"]} if "fidelity" in result else {}
    return {**earlier, "plan": plan, "estimators": everyone, **beside_gensim}


def described(predictions: Predictions) -> dict[str, Any]:
    """An estimator's entry before it is judged."""
    settings = settings_of(predictions.estimator)
    return {
        "settings": {name: repr(value) for name, value in settings.items()},
        "seeds": list(predictions.seeds),
    }


def judge(predictions: Predictions, part: Part, entry: dict[str, Any]) -> None:
    """Adds a measure; "waiting" says what is still to come, "unfinished" why there is nothing."""
    try:
        entry[part.key] = part.measure(predictions)
    except Unfinished as failure:
        entry["unfinished"] = str(failure)
    except OutOfTime as stopped:
        entry["waiting"] = str(stopped)


def write(result: dict[str, Any], folder: Path, name: str) -> None:
    """Prints the table; results, table and figure go to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = as_markdown(result)
    (folder / f"{name}.md").write_text(table, encoding="utf-8")
    (folder / f"{name}.svg").write_text(as_figure(result), encoding="utf-8")
    print(table)


if __name__ == "__main__":
    sys.exit(main())
