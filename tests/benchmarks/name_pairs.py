"""Makes the list of name pairs that ships, from the first names of the United States census of 1990.

    pip download --no-deps names==0.3.0 && tar xzf names-0.3.0.tar.gz
    python -m tests.benchmarks.name_pairs names-0.3.0/names

The counts are public domain (U.S. Census Bureau); the package carries them unchanged as dist.male.first and
dist.female.first. As in Hall Maudslay and others 2019, names are matched one to one by how frequent they are and by how
much they belong to one gender: the sum of squared differences in the logarithm of both is smallest over all matchings.
"""

import math
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from skipgram_audit.resources import PACKAGE_FOLDER

NAMES = 250
"""Of each gender, the most frequent ones."""

LEAST_SHARE = 0.95
"""Of the bearers of a name, that are of its gender."""

_ORDINARY = """
    al amber angel april art ashley august austin autumn barry bart beau bill blake blanche bobby brad brandy
    brook brooke buddy candy carol carter chance charity chase chuck clay cliff cole constance cooper crystal curt
    daisy dale dallas dean dick dixie dolly don drew dusty dwight earl eve faith fern florence forest gale gay
    gene georgia ginger glen glenn grace grant guy hazel heath heather holly hope houston hunter iris ivy jack
    jade jasmine jean jerry jewel jimmy joy june kay kelly kent king lance lane lee lily lynn major marina mark
    mason may melody miles mills misty monty nick olive paris pat patience patsy patty pearl peg penny pepper
    perry pierce ray rich rob robin rocky rod roman rose roy ruby rusty sandy savannah sherry sierra skip stormy
    sue summer sunny tad tanner taylor terry tiffany trinity troy van vera victoria viola violet virginia wade
    ward warren wayne will woody carmen charlotte lincoln washington jackson madison sidney sydney jordan kerry
    leslie morgan jackie jamie jessie casey tracy shannon jesus dawn max jay geneva salvador chad marshall clinton
    franklin wallace francisco jose antonio ana rosa
    """
ORDINARY = frozenset(_ORDINARY.split())
"""Left out: names that are words, months or places of their own, since a capital at the beginning of a sentence cannot
tell them apart, and names that are given to both."""


def read_shares(path: Path) -> dict[str, float]:
    """Name -> its share of the people of one gender, in per cent."""
    rows = [line.split() for line in path.read_text().splitlines()]
    return {name.lower(): float(share) for name, share, *_ in rows}


def matched(folder: Path) -> list[tuple[str, str]]:
    """Pairs (male, female), the most frequent first."""
    men, women = read_shares(folder / "dist.male.first"), read_shares(folder / "dist.female.first")
    columns = []
    for own, other in ((men, women), (women, men)):
        found = []
        for name, share in own.items():
            belongs = share / (share + other.get(name, 0.0))
            if belongs >= LEAST_SHARE and name not in ORDINARY:
                found.append((name, math.log(share), math.log(other.get(name, 0.0) + 0.001) - math.log(share)))
            if len(found) == NAMES:
                break
        columns.append(found)
    first, second = (np.array([row[1:] for row in found]) for found in columns)
    cost = ((first[:, None] - second[None]) ** 2).sum(axis=2)
    rows, partners = linear_sum_assignment(cost)
    pairs = [(columns[0][row][0], columns[1][partner][0]) for row, partner in zip(rows, partners, strict=True)]
    return sorted(pairs, key=lambda pair: -men[pair[0]] - women[pair[1]])


def main() -> None:
    pairs = matched(Path(sys.argv[1]))
    lines = "\n".join(f'    ["{first.title()}", "{second.title()}"],' for first, second in pairs)
    (PACKAGE_FOLDER / "model" / "pairs" / "en-names.toml").write_text(HEAD + lines + "\n]\n", encoding="utf-8")


HEAD = '''name = "en-names"
title = "English first names"
language = "en"
description = """
First names that are frequent in the United States, each with one of the other gender that is about as frequent and
belongs to its gender about as much, as in Hall Maudslay and others 2019 (names intervention). Only words with a capital
are taken for names. Names that are also ordinary words, months or places are left out."""
source = """
First names of the 1990 census, U.S. Census Bureau, by way of the PyPI package names 0.3.0; matched by
tests/benchmarks/name_pairs.py."""
licence = "Public domain (a work of the United States government); the matching Apache-2.0"
capitalised = true
pairs = [
'''

if __name__ == "__main__":
    main()
