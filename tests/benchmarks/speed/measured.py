"""A piece of work in a process of its own: seconds on the clock and of the processor, and the peak of its memory."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.machine import processor

COMMAND_LINE = "from skipgram_audit.cli.main import main; main()"


@dataclass(frozen=True)
class Run:
    """One run of a piece.

    Attributes:
        clock, processor: seconds; what the task itself timed where it timed itself, else the whole process's.
        peak: bytes of memory, of the whole process.
        load: the machine's mean number of running processes in the minute before the end.
        said: whatever else the task answered.
    """

    clock: float
    processor: float
    peak: int
    load: float
    said: dict[str, Any]


def task(name: str, module: str = "tests.benchmarks.speed.tasks", **arguments: Any) -> Run:
    """Runs a function of a module of tasks, whose answer may hold its own clock and processor seconds."""
    return _run([sys.executable, "-m", module, name, json.dumps(arguments, default=str)])


def command(*arguments: str) -> Run:
    """Runs the product's own command."""
    return _run([sys.executable, "-c", COMMAND_LINE, *arguments])


def _run(arguments: Sequence[str]) -> Run:
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(arguments, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(arguments[:4])} ended with {process.returncode}:\n{errors.read()[-3000:]}")
        lines = output.read().strip().splitlines()
    said: dict[str, Any] = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    processor = said.pop("processor", usage.ru_utime + usage.ru_stime)
    return Run(said.pop("clock", clock), processor, usage.ru_maxrss * 1024, round(os.getloadavg()[0], 1), said)


class Measurements:
    """Runs by piece, kept in a file as soon as they end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.pieces: dict[str, list[Run]] = {}
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self.pieces = {name: [Run(**run) for run in runs] for name, runs in kept["pieces"].items()}

    def add(self, piece: str, run: Run) -> None:
        self.pieces.setdefault(piece, []).append(run)
        content = {
            "machine": machine(),
            "pieces": {n: [asdict(run) for run in runs] for n, runs in self.pieces.items()},
        }
        self._path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def runs(self, piece: str) -> int:
        return len(self.pieces.get(piece, []))

    def value(self, piece: str, what: str) -> float | None:
        """The median over runs of clock, processor, peak or of a number that was said; None when it did not run."""
        runs = self.pieces.get(piece, [])
        found = [getattr(run, what) if hasattr(run, what) else run.said.get(what) for run in runs]
        known = [float(one) for one in found if one is not None]
        return median(known) if known and len(known) == len(found) else None


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory GB": round(memory / 1e9, 1),
        "system": platform.system(),
    }
