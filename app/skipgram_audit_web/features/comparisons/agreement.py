"""How far two rankings of the same documents agree, and what moved between them. Arrays in, plain values out."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

TOP_SIZES = (20, 100)

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MatchedInfluences:
    """The influences of the same documents in one audit.

    Attributes:
        influence: float64 [documents], the mean over seeds.
        spread: float64 [documents], the sample standard deviation over seeds.
        seeds: how many there are.
        known_order: the places of the documents from the largest influence down, where that is known already.
    """

    influence: Values
    spread: Values
    seeds: int
    known_order: npt.NDArray[np.integer] | None = None

    @property
    def noise(self) -> Values:
        """Variance of a mean influence by the chance of training, spread^2 / seeds; 0 where one seed cannot show it."""
        return np.square(self.spread) / self.seeds

    @cached_property
    def order(self) -> npt.NDArray[np.integer]:
        """The places of the documents from the largest influence down."""
        return np.argsort(-self.influence, kind="stable") if self.known_order is None else self.known_order

    @property
    def ranks(self) -> Values:
        """1 for the document that pushes the score up most; equal influences share their mean rank."""
        ordered = self.influence[self.order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))[: len(ordered)]
        counts = np.diff(first, append=len(ordered))
        ranks = np.empty(len(ordered))
        ranks[self.order] = np.repeat(first + (counts + 1) / 2.0, counts)
        return ranks


@dataclass(frozen=True)
class TopOverlap:
    """Documents that are among the ``size`` strongest of one sign in both audits.

    Attributes:
        positive: of positive influence, else of negative.
        first, second: how many there are in either list; fewer than ``size`` where fewer have that sign.
        both: in both lists.
        by_chance: how many two lists of these lengths share on average when drawn at random.
    """

    positive: bool
    size: int
    first: int
    second: int
    both: int
    by_chance: float


@dataclass(frozen=True)
class Agreement:
    """Agreement of two audits over the documents both hold.

    Attributes:
        documents: how many there are.
        spearman, pearson: correlation of ranks and of influences; None where one side does not vary.
        same_sign, opposite_sign: documents whose influence is on one side, or on both sides, of zero.
        zero_in_both: influence exactly zero in both.
    """

    documents: int
    spearman: float | None
    pearson: float | None
    same_sign: int
    opposite_sign: int
    zero_in_both: int
    overlaps: list[TopOverlap]


def correlation(first: Values, second: Values) -> float | None:
    """Pearson's correlation; None when one of the two is constant."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def agreement(first: MatchedInfluences, second: MatchedInfluences, ranks: tuple[Values, Values]) -> Agreement:
    """The agreement of two audits; ``ranks`` are those of ``first`` and ``second``."""
    signs = np.sign(first.influence) * np.sign(second.influence)
    return Agreement(
        documents=len(first.influence),
        spearman=correlation(*ranks),
        pearson=correlation(first.influence, second.influence),
        same_sign=int((signs > 0).sum()),
        opposite_sign=int((signs < 0).sum()),
        zero_in_both=int(((first.influence == 0) & (second.influence == 0)).sum()),
        overlaps=[
            _overlap(first.influence, second.influence, size, positive)
            for positive in (True, False)
            for size in TOP_SIZES
        ],
    )


def _overlap(first: Values, second: Values, size: int, positive: bool) -> TopOverlap:
    one, other = (top_places(values if positive else -values, size) for values in (first, second))
    return TopOverlap(
        positive=positive,
        size=size,
        first=len(one),
        second=len(other),
        both=len(np.intersect1d(one, other)),
        by_chance=len(one) * len(other) / len(first) if len(first) else 0.0,
    )


def top_places(values: Values, size: int) -> npt.NDArray[np.intp]:
    """The places of the largest values, none of them zero or less; of equals those that come first."""
    candidates = np.flatnonzero(values > 0)
    if len(candidates) > size:
        # Only those that can be among the first are sorted: the smallest of the first, and its equals, included.
        limit = np.partition(values[candidates], -size)[-size]
        candidates = candidates[values[candidates] >= limit]
    return candidates[np.argsort(-values[candidates], kind="stable")][:size]


def expected_correlation(first: float | None, second: float | None, seeds: tuple[int, int]) -> float | None:
    """The Pearson correlation to be expected if both audits estimated the same, by the agreement of their own seeds.

    A mean over S seeds that correlate by r pairwise has the reliability S r / (1 + (S - 1) r) (Spearman 1910; Brown
    1910), and two noisy measurements of one thing correlate by the root of their reliabilities' product.

    Args:
        first, second: mean correlation between two seeds of either audit; None when unknown.
        seeds: how many either has.
    """
    if first is None or second is None or first <= 0 or second <= 0:
        return None
    reliability = [count * r / (1 + (count - 1) * r) for r, count in zip((first, second), seeds, strict=True)]
    return math.sqrt(reliability[0] * reliability[1])


def paired_variance(first: MatchedInfluences, second: MatchedInfluences, shared_seeds: bool) -> float:
    """Variance, over documents, of the difference of two scores that the same documents make.

    The infinitesimal jackknife of a difference: the sum of the squared differences of influence, without the noise of
    the seeds, which would be added once for every document. Below zero where chance has it.

    Args:
        shared_seeds: both audits have a seed in common. Its draws are the same in both, so the noise of the difference
            is smaller than the sum of both noises by an unknown part; none is taken out then, which errs on the safe
            side.
    """
    squares = np.square(first.influence - second.influence).sum()
    return float(squares if shared_seeds else squares - first.noise.sum() - second.noise.sum())


def strongest_changes(
    first: MatchedInfluences,
    second: MatchedInfluences,
    ranks: tuple[Values, Values],
    by_rank: bool,
    upwards: bool,
    count: int,
) -> npt.NDArray[np.intp]:
    """The places of the documents that moved most in one direction, the largest move first.

    Args:
        by_rank: measure the move in places of the ranking instead of in influence.
        upwards: towards pushing the score up.
    """
    change = ranks[0] - ranks[1] if by_rank else second.influence - first.influence
    return top_places(change if upwards else -change, count)
