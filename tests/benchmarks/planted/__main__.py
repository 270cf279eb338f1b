"""The command: see the package."""

import argparse
import io
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.probe import ProbeDefinition
from tests.benchmarks.accuracy.trainings import SETTINGS
from tests.planted import Finding, Texts, Trained, encoded, made_up_probe, neutral, plant, without

HERE = Path(__file__).parent
WORDS = 8
COUNTS = (100, 600)
SETS = {"missed": "planted, missed", "instead": "in their place", "found": "planted, found, as many"}


def main() -> None:
    """Plants, audits and counts; what the results already hold is not computed again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kinds", nargs="+", default=["weat", "membership"], choices=["weat", "membership"])
    parser.add_argument("--estimators", nargs="+", default=["mean-field", "replay"], choices=sorted(ESTIMATORS))
    parser.add_argument("--planted", nargs="+", type=int, default=[10, 20, 40])
    parser.add_argument("--named", nargs="+", type=int, default=[WORDS], help="words of either list in a sentence")
    parser.add_argument("--probes", type=int, default=4, help="made-up probes, each with its own words")
    parser.add_argument("--judge", nargs="+", default=[], choices=sorted(ESTIMATORS), help="retrain where these miss")
    parser.add_argument("--seeds", type=int, default=24, help="of a retraining")
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    texts = list(read(options.corpus))
    corpus = encoded(texts, SETTINGS)
    target = HERE / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    results: dict[str, Any] = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    for kind, named, seed, count in product(options.kinds, options.named, range(options.probes), (0, *options.planted)):
        key = f"{kind}, {named} of {WORDS} words named, probe {seed}, {count} planted"
        run: dict[str, Any] = results.setdefault(key, {"precision": {}})
        waiting = [one for one in options.estimators if count and one not in run["precision"]]
        judging = [one for one in options.judge if count and one not in run.get("judged", {})]
        if "scores" in run and not waiting and not judging:
            continue
        probe = made_up_probe(corpus, kind, WORDS, COUNTS, seed)
        planted, marks = plant(neutral(texts, probe, seed), probe, count, named, seed)
        trained = Trained.on(planted, probe, SETTINGS)
        run["scores"] = trained.scores.tolist()
        for estimator in dict.fromkeys([*waiting, *judging]):
            found = trained.find(marks, estimator)
            run["random"] = found.random
            run["precision"][estimator] = {"highest": found.highest, "lowest": found.lowest}
            if estimator in judging:
                run.setdefault("judged", {})[estimator] = judged(planted, probe, found, options.seeds)
        target.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    table = as_markdown(name, results)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    print(table)


def judged(texts: Texts, probe: ProbeDefinition, finding: Finding, seeds: int) -> dict[str, dict[str, float]]:
    """What influence says that each set of a finding gives to the score, and what trainings without it say."""
    if not len(finding.missed):
        return {}
    settings = SETTINGS.model_copy(update={"seeds": tuple(range(1, seeds + 1))})
    whole = Trained.on(texts, probe, settings).scores
    answers = {}
    for what in SETS:
        sentences = getattr(finding, what)
        if not len(sentences):
            continue
        lost = whole - Trained.on(without(texts, set(sentences.tolist())), probe, settings).scores
        answers[what] = {
            "sentences": len(sentences),
            "influence": float(finding.influence[sentences].sum()),
            "lost": float(lost.mean()),
            "standard error": float(lost.std(ddof=1) / np.sqrt(seeds)),
            "seeds": seeds,
        }
    return answers


def read(path: Path) -> Iterator[list[str]]:
    """The sentences of every document of a .jsonl.zst file of objects with a text."""
    with path.open("rb") as file:
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        for line in stream:
            text = json.loads(line)["text"]
            yield [text[first:last] for first, last in sentence_bounds(text, "en").tolist()]


def as_markdown(name: str, results: dict[str, Any]) -> str:
    """One row for each number of planted sentences, over its probes, then one for each run."""
    estimators = sorted({one for run in results.values() for one in run["precision"]})
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for key, run in results.items():
        kind, named, _, planted = key.split(", ")
        groups.setdefault((f"{kind}, {named}", planted), []).append(run)
    lines = [
        f"{name}: share of planted sentences among as many of the highest influence, mean (lowest to highest of the "
        "probes); then every run, in brackets the share among as many of the lowest.",
        "",
        *_header("what is planted", estimators),
    ]
    for (what, planted), runs in sorted(groups.items(), key=lambda item: (item[0][0], int(item[0][1].split()[0]))):
        scores = [sum(run["scores"]) / len(run["scores"]) for run in runs]
        cells = [
            _span([run["precision"][one]["highest"] for run in runs if one in run["precision"]]) for one in estimators
        ]
        lines.append(_row(f"{what}, {len(runs)} probes, {planted}", _span(scores), runs[0].get("random"), cells))
    lines += ["", *_header("run", estimators)]
    for key, run in results.items():
        cells = [
            f"{run['precision'][one]['highest']:.2f} ({run['precision'][one]['lowest']:.2f})"
            if one in run["precision"]
            else ""
            for one in estimators
        ]
        lines.append(_row(key, f"{sum(run['scores']) / len(run['scores']):.2f}", run.get("random"), cells))
    if any(run.get("judged") for run in results.values()):
        lines += ["", *_judged_rows(results)]
    return "\n".join(lines) + "\n"


def _judged_rows(results: dict[str, dict[str, Any]]) -> list[str]:
    """What the sets of every run whose planted sentences were missed give to the score."""
    lines = [
        "Where planted sentences were missed: what a set gives to the score, by its sentences' influence, and by "
        "retraining without it (mean and standard error over seeds).",
        "",
        "| run | estimator | set | sentences | influence | retraining |",
        "|---|---|---|---|---|---|",
    ]
    for key, run in results.items():
        for estimator, sets in run.get("judged", {}).items():
            for what, found in sets.items():
                retrained = f"{found['lost']:.3f} ± {found['standard error']:.3f} ({found['seeds']} seeds)"
                cells = (key, estimator, SETS[what], found["sentences"], f"{found['influence']:.3f}", retrained)
                lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def _header(first: str, estimators: list[str]) -> list[str]:
    return [
        f"| {first} | score | random ranking | " + " | ".join(estimators) + " |",
        "|---|---|---|" + "---|" * len(estimators),
    ]


def _row(what: str, score: str, random: float | None, cells: list[str]) -> str:
    return f"| {what} | {score} | {'' if random is None else f'{random:.4f}'} | " + " | ".join(cells) + " |"


def _span(values: list[float]) -> str:
    return f"{sum(values) / len(values):.2f} ({min(values):.2f} to {max(values):.2f})" if values else ""


if __name__ == "__main__":
    main()
