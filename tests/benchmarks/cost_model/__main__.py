"""The command: see the package."""

import argparse
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.cost_model.model import Forecast, as_table, fitted
from tests.benchmarks.speed.measured import Measurements, task

HERE = Path(__file__).parent
MEASURED = HERE / "results" / "measured.json"
TASKS = "tests.benchmarks.cost_model.tasks"
PHASES = ("reading", "counting", "training", "replaying", "spreading", "storing", "mean_field 1", "mean_field 3")
MOST_TOKENS_OF_MEAN_FIELD = 700_000
"""Larger parts are measured without mean-field, whose cost is proportional to entries and words."""


def main() -> None:
    """Measures a part of a corpus, or prints and writes what the model says."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    measure_options = commands.add_parser("measure")
    measure_options.add_argument("corpus", type=Path)
    measure_options.add_argument("--every", type=int, default=4, help="of so many documents, one")
    measure_options.add_argument("--words", type=int, default=10_000, help="the largest vocabulary")
    forecast_options = commands.add_parser("forecast")
    forecast_options.add_argument("--tokens", type=float, nargs="+", default=[1e9, 1e11])
    forecast_options.add_argument("--words", type=int, default=50_000)
    forecast_options.add_argument("--seeds", type=int, default=2)
    forecast_options.add_argument("--probes", type=int, default=3)
    forecast_options.add_argument("--probe-words", type=int, default=32, help="of one probe")
    forecast_options.add_argument("--epochs", type=int, default=5)
    forecast_options.add_argument("--workers", type=int, default=16, help="of the cluster, a core each")
    options = parser.parse_args()
    MEASURED.parent.mkdir(exist_ok=True)
    measurements = Measurements(MEASURED)
    if options.command == "measure":
        measure(measurements, options.corpus, options.every, options.words)
        return
    table = as_table(
        fitted(measurements),
        measurements,
        [
            Forecast(
                int(tokens), options.words, options.seeds, options.probes, options.probe_words, options.epochs,
                options.workers,
            )
            for tokens in options.tokens
        ],
    )  # fmt: skip
    MEASURED.with_name("forecast.md").write_text(table, encoding="utf-8")
    print(table)


def measure(measurements: Measurements, corpus: Path, every: int, words: int) -> None:
    """Every phase on a part of a corpus; what was measured is not measured again."""
    part = f"{corpus.name.split('.')[0]} 1/{every} {words}"
    state = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        phases = [
            "reading",
            "counting",
            "training",
            "replaying",
            "spreading",
            "storing",
            "mean_field 1",
            "mean_field 3",
        ]
        if all(measurements.runs(f"{phase}: {part}") for phase in phases[:6]):
            return
        for phase in phases:
            name, *probes = phase.split()
            arguments = {"folder": folder} | ({"probes": int(probes[0])} if probes else {})
            if name == "reading":
                arguments |= {"corpus": str(corpus), "every": every, "words": words}
            run = task(name, TASKS, **arguments)
            run.said["code"] = state.stdout.strip()
            print(f"{phase}: {part}: {run.processor:.2f} s, {run.peak / 1e9:.2f} GB, load {run.load}", flush=True)
            if not measurements.runs(f"{phase}: {part}"):
                measurements.add(f"{phase}: {part}", run)
            if phase == "storing" and run.said["tokens"] > MOST_TOKENS_OF_MEAN_FIELD:
                return


if __name__ == "__main__":
    main()
