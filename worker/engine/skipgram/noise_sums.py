"""Sums over all words as noise, sum_y b_y sig(x.y) y, taken over some of the words, and their adjoint.

The heaviest words are summed one by one, and of the others a systematic sample. What the sample has to tell is made
small by a control variate: over the others sig(z) is near a line a_x + c_x z, whose sum over all of them is known,

    sum_y b_y (a_x + c_x x.y) y = a_x m + c_x C x,        m = sum_y b_y y,        C = sum_y b_y y y^T

so that only sig(z) - a_x - c_x z is sampled. By Stein's lemma c_x = E sig'(z), a_x = E sig(z) - c_x E z is the line of
least squares where z is normal. With any fixed line the sum is unbiased over draws; a line fitted to the very words
that are drawn adds a bias of the order of one over their number, times what the line leaves.

Shapes: V words, d dimensions, m columns of a sum, P adjoints.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

COLUMNS_AT_ONCE = 512
"""Columns of a noise sum. Half of them are the heaviest words, half are drawn."""

ROWS_AT_ONCE = 256
"""Rows of a noise sum formed together: their products with the columns stay in the processor's cache."""


@dataclass(frozen=True)
class Columns:
    """Which columns a sum over all words is taken over.

    Attributes:
        rows: [m] words.
        shares: [m] how many words each stands for; 1 for itself alone.
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

    def others(self, weights: Tensor) -> Tensor:
        """The weights [V] without those of the heavy words."""
        return weights.index_fill(0, self.rows[: self.heavy], 0.0)


def choose_columns(weights: Tensor, generator: np.random.Generator) -> Columns:
    """All columns; or, of more than COLUMNS_AT_ONCE, the heaviest half as many and as many drawn of the others.

    Drawn systematically, with probability proportional to weight: equally spaced marks along the cumulated weights.
    """
    words = len(weights)
    if words <= COLUMNS_AT_ONCE:
        return Columns(torch.arange(words), torch.ones_like(weights), words)
    heavy = COLUMNS_AT_ONCE // 2
    order = torch.argsort(weights, descending=True, stable=True)
    others = order[heavy:]
    cumulated = weights[others].double().cumsum(0)
    space = float(cumulated[-1]) / (COLUMNS_AT_ONCE - heavy)
    marks = (torch.arange(COLUMNS_AT_ONCE - heavy) + generator.random()) * space
    drawn, times = torch.unique_consecutive(
        torch.searchsorted(cumulated, marks).clamp_max(len(others) - 1), return_counts=True
    )
    shares = (times * space / weights[others[drawn]].double()).to(weights.dtype)
    return Columns(torch.cat([order[:heavy], others[drawn]]), torch.cat([weights.new_ones(heavy), shares]), heavy)


@dataclass(frozen=True)
class Line:
    """a and c, [V] each; zero where every word is a column."""

    levels: Tensor
    slopes: Tensor


@dataclass(frozen=True)
class NoiseSum:
    """sum_y b_y sig(x.y) y for rows x.

    Attributes:
        held: [V, d], all y.
        weights: [V], b.
        columns: over which it is taken.
    """

    held: Tensor
    weights: Tensor
    columns: Columns

    def line(self, moving: Tensor) -> Line:
        """The line near sig over the words that are drawn, of every row."""
        levels, slopes = moving.new_zeros(len(moving)), moving.new_zeros(len(moving))
        if not self.columns.complete:
            near = self.held[self.columns.rows[self.columns.drawn]]
            shares = self._shares[self.columns.drawn]
            shares = shares / shares.sum()
            for part in row_blocks(len(moving)):
                probabilities = torch.sigmoid(moving[part] @ near.T)
                levels[part] = probabilities @ shares
                slopes[part] = (probabilities * (1.0 - probabilities)) @ shares
            levels -= slopes * (moving @ (shares @ near))
        return Line(levels, slopes)

    def sums(self, moving: Tensor, line: Line) -> tuple[Tensor, Tensor]:
        """The sums [V, d], and sum_y b_y sig' [V]."""
        near, shares = self.held[self.columns.rows], self._shares
        weighted = shares[:, None] * near
        sums, slopes = torch.empty_like(moving), moving.new_empty(len(moving))
        for part in row_blocks(len(moving)):
            products = moving[part] @ near.T
            probabilities = torch.sigmoid(products)
            slopes[part] = (probabilities * (1.0 - probabilities)) @ shares
            self._off_line(probabilities, products, line, part)
            sums[part] = probabilities @ weighted
        if not self.columns.complete:
            mean, square = self._moments
            sums += line.levels[:, None] * mean + line.slopes[:, None] * (moving @ square)
        return sums, slopes

    def adjoint(self, moving: Tensor, line: Line, factors: Tensor, adjoints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What adjoints . (factors sums) changes by, of P adjoints.

        Args:
            factors: [V], one a row.
            adjoints: [V, P, d].

        Returns:
            The derivatives in factors [V, P], in moving and in held [V, P, d].
        """
        near, shares = self.held[self.columns.rows], self._shares
        to_factors, to_moving = adjoints.new_empty(adjoints.shape[:2]), torch.empty_like(adjoints)
        to_held = torch.zeros_like(adjoints)
        back = adjoints.new_zeros(adjoints.shape[1], *near.shape)
        for part in row_blocks(len(moving)):
            products = moving[part] @ near.T
            probabilities = torch.sigmoid(products)
            slopes = probabilities * (1.0 - probabilities)
            slopes[:, self.columns.drawn] -= line.slopes[part, None]
            self._off_line(probabilities, products, line, part)
            slopes.mul_(shares)
            weights = probabilities.mul_(shares)
            rows = factors[part, None] * moving[part]
            for number in range(adjoints.shape[1]):
                directions = adjoints[part, number]
                along = directions @ near.T
                to_factors[part, number] = torch.linalg.vecdot(weights, along)
                curved = along.mul_(slopes)
                to_moving[part, number] = factors[part, None] * (curved @ near)
                back[number].addmm_(curved.T, rows).addmm_(weights.T, factors[part, None] * directions)
        to_held.index_add_(0, self.columns.rows, back.transpose(0, 1))
        if not self.columns.complete:
            self._line_adjoint(moving, line, factors, adjoints, (to_factors, to_moving, to_held))
        return to_factors, to_moving, to_held

    def slopes_in_weights(self, moving: Tensor, line: Line, directions: Tensor) -> Tensor:
        """sum_y b_y sig(x.y) (t_y . x), [V, P], for directions t [V, P, d] of the held words."""
        near = self.held[self.columns.rows]
        weighted = self._shares[:, None, None] * directions[self.columns.rows]
        result = directions.new_empty(directions.shape[:2])
        for part in row_blocks(len(moving)):
            products = moving[part] @ near.T
            probabilities = torch.sigmoid(products)
            self._off_line(probabilities, products, line, part)
            for number in range(directions.shape[1]):
                result[part, number] = torch.linalg.vecdot(probabilities @ weighted[:, number], moving[part])
        if not self.columns.complete:
            others = self.columns.others(self.weights)
            for number in range(directions.shape[1]):
                turned = others[:, None] * directions[:, number]
                square = moving @ (self.held.T @ turned)
                result[:, number] += line.levels * (moving @ turned.sum(0))
                result[:, number] += line.slopes * torch.linalg.vecdot(square, moving)
        return result

    @property
    def _shares(self) -> Tensor:
        """[m], what each column weighs."""
        return self.columns.shares * self.weights[self.columns.rows]

    @property
    def _moments(self) -> tuple[Tensor, Tensor]:
        """m [d] and C [d, d], over the words that are not heavy."""
        others = self.columns.others(self.weights)
        return others @ self.held, self.held.T @ (others[:, None] * self.held)

    def _off_line(self, probabilities: Tensor, products: Tensor, line: Line, part: slice) -> None:
        """Takes the line from the drawn columns' probabilities, in place."""
        if not self.columns.complete:
            drawn = self.columns.drawn
            probabilities[:, drawn] -= line.levels[part, None] + line.slopes[part, None] * products[:, drawn]

    def _line_adjoint(
        self, moving: Tensor, line: Line, factors: Tensor, adjoints: Tensor, sums: tuple[Tensor, Tensor, Tensor]
    ) -> None:
        """Adds the line's part of adjoint."""
        to_factors, to_moving, to_held = sums
        mean, square = self._moments
        others = self.columns.others(self.weights)[:, None]
        levels, slopes = line.levels[:, None], line.slopes[:, None]
        turned = moving @ square
        for number in range(adjoints.shape[1]):
            directions = adjoints[:, number]
            to_factors[:, number] += line.levels * (directions @ mean)
            to_factors[:, number] += line.slopes * torch.linalg.vecdot(directions, turned)
            to_moving[:, number] += factors[:, None] * slopes * (directions @ square)
            pairs = (factors[:, None] * slopes * moving).T @ directions
            level = ((factors[:, None] * levels) * directions).sum(0)
            to_held[:, number] += others * (level + self.held @ (pairs + pairs.T))


def row_blocks(rows: int) -> Iterator[slice]:
    """Slices of rows whose products with COLUMNS_AT_ONCE columns stay in the processor's cache."""
    for first in range(0, rows, ROWS_AT_ONCE):
        yield slice(first, first + ROWS_AT_ONCE)
