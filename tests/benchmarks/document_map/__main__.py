"""The command: see the package."""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from skipgram_audit.auditing.document_map import document_places, document_vectors
from skipgram_audit.corpus.encoding import TextDocument, encode_documents
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.training.sgd import train
from tests.benchmarks.browsing.__main__ import machine
from tests.benchmarks.browsing.source import read_rows

RESULTS = Path(__file__).parent / "results"
ASKED = 1_000
"""Documents, drawn at random, whose neighbours are compared."""

Vectors = np.ndarray


def main() -> None:
    """Trains, projects by each method, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a .jsonl.zst file of objects with a text")
    parser.add_argument("--words", type=int, default=0, help="cut documents into pieces of about so many")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["pca", "map"])
    parser.add_argument("--project", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.project:
        print(projected(np.load(options.corpus), options.project))
        return
    texts = list(pieces(options.corpus, options.words))
    vectors = trained_vectors(texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        np.save(path, vectors)
        rows = [run(path, method) for method in options.methods]
    table = "\n".join(
        [
            f"# Maps of {len(texts):,} documents of {options.corpus.name.split('.')[0]}",
            "",
            f"Made by `python -m tests.benchmarks.document_map`. {machine()}",
            "",
            f"Kept: of {ASKED:,} documents' nearest 10 and 100 by their vectors, the share that are among the nearest "
            "10 and 100 on the map.",
            "",
            "| method | seconds | of the processor | memory, GB | kept of 10 | kept of 100 |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )
    print(table)
    (RESULTS / f"{options.corpus.name.split('.')[0]}.md").write_text(table + "\n", encoding="utf-8")


def pieces(path: Path, words: int) -> Iterator[str]:
    for row in read_rows(path):
        whole = row["text"].split()
        parts = max(1, round(len(whole) / words)) if words else 1
        step = max(1, -(-len(whole) // parts))
        for first in range(0, len(whole), step):
            yield " ".join(whole[first : first + step])


def trained_vectors(texts: list[str]) -> Vectors:
    documents = (TextDocument(text, np.array([[0, len(text)]], np.uint32)) for text in texts)
    corpus = encode_documents(documents, len(texts), True, 5, lambda _: None)
    trajectory = train(corpus, AuditSettings(epochs=1), 1, lambda _: None)
    return document_vectors(corpus, trajectory.inputs)


def run(path: Path, method: str) -> str:
    """A row of the table, from a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.document_map", str(path), "--project", method]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def projected(vectors: Vectors, method: str) -> str:
    clock, used = time.perf_counter(), time.process_time()
    places = METHODS[method](vectors)
    clock, used = time.perf_counter() - clock, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    known = np.flatnonzero(vectors.any(axis=1))
    asked = np.random.default_rng(0).choice(len(known), min(ASKED, len(known)), replace=False)
    kept = [
        np.mean(
            [
                len(set(one) & set(other)) / count
                for one, other in zip(
                    nearest(vectors[known], asked, count), nearest(places[known], asked, count), strict=True
                )
            ]
        )
        for count in (10, 100)
    ]
    return f"| {method} | {clock:.1f} | {used:.1f} | {memory:.1f} | {kept[0]:.3f} | {kept[1]:.3f} |"


def nearest(points: np.ndarray, asked: np.ndarray, count: int) -> list[list[int]]:
    points = points.astype(np.float64)
    found = []
    for one in asked.tolist():
        distances = np.square(points - points[one]).sum(axis=1)
        distances[one] = np.inf
        found.append(np.argpartition(distances, count)[:count].tolist())
    return found


def by_pca(vectors: Vectors) -> np.ndarray:
    from sklearn.decomposition import PCA

    return np.asarray(PCA(2, random_state=1).fit_transform(vectors))


def by_umap(vectors: Vectors) -> np.ndarray:
    from umap import UMAP

    return np.asarray(UMAP(random_state=1).fit_transform(vectors))


def by_barnes_hut(vectors: Vectors) -> np.ndarray:
    from sklearn.manifold import TSNE

    return np.asarray(TSNE(random_state=1, n_jobs=1).fit_transform(vectors))


METHODS: dict[str, Callable[[Vectors], np.ndarray]] = {
    "pca": by_pca,
    "map": lambda vectors: document_places(vectors, 1, lambda _: None),
    "umap": by_umap,
    "barnes-hut": by_barnes_hut,
}

if __name__ == "__main__":
    main()
