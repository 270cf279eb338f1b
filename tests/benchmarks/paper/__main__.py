"""python -m tests.benchmarks.paper --corpora FOLDER [--only NAME ...] [--cache FOLDER]"""

import argparse
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.paper import amplification, bias, cost, membership, mitigation, related, synthetic

EXPERIMENTS: dict[str, Callable[[Path, Path], None]] = {
    "synthetic": lambda cache, _corpora: synthetic.main(cache),
    "membership": membership.main,
    "bias": bias.main,
    "mitigation": mitigation.main,
    "amplification": amplification.main,
    "cost": cost.main,
    "related": related.main,
}
"""Name -> what writes its table, given a folder for what is found on the way and the folder of the corpora."""

OF_NO_CORPUS = ("synthetic",)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Tables of the cross-loss paper's claims. An interrupted run goes on.")
    parser.add_argument("--corpora", type=Path, help="folder of the corpora: gap-wikipedia.jsonl.zst and the others")
    parser.add_argument("--only", nargs="+", choices=[*EXPERIMENTS], default=[*EXPERIMENTS], help="all when left out")
    parser.add_argument("--cache", type=Path, default=Path("build/paper"), help="folder for what is found on the way")
    chosen = parser.parse_args()
    if chosen.corpora is None and set(chosen.only) - set(OF_NO_CORPUS):
        parser.error("--corpora is needed: the folder that holds gap-wikipedia.jsonl.zst and the other corpora")
    chosen.cache.mkdir(parents=True, exist_ok=True)
    for name in chosen.only:
        EXPERIMENTS[name](chosen.cache, chosen.corpora or Path())
