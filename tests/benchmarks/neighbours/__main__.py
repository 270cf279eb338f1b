"""How often a word must occur before two trainings agree on its neighbours.

    python -m tests.benchmarks.neighbours CORPUS [CORPUS ...]

trains two seeds on each corpus with the default settings and writes results/table.md: the share of its ten nearest
words that the seeds have in common, by how often a word occurs; 200 words of each row, or all where there are fewer.
"""

import csv
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

import skipgram_audit as sga
from skipgram_audit.training.neighbour_stability import neighbour_stability

BOUNDS = (5, 10, 20, 50, 100, 200, 500, 2000, 10**12)
SAMPLE = 200
TABLE = Path(__file__).parent / "results" / "table.md"


def shares(path: Path) -> tuple[str, list[str]]:
    """The corpus' heading, and a cell for each range of counts: mean share, tenth and ninetieth percentile."""
    with tempfile.TemporaryDirectory() as folder:
        audit = sga.audit(path, probes=["weat-6"], folder=folder, estimator="replay", null_shuffles=0)
        files = sorted(audit.folder.glob("vectors-seed-*.txt"))
        trained = [KeyedVectors.load_word2vec_format(str(file)) for file in files]
        with (audit.folder / "words.csv").open(encoding="utf-8", newline="") as rows:
            tokens = {row["word"]: int(row["tokens"]) for row in csv.DictReader(rows)}
    counts = np.array([tokens[word] for word in trained[0].index_to_key])
    vectors = [one.vectors for one in trained]
    draw, cells = np.random.default_rng(0), []
    for low, high in pairwise(BOUNDS):
        words = draw.permutation(np.flatnonzero((counts >= low) & (counts < high)))[:SAMPLE]
        found = neighbour_stability(words, vectors)
        if found is None or not len(words):
            cells.append("–")
            continue
        low_end, high_end = np.quantile(found, (0.1, 0.9))
        cells.append(f"{found.mean():.2f} ({low_end:.1f} to {high_end:.1f})")
    return f"{path.name.split('.')[0]}, {counts.sum() / 1e6:.1f} million words", cells


def main(paths: list[Path]) -> None:
    columns = [shares(path) for path in paths]
    lines = [
        "| occurrences | " + " | ".join(heading for heading, _ in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for row, (low, high) in enumerate(pairwise(BOUNDS)):
        name = f"{low} to {high - 1}" if high < 10**12 else f"{low} and more"
        lines.append(f"| {name} | " + " | ".join(cells[row] for _, cells in columns) + " |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
