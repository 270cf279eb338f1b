"""python -m tests.benchmarks.paper [--cache FOLDER]"""

import argparse
from pathlib import Path

from tests.benchmarks.paper import synthetic

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Tables of the cross-loss paper's claims. An interrupted run goes on.")
    parser.add_argument("--cache", type=Path, default=Path("build/paper"), help="folder for what is found on the way")
    cache = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    synthetic.main(cache)
