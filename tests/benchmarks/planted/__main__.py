"""The command: see the package."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import zstandard

from tests.planted import FILLERS, find, made_up_probe, plant
from worker.engine.corpus.encoding import TextDocument, encode_documents
from worker.engine.corpus.sentences import sentence_bounds
from worker.engine.influence.estimators import ESTIMATORS
from worker.engine.skipgram.settings import TrainingSettings

HERE = Path(__file__).parent
SETTINGS = TrainingSettings(
    casefold=True, dimension=100, window=5, negatives=5, minimum_count=5, subsample=1e-3, epochs=5,
    step_size=0.025, minimum_step_size=0.0001, noise_power=0.75, seeds=(1, 2),
)  # fmt: skip
WORDS = 8
COUNTS = (100, 600)


def main() -> None:
    """Plants, audits and counts; what the results already hold is not computed again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kinds", nargs="+", default=["membership", "weat"], choices=["membership", "weat"])
    parser.add_argument("--estimators", nargs="+", default=["mean-field", "replay"], choices=sorted(ESTIMATORS))
    parser.add_argument("--planted", nargs="+", type=int, default=[100])
    parser.add_argument("--probes", type=int, default=2, help="made-up probes, each with its own words")
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    documents = read(options.corpus)
    corpus = encode_documents(documents, len(documents), True, SETTINGS.minimum_count, lambda _fraction: None)
    target = HERE / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    results: dict[str, Any] = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    for estimator in options.estimators:
        for kind in options.kinds:
            for count in options.planted:
                for seed in range(options.probes):
                    for turned in (False, True):
                        key = f"{estimator}, {kind}, {count} planted, probe {seed}, {'B' if turned else 'A'}"
                        if key not in results:
                            probe = made_up_probe(corpus, kind, WORDS, COUNTS, seed)
                            planted, marks = plant(documents, probe, corpus.words[FILLERS], count, turned)
                            found = find(planted, marks, probe, SETTINGS, estimator)
                            results[key] = {
                                "scores": found.scores.tolist(),
                                "random": found.random,
                                "highest": found.highest,
                                "lowest": found.lowest,
                            }
                            target.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
                            target.with_suffix(".md").write_text(as_markdown(name, results), encoding="utf-8")
    print(as_markdown(name, results))


def read(path: Path) -> list[TextDocument]:
    """The documents of a .jsonl.zst file of objects with a text."""
    with path.open("rb") as file:
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        texts = [json.loads(line)["text"] for line in stream]
    return [TextDocument(text, sentence_bounds(text, "en")) for text in texts]


def as_markdown(name: str, results: dict[str, Any]) -> str:
    """One row a run."""
    lines = [
        f"{name}: planted sentences among as many of the highest and of the lowest influence. A: X stands beside A, as "
        "the probe asks; B: the other way round, so that planted sentences belong to the lowest.",
        "",
        "| run | mean score | random ranking | highest influence | lowest influence |",
        "|---|---|---|---|---|",
    ]
    for key, found in results.items():
        score = sum(found["scores"]) / len(found["scores"])
        lines.append(
            f"| {key} | {score:.2f} | {found['random']:.3f} | {found['highest']:.2f} | {found['lowest']:.2f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
