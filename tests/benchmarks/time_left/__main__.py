"""Told against true seconds left, at a tenth, a quarter, half and three quarters of each job's time.

    python -m tests.benchmarks.time_left gap-wikipedia.jsonl.zst contemporary-mix.jsonl.zst --repeat 2
    python -m tests.benchmarks.time_left classic-books-20m.jsonl.zst --every 8 --folder FOLDER

Each corpus is imported and audited by each estimator, one job after the other over one data folder. With --repeat 2 the
second round is told what the first one measured. --folder keeps the data folder and a trace of each job. Where others
use the machine, seconds on the clock say more about them than about the forecast. On one core (taskset -c 0) seconds of
the processor are those that an idle machine would take: --processor tells and measures by them. They leave out the
child that reads a file.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from skipgram_audit.model.settings import AuditSettings
from tests.benchmarks.time_left.jobs import Installation, Trace

SHARES = (0.1, 0.25, 0.5, 0.75)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.time_left", description=__doc__)
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every so many documents")
    parser.add_argument("--estimators", nargs="+", default=["mean-field", "replay"])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the data folder and traces are kept")
    parser.add_argument("--processor", action="store_true", help="by processor seconds, where others use the machine")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        (folder / "traces").mkdir(parents=True, exist_ok=True)
        installation = Installation(folder / "data", time.process_time if asked.processor else time.monotonic)
        print("| job | seconds | first told | " + " | ".join(f"at {share:.0%}" for share in SHARES) + " | load |")
        print("|---|---|---|" + "---|" * (len(SHARES) + 1))
        for corpus in asked.corpora:
            corpus_id, trace = installation.imported(corpus, asked.every)
            show(trace, folder)
            for number in range(1, asked.repeat + 1):
                for estimator in asked.estimators:
                    settings = AuditSettings(estimator=estimator)
                    name = f"{corpus.name.partition('.')[0]} {estimator} {number}"
                    show(installation.audited(name, corpus_id, settings), folder)
        installation.close()


def show(trace: Trace, folder: Path) -> None:
    """Prints a job's row, and keeps its trace."""
    trace.save(folder / "traces" / f"{trace.name.replace(' ', '-')}.json")
    cells = []
    for share in SHARES:
        told, true = trace.at(share), (1 - share) * trace.seconds
        cells.append("nothing" if told is None or told.left is None else f"{told.left:.0f} s, x {told.left / true:.2f}")
    first = next((one.left for one in trace.told if one.left is not None), None)
    begun = "nothing" if first is None else f"{first:.0f} s"
    load = os.getloadavg()[0]
    print(f"| {trace.name} | {trace.seconds:.1f} | {begun} | {' | '.join(cells)} | {load:.1f} |", flush=True)


if __name__ == "__main__":
    main()
