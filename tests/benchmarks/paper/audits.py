"""What the experiments on corpora share: audits, further trainings, and a file of what was found so far."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import skipgram_audit as sga
from skipgram_audit.auditing.audit import Audit
from skipgram_audit.auditing.folder import MANIFEST
from skipgram_audit.mitigation.table import over_seeds
from skipgram_audit.model.probe import ProbeDefinition

AUDITED_SEEDS = (1, 2)
"""Influences and predictions are means over these."""

SEEDS = (1, 2, 3, 4)
"""Trained for every figure."""


def audited(corpus: sga.Corpus | Path, probes: Sequence[ProbeDefinition], folder: Path) -> Audit:
    """The audit of a corpus by the default settings; the one in the folder where it is finished."""
    if (folder / MANIFEST).is_file():
        return sga.open(folder, device="cpu")
    return sga.audit(corpus, probes, folder, device="cpu", seeds=list(AUDITED_SEEDS), null_shuffles=0)


class Findings:
    """What an experiment found so far, a line of JSON each: every piece is computed once.

    Args:
        path: of the file; begun where it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, dict[str, Any]] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            one = json.loads(line)
            self._found[one["name"]] = one

    def of(self, name: str, compute: Callable[[], Any]) -> Any:
        """The piece of a name, computed where it is not there yet: values that JSON can hold."""
        if name not in self._found:
            begin = time.process_time()
            value = compute()
            one = {"name": name, "seconds": round(time.process_time() - begin, 1), "value": value}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(one) + "\n")
            self._found[name] = one
            print(f"{name}: {one['seconds']:.0f} s of the processor", flush=True)
        return self._found[name]["value"]

    @property
    def seconds(self) -> float:
        """Of the processor, of all pieces."""
        return float(sum(one["seconds"] for one in self._found.values()))


def interval(values: Iterable[float], digits: int = 2, signed: bool = True) -> str:
    """The mean of values, one a seed, with its 95% interval over seeds by Student's t; of sizes, cut at zero."""
    cell = over_seeds([float(value) for value in values])
    form = f"{'+' if signed else ''}.{digits}f"
    if cell.low is None or cell.high is None:
        return f"{cell.value:{form}}"
    low = cell.low if signed else max(cell.low, 0.0)
    return f"{cell.value:{form}} [{low:{form}}, {cell.high:{form}}]"


def share(values: Iterable[float]) -> str:
    """The same of shares, cut at 0 and 100%."""
    cell = over_seeds([float(value) for value in values])
    bounds = "" if cell.low is None or cell.high is None else f" [{max(cell.low, 0):.0%}, {min(cell.high, 1):.0%}]"
    return f"{cell.value:.0%}{bounds}"


def silent(_fraction: float) -> None:
    """Nobody watches the progress."""
