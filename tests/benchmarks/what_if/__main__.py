"""The command: see the package."""

import argparse
import itertools
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import skipgram_audit as sga
from skipgram_audit.auditing.audit import Audit
from skipgram_audit.auditing.calibrating import calibration_sets
from skipgram_audit.auditing.check_result import CheckResult
from skipgram_audit.auditing.folder import MANIFEST, read_calibration
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.engine_errors import UnusablePlan
from tests.benchmarks.what_if import counted
from tests.benchmarks.what_if.requests import seconds_of_requests
from tests.benchmarks.what_if.tables import markdown

HERE = Path(__file__).parent
PROBES = ("weat-6", "weat-7", "weat-8")
RETRAINED_SEEDS = (1, 2, 3, 4)
RANKINGS = ("top", "lexical", "again", "random")
TARGETS = ("half", "zero")
MOST = 0.7
PARTS = ("calibration", "at once", "retraining", "counted", "requests", "smallest")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--audit", type=Path, help="folder of a finished audit of it")
    parser.add_argument("--seconds", type=float, default=1e9, help="of each part; begin nothing new after so many")
    parser.add_argument("--sets", type=int, default=100, help="to predict")
    parser.add_argument("--retrained", type=int, default=24, help="of them, to retrain")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    folder = options.audit or HERE.parent / "cache" / "what-if" / name
    audit = audited(options.corpus, folder)
    results = HERE / "results" / f"{name}.json"
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else {}
    measured = audit.scores[audit.scores["measured"]]["probe"].tolist()
    found["corpus"] = {"name": name, "documents": len(audit.ids), "probes": measured}
    if "requests" in options.parts:
        found["requests"] = seconds_of_requests(folder)
    if set(options.parts) - {"requests"}:
        if read_calibration(folder) is None:
            audit.calibrate()
        measure(Bench(audit, folder), options, found)
    results.parent.mkdir(exist_ok=True)
    results.write_text(as_json(found), encoding="utf-8")
    results.with_suffix(".md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))


def measure(bench: "Bench", options: argparse.Namespace, found: dict[str, Any]) -> None:
    """Adds the parts that were asked for."""
    if "calibration" in options.parts:
        found["calibration"] = bench.calibration()
    if "at once" in options.parts:
        found["at once"] = bench.at_once(options.sets, options.seconds)
    if "retraining" in options.parts:
        found["retraining"] = bench.retraining(options.retrained, options.seconds)
    if "counted" in options.parts:
        found["counted"] = bench.counted(options.seconds)
    if "smallest" in options.parts:
        found["smallest"] = bench.smallest(options.seconds)


def audited(corpus: Path, folder: Path) -> Audit:
    """The audit in a folder, made with the default settings where it is not there."""
    if not (folder / MANIFEST).is_file():
        sga.audit(corpus, probes=PROBES, folder=folder)
    return Audit(folder, "cpu")


class Bench:
    """One audit, and what was computed of it so far."""

    def __init__(self, audit: Audit, folder: Path) -> None:
        self.audit, self.folder = audit, folder
        self._pipeline = audit._pipeline
        corpus, influences = self._pipeline.corpus, self._pipeline.influences
        self._influences = np.stack([sums_between(one, corpus.document_sentences) for one in influences.sentences])
        self.probes = [probe.name for probe in self._pipeline.measurable_probes]
        self._lengths = np.diff(corpus.document_offsets)
        calibration = read_calibration(folder)
        assert calibration is not None
        self._calibration: Calibration = calibration

    def sets(self) -> list[tuple[str, int, npt.NDArray[np.int64]]]:
        """Kind, number of documents, and the documents: random ones, the strongest, and strong ones drawn at random."""
        generator = np.random.default_rng(5)
        mean = self._influences.mean(axis=1)
        probes, documents = mean.shape
        found: list[tuple[str, int, npt.NDArray[np.int64]]] = []
        sizes = [1, 10, 100, 1000, documents // 10, documents // 3, documents // 2]
        for _ in range(3):
            for size in sizes:
                if size < documents:
                    found.append(("random", size, generator.permutation(documents)[:size]))
        for row in range(probes):
            for size in (1, 3, 10, 30, 100, 300, documents // 10, documents // 4):
                for sign in (1, -1):
                    found.append(("strongest", size, np.argsort(-sign * mean[row])[:size]))
                    tilt = sign * generator.choice([0.5, 1, 2])
                    keys = tilt * mean[row] / mean[row].std() + generator.gumbel(size=documents)
                    found.append(("strong", size, np.argsort(-keys)[:size]))
        return found

    def calibration(self) -> list[dict[str, Any]]:
        """A row a probe and set of the calibration: sum, full prediction, and the answer of the others' curve."""
        return [
            {"probe": one.probe, "share": point.share, "sum": point.first_order, "full": point.change,
             "quick": point.change + point.error}
            for one in self._calibration.probes for point in one.points if point.error is not None
        ]  # fmt: skip

    def at_once(self, most: int, seconds: float) -> list[dict[str, Any]]:
        """A row a set and probe: sum, answer at once with its interval, and full prediction."""
        sets = self.sets()
        order = np.random.default_rng(5).permutation(len(sets))[:most].tolist()
        known = self._lines("what-if-sets.jsonl")
        self._fill(known, "what-if-sets.jsonl", order, lambda number: self._predicted(sets[number][2]), seconds)
        calibrated = [set(one.tolist()) for one in calibration_sets(self._influences[:, 0])]
        rows = []
        for number in order:
            kind, size, documents = sets[number]
            # What the calibration was fitted to, or nearly, says nothing of its interval.
            if number not in known or is_like_one(set(documents.tolist()), calibrated):
                continue
            for row, probe in enumerate(self.probes):
                full = float(np.mean(known[number]["full"][row]))
                rows.append({"set": number, "kind": kind, "size": size, "probe": probe, "full": full}
                            | self._quick(row, documents))  # fmt: skip
        return rows

    def retraining(self, most: int, seconds: float) -> list[dict[str, Any]]:
        """A row a set and probe: the change that four seeds find, beside what was predicted."""
        sets, predicted = self.sets(), self._lines("what-if-sets.jsonl")
        order = np.random.default_rng(6).permutation(sorted(predicted)).tolist()
        order = sorted(order, key=lambda number: (sets[number][1] < 10, order.index(number)))[:most]
        known = self._lines("what-if-retrained.jsonl")
        self._fill(
            known, "what-if-retrained.jsonl", [-1, *order], lambda number: self._retrained(sets, number), seconds
        )
        if -1 not in known:
            return []
        whole = np.array(known[-1]["scores"])
        rows = []
        for number in order:
            if number not in known:
                continue
            kind, size, documents = sets[number]
            changes = np.array(known[number]["scores"]) - whole
            for row, probe in enumerate(self.probes):
                if np.isfinite(changes[row]).all():
                    rows.append({
                        "set": number, "kind": kind, "size": size, "probe": probe,
                        "actual": float(changes[row].mean()),
                        "error": float(changes[row].std(ddof=1) / np.sqrt(len(RETRAINED_SEEDS))),
                        "full": float(np.mean(predicted[number]["full"][row])),
                    } | self._quick(row, documents))  # fmt: skip
        return rows

    def counted(self, seconds: float) -> list[dict[str, Any]]:
        """A row a probe and size of random sets: see tests.benchmarks.what_if.counted."""
        removals = counted.random_sets(len(self._lengths))
        nothing = np.zeros(len(self._lengths), np.bool_)
        told, trained = self._lines("what-if-counted.jsonl"), self._lines("what-if-counted-retrained.jsonl")
        every = range(len(removals))

        def tell(number: int) -> dict[str, Any]:
            return counted.predicted(self._pipeline, removals[number])

        def train(number: int) -> dict[str, Any]:
            return self._scores_without(removals[number] if number >= 0 else nothing)

        self._fill(told, "what-if-counted.jsonl", list(every), tell, seconds)
        self._fill(trained, "what-if-counted-retrained.jsonl", [-1, *every], train, seconds)
        if not {-1, *every} <= trained.keys() or not set(every) <= told.keys():
            return []
        scores = [np.array(trained[number]["scores"]) for number in every]
        return counted.compared(self.probes, np.array(trained[-1]["scores"]), scores, [told[one] for one in every])

    def smallest(self, seconds: float) -> list[dict[str, Any]]:
        """A row a probe, target and order: the set, predicted and retrained scores, and the other probes."""
        started = time.perf_counter()
        rows: list[dict[str, Any]] = list(self._lines("what-if-smallest.jsonl", key="key").values())
        known = {row["key"] for row in rows}
        # One order after the other: a run that is cut off has all probes in the first ones.
        for ranking, target, probe in itertools.product(RANKINGS, TARGETS, self.probes):
            key = f"{probe} {target} {ranking}"
            if key in known or time.perf_counter() - started > seconds:
                continue
            row = {"key": key, "probe": probe, "target": target, "ranking": ranking}
            try:
                found = self.audit.smallest_set(probe, target, ranking, sets=0, seeds=list(RETRAINED_SEEDS))
                row |= self._confirmed(found)
            except UnusablePlan as why:
                row["reason"] = str(why)
            self._keep("what-if-smallest.jsonl", row)
            rows.append(row)
        order = list(itertools.product(self.probes, TARGETS, RANKINGS))
        return sorted(rows, key=lambda row: order.index((row["probe"], row["target"], row["ranking"])))

    def _confirmed(self, found: CheckResult) -> dict[str, Any]:
        """A smallest set, and scores of every probe: before, predicted, and retrained without it."""
        whole = self._lines("what-if-retrained.jsonl")
        self._fill(whole, "what-if-retrained.jsonl", [-1], lambda _: self._retrained([], -1), math.inf)
        first = found.removal_sets[0]
        removed = self.audit.removed(first.documents)
        before = self._pipeline.trained_scores().mean(axis=1)
        scores = np.array(self._scores_without(removed)["scores"])
        probes = {
            probe: {
                "before": float(np.mean(whole[-1]["scores"][row])),
                "predicted": float(before[row] + np.mean(first.predicted[probe])),
                "retrained": float(scores[row].mean()),
                "error": float(scores[row].std(ddof=1) / np.sqrt(len(RETRAINED_SEEDS))),
            }
            for row, probe in enumerate(self.probes)
            if np.isfinite(scores[row]).all()
        }
        row = self.probes.index(found.plan.probe)
        neutral = self._pipeline.measurable_probes[row].kind_description.neutral
        goal = neutral if found.plan.target == "zero" else neutral + (float(before[row]) - neutral) / 2
        size = {"documents": len(first.documents), "tokens": int(self._lengths[removed].sum())}
        return {"reached": first.kind == "turning", "goal": goal, "probes": probes} | size

    def _quick(self, row: int, documents: npt.NDArray[np.int64]) -> dict[str, Any]:
        first_order = -float(self._influences[row].mean(axis=0)[documents].sum())
        share = float(self._lengths[documents].sum() / self._lengths.sum())
        one = self._calibration.of_probe(self.probes[row])
        assert one is not None
        found = one.estimate(first_order, share)
        return {"sum": first_order, "share": share, "quick": found.change, "low": found.low, "high": found.high}

    def _predicted(self, documents: npt.NDArray[np.int64]) -> dict[str, Any]:
        removed = np.zeros(len(self._lengths), np.bool_)
        removed[documents] = True
        changes = self._pipeline.predict([removed], silent)[0] - self._pipeline.trained_scores()
        return {"full": changes.tolist()}

    def _retrained(self, sets: list[tuple[str, int, npt.NDArray[np.int64]]], number: int) -> dict[str, Any]:
        removed = np.zeros(len(self._lengths), np.bool_)
        if number >= 0:
            removed[sets[number][2]] = True
        return self._scores_without(removed)

    def _scores_without(self, removed: npt.NDArray[np.bool_]) -> dict[str, Any]:
        """Scores of the retrained seeds without some documents; NaN where there is none."""
        from skipgram_audit.retraining.retrained import retrain, scores_of

        pipeline = self._pipeline
        found = retrain(pipeline.corpus, pipeline.settings, removed, RETRAINED_SEEDS, False, silent, pipeline.executor)
        vectors = [one.inputs for one in found.trajectories]
        scores = scores_of(pipeline.measurable_probes, found.corpus, vectors)
        nothing = [float("nan")] * len(RETRAINED_SEEDS)
        return {"scores": [one.tolist() if isinstance(one, np.ndarray) else nothing for one in scores]}

    def _fill(
        self,
        known: dict[Any, Any],
        name: str,
        numbers: list[int],
        work: Callable[[int], dict[str, Any]],
        seconds: float,
    ) -> None:
        """Does what is missing while there is time."""
        started = time.perf_counter()
        for number in numbers:
            if number in known or time.perf_counter() - started > seconds:
                continue
            known[number] = {"i": number} | work(number)
            self._keep(name, known[number])

    def _lines(self, name: str, key: str = "i") -> dict[Any, Any]:
        file = self.folder / name
        lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else []
        return {row[key]: row for row in (json.loads(line) for line in lines if line.endswith("}"))}

    def _keep(self, name: str, row: dict[str, Any]) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def as_json(found: dict[str, Any]) -> str:
    """A line a row of a list."""
    parts = []
    for name, value in found.items():
        rows = ",\n".join(f"  {json.dumps(rounded(row))}" for row in value) if isinstance(value, list) else ""
        parts.append(f" {json.dumps(name)}: " + (f"[\n{rows}\n ]" if rows else json.dumps(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def rounded(row: dict[str, Any]) -> dict[str, Any]:
    """To four decimals."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def is_like_one(documents: set[int], others: list[set[int]]) -> bool:
    """Whether a set shares most of its documents with one of others: MOST of those in either."""
    return any(len(documents & other) > MOST * len(documents | other) for other in others)


def silent(_fraction: float) -> None:
    """Shows nothing."""


if __name__ == "__main__":
    main()
