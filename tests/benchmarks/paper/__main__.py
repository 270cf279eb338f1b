"""python -m tests.benchmarks.paper --corpora FOLDER [--only NAME ...] [--cache FOLDER]"""

import argparse
import multiprocessing
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.benchmarks.paper import amplification, bias, cost, membership, mitigation, related, synthetic

EXPERIMENTS: dict[str, Callable[[Path, Path], None]] = {
    "membership": membership.main,
    "bias": bias.main,
    "mitigation": mitigation.main,
    "amplification": amplification.main,
    "cost": cost.main,
    "related": related.main,
}
"""Name -> what writes its table, given a folder for what is found on the way and the folder of the corpora."""

SYNTHETIC = "synthetic"
"""The experiment without a corpus, on one thread: it runs beside the others."""


def run(names: Iterable[str], cache: Path, corpora: Path) -> None:
    """Runs experiments on corpora one after the other, and says what each took."""
    for name in names:
        begin = time.monotonic()
        EXPERIMENTS[name](cache, corpora)
        print(f"{name}: {(time.monotonic() - begin) / 60:.1f} minutes by the clock", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Tables of the cross-loss paper's claims. An interrupted run goes on.")
    parser.add_argument("--corpora", type=Path, help="folder of the corpora: gap-wikipedia.jsonl.zst and the others")
    names = [SYNTHETIC, *EXPERIMENTS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="all when left out")
    parser.add_argument("--cache", type=Path, default=Path("build/paper"), help="folder for what is found on the way")
    chosen = parser.parse_args()
    on_corpora = [name for name in chosen.only if name != SYNTHETIC]
    if chosen.corpora is None and on_corpora:
        parser.error("--corpora is needed: the folder that holds gap-wikipedia.jsonl.zst and the other corpora")
    chosen.cache.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as beside:
        aside = beside.submit(synthetic.main, chosen.cache) if SYNTHETIC in chosen.only else None
        run(on_corpora, chosen.cache, chosen.corpora)
        if aside:
            aside.result()
