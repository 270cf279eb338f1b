"""Sums over all words as noise, sum_y b_y sig(x.y) y, taken over some of the words, and their adjoint.

The heaviest words are summed one by one, and of the others a systematic sample. What the sample has to tell is made
small by a control variate: over the others sig(z) is near a line a_x + c_x z, whose sum over all of them is known,

    sum_y b_y (a_x + c_x x.y) y = a_x m + c_x C x,        m = sum_y b_y y,        C = sum_y b_y y y^T

so that only sig(z) - a_x - c_x z is sampled: the columns' own sum of sig(z), and the line's over what is beyond
them, b_y less the weight of drawn words. By Stein's lemma c_x = E sig'(z), a_x = E sig(z) - c_x E z is the line of
least squares where z is normal. With any fixed line the sum is unbiased over draws; a line fitted to the very words
that are drawn adds a bias of the order of one over their number, times what the line leaves.

Shapes: V words, R updated rows, d dimensions, m columns of a sum, P adjoints.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from skipgram_audit.attribution.blocks import row_blocks

COLUMNS_AT_ONCE = 1024
"""Columns of a noise sum. Half of them are the heaviest words, half are drawn."""

SMALL_VOCABULARY, FEWER_COLUMNS = 16_384, 512
"""Up to so many words, so many columns do."""

PRODUCTS_AT_ONCE = 2**17
"""Products of rows with columns that are formed together: they stay in the processor's cache."""


@dataclass(frozen=True)
class NoiseColumns:
    """Which columns a sum over all words is taken over.

    Attributes:
        rows: [m] words.
        shares: [m] how many words each represents; 1 for itself alone.
        heavy: the first so many were not drawn.
    """

    rows: Tensor
    shares: Tensor
    heavy: int

    @property
    def drawn(self) -> slice:
        """Those that were drawn."""
        return slice(self.heavy, len(self.rows))

    @property
    def complete(self) -> bool:
        """Whether every word is a column."""
        return self.heavy == len(self.rows)

    def weighted(self, weights: Tensor) -> Tensor:
        """[m], what each column weighs, of weights [V] of all words."""
        return self.shares * weights[self.rows]

    def beyond(self, weights: Tensor) -> Tensor:
        """What of all words' weights [V] is not in columns: below zero where a word was drawn for others, too."""
        return weights.index_add(0, self.rows, self.weighted(weights), alpha=-1.0)


def choose_columns(weights: Tensor, generator: np.random.Generator, share: float = 1.0) -> NoiseColumns:
    """All columns; or, of more than that share of a noise sum's, the heaviest half as many, and as many drawn of the
    others.

    Drawn systematically, with probability proportional to weight: equally spaced marks along the cumulated weights.
    """
    words = len(weights)
    most = min(COLUMNS_AT_ONCE, FEWER_COLUMNS) if words <= SMALL_VOCABULARY else COLUMNS_AT_ONCE
    many = round(share * most)
    if words <= many:
        return NoiseColumns(torch.arange(words), torch.ones_like(weights), words)
    heavy = many // 2
    order = torch.argsort(weights, descending=True, stable=True)
    others = order[heavy:]
    cumulated = weights[others].double().cumsum(0)
    space = float(cumulated[-1]) / (many - heavy)
    marks = (torch.arange(many - heavy) + generator.random()) * space
    drawn, times = torch.unique_consecutive(
        torch.searchsorted(cumulated, marks).clamp_max(len(others) - 1), return_counts=True
    )
    shares = (times * space / weights[others[drawn]].double()).to(weights.dtype)
    return NoiseColumns(torch.cat([order[:heavy], others[drawn]]), torch.cat([weights.new_ones(heavy), shares]), heavy)


@dataclass(frozen=True)
class Line:
    """a and c, [R] each; zero where every word is a column."""

    levels: Tensor
    slopes: Tensor


