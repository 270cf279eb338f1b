"""What the order of the documents does: stock gensim in the order of the corpus beside gensim in random orders.

    python -m tests.benchmarks.accuracy.orders CORPUS.jsonl.zst

trains the corpus and random halves of it in both ways, a random order for each seed, and prints and writes their scores
and how far they agree. The trainings are those of tests.benchmarks.accuracy without and with --shuffled.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skipgram_audit.computing.cores import core_count
from skipgram_audit.retraining.agreement import set_agreement
from tests.benchmarks.accuracy.__main__ import CACHE, RESULTS
from tests.benchmarks.accuracy.corpus import RemovalSet, measurable_scores, read_corpus
from tests.benchmarks.accuracy.judging import Values, changes_of, pairwise
from tests.benchmarks.accuracy.processors import on_processors
from tests.benchmarks.accuracy.tables import number, table
from tests.benchmarks.accuracy.trainings import FULL, SETTINGS, Trainings
from tests.benchmarks.machine import processor


def main() -> None:
    """Trains what is not in the cache, compares, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a .jsonl.zst file of objects with a text")
    parser.add_argument("--halves", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    corpus = read_corpus(options.corpus)
    scores = measurable_scores(corpus)
    halves, seeds = [RemovalSet("half", one) for one in range(options.halves)], range(1, options.seeds + 1)
    orders: list[Trainings] = []
    for shuffled, folder in ((False, name), (True, f"{name}-shuffled")):
        settings = SETTINGS.model_copy(update={"shuffle_documents": shuffled})
        trainings = Trainings(corpus, list(scores.values()), CACHE / folder, settings=settings)
        on_processors(trainings, "gensim", [(one, seed) for one in (FULL, *halves) for seed in seeds], core_count())
        orders.append(trainings)
    rows = compared([changes_of(one, "gensim", halves, seeds) for one in orders])
    wholes = [np.array([one.gensim(FULL, seed) for seed in seeds]).mean(axis=0).tolist() for one in orders]
    rows = [("score of the whole corpus, its order", wholes[0]), ("the same, random orders", wholes[1]), *rows]
    lines = [
        f"# The order of the documents: {name}",
        "",
        f"gensim, {len(seeds)} seeds, {len(halves)} halves; Pearson's r over halves of how the score changes. Made by "
        f"`python -m tests.benchmarks.accuracy.orders {options.corpus.name}` on {processor()}.",
        "",
        *table(["what", *scores], [(what, *map(number, values)) for what, values in rows]),
    ]
    text = "\n".join(lines) + "\n"
    (RESULTS / f"{name}-orders.md").write_text(text, encoding="utf-8")
    print(text)


def compared(changes: Sequence[Values]) -> list[tuple[str, Any]]:
    """Rows of the table, of changes [halves, probes, seeds] in the order of the corpus and in random orders."""
    agreements = [set_agreement(changes[0][:, probe], changes[1][:, probe]) for probe in range(changes[0].shape[1])]
    means = [one.mean(axis=(0, 2)).tolist() for one in changes]
    return [
        ("mean change of halves, its order", means[0]),
        ("the same, random orders", means[1]),
        ("seed with seed, its order", pairwise(changes[0], changes[0])),
        ("seed with seed, random orders", pairwise(changes[1], changes[1])),
        ("seed with seed, one in its order and one in a random one", pairwise(*changes)),
        ("seed mean with seed mean, one each", [one.pearson.value for one in agreements]),
    ]


if __name__ == "__main__":
    main()
