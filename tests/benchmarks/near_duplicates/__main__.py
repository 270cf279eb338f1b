"""The command: see the package."""

import argparse
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skipgram_audit.corpus.near_duplicates import ALONE, THRESHOLD, DuplicateGroups, Sketches, shingles
from skipgram_audit.model.tokens import tokenize
from tests.benchmarks.browsing.__main__ import machine
from tests.benchmarks.browsing.source import read_rows

RESULTS = Path(__file__).parent / "results"
MOST_EXACT = 5_000_000


def main() -> None:
    """Measures each corpus, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+", help=".jsonl.zst files of objects with a text")
    options = parser.parse_args()
    rows = [measured(path) for path in options.corpora]
    table = "\n".join(
        [
            "# Near-duplicates",
            "",
            f"Made by `python -m tests.benchmarks.near_duplicates`. {machine()}",
            "",
            "Sketching is tokenizing and MinHash of every document; comparing is joining bands and the exact "
            "comparison of candidates, their texts tokenized again. Memory is what the search allocates, by "
            "tracemalloc in a second run. Missed are documents that the search of all pairs puts in another group.",
            "",
            "| corpus | documents | tokens | sketching, s | of it a million tokens, s | comparing, s | memory, MB | "
            "pairs compared | groups | documents in them | missed |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
    print(table)
    (RESULTS / "table.md").write_text(table + "\n", encoding="utf-8")


def measured(path: Path) -> str:
    """A row of the table."""
    texts = [row["text"] for row in read_rows(path)]
    tokens = sum(len(tokenize(text, casefold=True)) for text in texts)
    found, sketching, comparing = searched(texts)
    tracemalloc.start()
    searched(texts)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    counts = found.counts
    missed = str(int((found.first != all_groups(texts)).sum())) if tokens <= MOST_EXACT else "–"
    cells = [
        path.name.split(".")[0],
        *(f"{one:,}" for one in (len(texts), tokens)),
        *(f"{one:.2f}" for one in (sketching, sketching / tokens * 1e6, comparing)),
        f"{memory:.0f}",
        *(f"{one:,}" for one in (counts.pairs, counts.groups, counts.documents)),
        missed,
    ]
    return f"| {' | '.join(cells)} |"


def searched(texts: Sequence[str]) -> tuple[DuplicateGroups, float, float]:
    """The groups, and processor seconds of both parts."""
    started = time.process_time()
    sketches = Sketches()
    for text in texts:
        sketches.add(tokenize(text, casefold=True))
    between = time.process_time()
    found = sketches.groups(lambda number: tokenize(texts[number], casefold=True), lambda _: None)
    return found, between - started, time.process_time() - between


def all_groups(texts: Sequence[str]) -> np.ndarray:
    """The groups from the number of shingles that every two documents share."""
    holders: dict[bytes, list[int]] = defaultdict(list)
    sizes, words = [], []
    for number, text in enumerate(texts):
        words.append(tuple(tokenize(text, casefold=True)))
        found = shingles(words[-1])
        sizes.append(len(found))
        for shingle in found:
            holders[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        shared.update(combinations(numbers, 2))
    linked = [pair for pair, both in shared.items() if both >= THRESHOLD * (sum(sizes[one] for one in pair) - both)]
    first_of: dict[tuple[str, ...], int] = {}
    linked += [(first_of.setdefault(one, number), number) for number, one in enumerate(words) if one]
    ends = np.array(linked or [(0, 0)]).T
    graph = coo_array((np.ones(len(ends[0])), ends), (len(texts), len(texts)))
    _, label = connected_components(graph, directed=False)
    _, begins, group, members = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    return np.where(members[group] > 1, begins[group], ALONE)


if __name__ == "__main__":
    main()