@dataclass(frozen=True)
class NoiseSum:
    """sum_y b_y sig(x.y) y for rows x.

    Attributes:
        fixed: [V, d], all y.
        weights: [V], b.
        columns: over which it is taken.
    """

    fixed: Tensor
    weights: Tensor
    columns: NoiseColumns

    def line(self, updated: Tensor) -> Line:
        """The line near sig over the words that are drawn, of every row."""
        levels, slopes = updated.new_zeros(len(updated)), updated.new_zeros(len(updated))
        if not self.columns.complete:
            drawn = self.columns.drawn
            near, shares = self._near[drawn], self._shares[drawn]
            shares = shares / shares.sum()
            for part, probabilities, curved in _sigmoids(updated, near):
                levels[part] = probabilities @ shares
                slopes[part] = curved @ shares
            levels -= slopes * (updated @ (shares @ near))
        return Line(levels, slopes)

    def sums(self, updated: Tensor, line: Line) -> tuple[Tensor, Tensor]:
        """The sums [R, d], and sum_y b_y sig' [R]."""
        near, shares = self._near, self._shares
        weighted = shares[:, None] * near
        sums, slopes = torch.empty_like(updated), updated.new_empty(len(updated))
        for part, probabilities, curved in _sigmoids(updated, near):
            slopes[part] = curved @ shares
            torch.mm(probabilities, weighted, out=sums[part])
        if not self.columns.complete:
            mean, square = self._moments
            sums += line.levels[:, None] * mean + line.slopes[:, None] * (updated @ square)
        return sums, slopes

    def adjoint(
        self, updated: Tensor, line: Line, factors: Tensor, adjoints: Tensor, to_fixed: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What adjoints . (factors sums) changes by, of P adjoints.

        Args:
            factors: [R], one a row.
            adjoints: [R, P, d].
            to_fixed: [V, P, d]; receives the derivatives in fixed, added to what it holds.

        Returns:
            The derivatives in factors [R, P], and in updated [R, P, d].
        """
        near, shares = self._near, self._shares
        weighted = shares[:, None] * near
        scores, dimension = adjoints.shape[1:]
        to_factors, to_updated = adjoints.new_empty(adjoints.shape[:2]), torch.empty_like(adjoints)
        bent = adjoints.new_zeros(scores, len(near), dimension)
        seen = adjoints.new_zeros(len(near), scores * dimension)
        table = updated.new_empty(0)
        for part, probabilities, curved in _sigmoids(updated, near):
            scale = factors[part, None]
            rows = scale * updated[part]
            seen.addmm_(probabilities.T, scale * adjoints[part].flatten(1))
            along = table.resize_(probabilities.shape)
            for number in range(scores):
                torch.mm(adjoints[part, number], weighted.T, out=along)
                to_factors[part, number] = torch.linalg.vecdot(probabilities, along)
                along.mul_(curved)
                to_updated[part, number] = scale * (along @ near)
                bent[number].addmm_(along.T, rows)
        pulled = bent.transpose(0, 1) + shares[:, None, None] * seen.view(-1, scores, dimension)
        to_fixed.index_add_(0, self.columns.rows, pulled)
        if not self.columns.complete:
            self._line_adjoint(updated, line, factors, adjoints, (to_factors, to_updated, to_fixed))
        return to_factors, to_updated

    def slopes_in_weights(self, updated: Tensor, line: Line, directions: Tensor) -> Tensor:
        """sum_y b_y sig(x.y) (t_y . x), [R, P], for directions t [V, P, d] of the fixed words."""
        scores, dimension = directions.shape[1:]
        weighted = (self._shares[:, None, None] * directions[self.columns.rows]).flatten(1)
        result = directions.new_empty(len(updated), scores)
        for part, probabilities, _ in _sigmoids(updated, self._near):
            sums = (probabilities @ weighted).view(-1, scores, dimension)
            result[part] = torch.linalg.vecdot(sums, updated[part, None])
        if not self.columns.complete:
            beyond = self.columns.beyond(self.weights)
            for number in range(scores):
                turned = beyond[:, None] * directions[:, number]
                square = updated @ (self.fixed.T @ turned)
                result[:, number] += line.levels * (updated @ turned.sum(0))
                result[:, number] += line.slopes * torch.linalg.vecdot(square, updated)
        return result

    @property
    def _near(self) -> Tensor:
        """[m, d], the columns."""
        return self.fixed[self.columns.rows]

    @property
    def _shares(self) -> Tensor:
        """[m], what each column weighs."""
        return self.columns.weighted(self.weights)

    @property
    def _moments(self) -> tuple[Tensor, Tensor]:
        """m [d] and C [d, d], over the words beyond the columns."""
        beyond = self.columns.beyond(self.weights)
        return beyond @ self.fixed, self.fixed.T @ (beyond[:, None] * self.fixed)

    def _line_adjoint(
        self, updated: Tensor, line: Line, factors: Tensor, adjoints: Tensor, sums: tuple[Tensor, Tensor, Tensor]
    ) -> None:
        """Adds the line's part of adjoint."""
        to_factors, to_updated, to_fixed = sums
        mean, square = self._moments
        scores, dimension = adjoints.shape[1:]
        level, pairs = adjoints.new_zeros(scores * dimension), adjoints.new_zeros(dimension, scores * dimension)
        for part in row_blocks(len(updated), scores * dimension, PRODUCTS_AT_ONCE):
            directions, rows = adjoints[part], updated[part]
            levels, slopes = line.levels[part], line.slopes[part]
            bent, turned = factors[part] * slopes, directions @ square
            to_factors[part] += levels[:, None] * (directions @ mean)
            to_factors[part] += slopes[:, None] * torch.linalg.vecdot(turned, rows[:, None])
            to_updated[part] += turned.mul_(bent[:, None, None])
            flat = directions.flatten(1)
            level += (factors[part] * levels) @ flat
            pairs.addmm_((bent[:, None] * rows).T, flat)
        pairs = pairs.view(dimension, scores, dimension)
        pairs = (pairs + pairs.permute(2, 1, 0)).flatten(1)
        beyond = self.columns.beyond(self.weights)
        for part in row_blocks(len(self.fixed), scores * dimension, PRODUCTS_AT_ONCE):
            pulled = torch.addmm(level, self.fixed[part], pairs).mul_(beyond[part, None])
            to_fixed[part] += pulled.view(-1, scores, dimension)


def _sigmoids(updated: Tensor, near: Tensor) -> Iterator[tuple[slice, Tensor, Tensor]]:
    """Part by part of the rows: which, and sig and sig' of their products with the columns, always in the same
    memory."""
    memory = [updated.new_empty(0) for _ in range(2)]
    for part in row_blocks(len(updated), len(near), PRODUCTS_AT_ONCE):
        rows = updated[part]
        probabilities, slopes = (table.resize_(len(rows), len(near)) for table in memory)
        torch.mm(rows, near.T, out=probabilities).sigmoid_()
        torch.addcmul(probabilities, probabilities, probabilities, value=-1.0, out=slopes)
        yield part, probabilities, slopes
