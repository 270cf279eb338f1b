"""The permutation test of WEAT: how often a random split of the target words does as much as the given one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
import numpy.typing as npt

ROWS_AT_ONCE = 50_000
MONTE_CARLO_DRAWS = 99_999
TIE = 1e-12
"""Differences within this of the observed one, relative to the largest association, are ties and count as as large."""


@dataclass(frozen=True)
class PermutationTest:
    """The p-values of a split, and how they were found.

    Attributes:
        p_value: one-sided, P(d_i >= d), as in the source.
        p_value_two_sided: P(|d_i| >= |d|).
    """

    p_value: float
    p_value_two_sided: float
    method: str


def permutation_test(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], exact_up_to: int, seed: int = 0
) -> PermutationTest:
    """How often d_i, the difference of the means of the parts of a split (X_i, Y_i), is as large as d, that of (X, Y).

    Splits are of all words of X and Y and keep the sizes of the two. With the total fixed, the difference of the means
    grows with the sum of the first part, so the one-sided p-value is that of the source's s(X_i, Y_i) >= s(X, Y).

    Args:
        first, second: associations s(w, A, B) of the words of X and of Y.
        exact_up_to: up to this many splits all are counted, the given one among them; above it, 99,999 splits are
            drawn, each without replacement, and p = (1 + as large) / (1 + drawn).
        seed: of the draws.

    Source: Caliskan, Bryson and Narayanan 2017; the +1 from Phipson and Smyth 2010.
    """
    values = np.concatenate([first, second])
    size, rest = len(first), len(second)
    splits = comb(len(values), size)
    exact = splits <= exact_up_to
    observed = first.mean() - second.mean()
    tie = TIE * np.abs(values).max() * (1 / size + 1 / rest)
    as_high = as_far = 0
    for chosen in _all_splits(values, size) if exact else _drawn_splits(values, size, seed):
        differences = chosen.sum(1) * (1 / size + 1 / rest) - values.sum() / rest
        as_high += int((differences >= observed - tie).sum())
        as_far += int((np.abs(differences) >= abs(observed) - tie).sum())
    if exact:
        return PermutationTest(as_high / splits, as_far / splits, f"exact over {splits:,} splits")
    drawn = 1 + MONTE_CARLO_DRAWS
    method = f"Monte Carlo with {MONTE_CARLO_DRAWS:,} of {splits:.3g} splits"
    return PermutationTest((1 + as_high) / drawn, (1 + as_far) / drawn, method)


def _all_splits(values: npt.NDArray[np.float64], size: int) -> Iterator[npt.NDArray[np.float64]]:
    """The first part of every split, many at once: [splits, size]."""
    choices = combinations(range(len(values)), size)
    while rows := list(islice(choices, ROWS_AT_ONCE)):
        yield values[np.array(rows)]


def _drawn_splits(values: npt.NDArray[np.float64], size: int, seed: int) -> Iterator[npt.NDArray[np.float64]]:
    """The first part of splits that are drawn at random, many at once."""
    generator = np.random.default_rng(seed)
    for done in range(0, MONTE_CARLO_DRAWS, ROWS_AT_ONCE):
        keys = generator.random((min(ROWS_AT_ONCE, MONTE_CARLO_DRAWS - done), len(values)))
        yield values[np.argpartition(keys, size - 1, axis=1)[:, :size]]
