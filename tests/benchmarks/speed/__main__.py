"""The command: see the package."""

import argparse
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.speed.measured import Measurements, Run, command, task
from tests.benchmarks.speed.rows import ROWS, as_table
from tests.benchmarks.speed.scaling import as_figure, as_scaling_table, points

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache" / "speed"
LARGEST_VOCABULARY = {"classic-books-20m": 50_000}
THREE = ("weat-6", "weat-7", "weat-8")
TEN = tuple(f"weat-{number}" for number in range(1, 11))
SHARE_WITHOUT = 0.1


@dataclass(frozen=True)
class Pieces:
    """The pieces of work on one corpus, by name.

    Attributes:
        corpus: its file.
        folder: for encoded corpora and finished audits, which are not committed.
        measurements: kept so far.
    """

    corpus: Path
    folder: Path
    measurements: Measurements

    def run(self, piece: str) -> Run:
        """Measures one piece."""
        return self._known[piece]()

    @property
    def _known(self) -> dict[str, Callable[[], Run]]:
        encoded = self.folder / "corpus.npz"
        words = LARGEST_VOCABULARY.get(self.folder.name)
        audits: dict[str, tuple[str, tuple[str, ...]]] = {
            **{f"audit by {name}": (name, THREE) for name in ("replay", "mean-field", "unrolled")},
            "audit of one probe": ("replay", THREE[:1]),
            "audit of ten probes": ("replay", TEN),
        }
        return {
            "reading": lambda: task("reading", corpus=self.corpus, words=words, encoded=encoded),
            "gensim, two workers": lambda: task("stock_gensim", encoded=encoded, workers=2, epochs=5),
            "gensim, one worker, one epoch": lambda: task("stock_gensim", encoded=encoded, workers=1, epochs=1),
            "our training, one seed, one epoch": lambda: task("our_training", encoded=encoded, epochs=1),
            "replay's derivative": lambda: task("reverse", folder=self.folder / "audit by replay"),
            "scoring": lambda: task("scoring", encoded=encoded, probes=3),
            **{
                f"what-if by {name}": lambda name=name: task(  # type: ignore[misc]
                    "what_if", folder=self.folder / f"audit by {name}", share=SHARE_WITHOUT
                )
                for name in ("replay", "mean-field")
            },
            **{name: lambda name=name, how=how: self._audit(name, *how) for name, how in audits.items()},  # type: ignore[misc]
        }

    def _audit(self, name: str, estimator: str, probes: tuple[str, ...]) -> Run:
        """The product's own command, as a user types it, without the shuffled null."""
        folder = next(
            path
            for number in itertools.count()
            if not (path := self.folder / f"{name}{f' {number}' * bool(number)}").exists()
        )
        minimum = int(self.measurements.value("reading", "minimum_count") or 5)
        chosen = [part for probe in probes for part in ("--probe", probe)]
        return command(
            "audit", str(self.corpus), *chosen, "--out", str(folder), "--estimator", estimator,
            "--seed", "1", "--seed", "2", "--minimum-count", str(minimum), "--null-shuffles", "0", "--device", "cpu",
        )  # fmt: skip


def main() -> None:
    """Measures what is missing of the rows asked for, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--row", action="append", choices=[row.name for row in ROWS], help="may be repeated; all by default"
    )
    parser.add_argument("--piece", action="append", help="measure these pieces alone; may be repeated")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each piece; medians are shown")
    parser.add_argument("--scaling", action="store_true", help="measure the points of the plots instead")
    parser.add_argument("--only-tables", action="store_true", help="write tables and figures of what was measured")
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    folder, results = CACHE / name, HERE / "results"
    folder.mkdir(parents=True, exist_ok=True)
    results.mkdir(exist_ok=True)
    measurements = Measurements(results / f"{name}.json")
    pieces = Pieces(options.corpus.resolve(), folder, measurements)
    if options.scaling:
        _scaling(
            pieces, Measurements(results / f"{name}-scaling.json"), results / f"{name}-scaling", options.only_tables
        )
        return
    rows = [row for row in ROWS if not options.row or row.name in options.row]
    wanted = options.piece or [piece for row in rows for piece in row.pieces]
    for piece in dict.fromkeys(["reading", *wanted]):
        while not options.only_tables and measurements.runs(piece) < options.repeats:
            print(f"{piece} ...", flush=True)
            run = pieces.run(piece)
            measurements.add(piece, run)
            print(f"  {run.processor:.2f} s of the processor, {run.clock:.2f} s, {run.peak / 1e9:.2f} GB", flush=True)
    table = as_table(name, measurements)
    (results / f"{name}.md").write_text(table, encoding="utf-8")
    print(table)


def _scaling(pieces: Pieces, measurements: Measurements, target: Path, only_tables: bool) -> None:
    encoded = pieces.folder / "corpus.npz"
    if not encoded.exists():
        pieces.measurements.add("reading", pieces.run("reading"))
    for point in points():
        piece = json.dumps(point)
        if not only_tables and not measurements.runs(piece):
            print(piece, flush=True)
            measurements.add(piece, task("phases", encoded=encoded, **point))
    target.with_suffix(".md").write_text(as_scaling_table(pieces.folder.name, measurements), encoding="utf-8")
    target.with_suffix(".svg").write_text(as_figure(pieces.folder.name, measurements), encoding="utf-8")
    print(target.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
