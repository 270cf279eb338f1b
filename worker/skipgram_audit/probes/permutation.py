"""The permutation test of WEAT: how often a random split of the target words does as much as the given one."""

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
import numpy.typing as npt

ROWS_AT_ONCE = 50_000
MONTE_CARLO_DRAWS = 99_999
TIE = 1e-12
"""Sums within this of the observed one, relative to the largest association, are ties; ties count as as-large."""


@dataclass(frozen=True)
class PermutationTest:
    """A one-sided p-value and how it was found."""

    p_value: float
    method: str


def permutation_test(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], exact_up_to: int, seed: int = 0
) -> PermutationTest:
    """P(s(X_i, Y_i) >= s(X, Y)) over splits (X_i, Y_i) of all target words that keep the sizes of X and Y.

    Args:
        first, second: associations s(w, A, B) of the words of X and of Y.
        exact_up_to: up to this many splits all are counted, the given one among them; above it, 99,999 splits are
            drawn, each without replacement, and p = (1 + as large) / (1 + drawn).
        seed: of the draws.

    Source: Caliskan, Bryson and Narayanan 2017; the +1 from Phipson and Smyth 2010.
    """
    values = np.concatenate([first, second])
    size = len(first)
    threshold = first.sum() - TIE * np.abs(values).max()
    splits = comb(len(values), size)
    if splits <= exact_up_to:
        as_large = _count_exactly(values, size, threshold)
        return PermutationTest(as_large / splits, f"exact over {splits:,} splits")
    as_large = _count_drawn(values, size, threshold, seed)
    drawn = f"Monte Carlo with {MONTE_CARLO_DRAWS:,} of {splits:.3g} splits"
    return PermutationTest((1 + as_large) / (1 + MONTE_CARLO_DRAWS), drawn)


def _count_exactly(values: npt.NDArray[np.float64], size: int, threshold: float) -> int:
    """Splits whose first part sums to at least the threshold; with the total fixed, so does the mean difference."""
    choices = combinations(range(len(values)), size)
    as_large = 0
    while rows := list(islice(choices, ROWS_AT_ONCE)):
        as_large += int((values[np.array(rows)].sum(1) >= threshold).sum())
    return as_large


def _count_drawn(values: npt.NDArray[np.float64], size: int, threshold: float, seed: int) -> int:
    generator = np.random.default_rng(seed)
    as_large = 0
    for done in range(0, MONTE_CARLO_DRAWS, ROWS_AT_ONCE):
        keys = generator.random((min(ROWS_AT_ONCE, MONTE_CARLO_DRAWS - done), len(values)))
        rows = np.argpartition(keys, size - 1, axis=1)[:, :size] if size < len(values) else np.argsort(keys, axis=1)
        as_large += int((values[rows].sum(1) >= threshold).sum())
    return as_large
