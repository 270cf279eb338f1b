"""The expected gradient of all words at once, and its adjoint: what mean-field training needs of the counts.

With N, n and q as in mean_field.expected_training, M = N + n q^T, rows x that move and rows y that are fixed,

    G_x = sum_y (M[x,y] sig(x.y) - N[x,y]) y,        a_x = sum_y M[x,y] sig'(x.y)

The sums over N run over its entries; those over n q^T over every word. Two classes take them, with one interface:
SampledSums here, for processors, draws some of the words for the latter; DenseSums
(skipgram_audit.attribution.mean_field.dense_sums), for a GPU, takes all of them.

Shapes: V words, d dimensions, E entries of the sparse counts, P scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from skipgram_audit.attribution.mean_field.noise_sums import Line, NoiseColumns, NoiseSum, choose_columns
from skipgram_audit.attribution.mean_field.pair_sums import PairSums
from skipgram_audit.corpus.cooccurrence import Cooccurrences

FREQUENT, FEWEST_FREQUENT, MOST_FREQUENT, SHARE_OF_RARE = 0.14, 1024, 4096, 0.125
"""The most frequent words, so many of the vocabulary, have the full number of columns for their noise; the vectors of
rarer words stay short, and their noise near its line, for which a part of the columns does.

Measured with one seed and three probes, sentences' influences: against all columns for all words r = 0.9999 on 7,044
words, whether 4,096 or 1,024 are frequent (both with 1,024 columns); on 29,508 words, against four times the columns,
0.988 to 0.991 with 4,096 and 0.978 to 0.986 with 2,048."""


@dataclass(frozen=True)
class Weights:
    """Counts as the sums use them: N over the entries [E], in their order, its row sums n [V], and q [V]."""

    counts: Tensor
    totals: Tensor
    noise: Tensor

    def factors(self, inputs_move: bool) -> tuple[Tensor, Tensor]:
        """M - N = rows columns^T, for the updated rows and the fixed columns."""
        return (self.totals, self.noise) if inputs_move else (self.noise, self.totals)

    def row_totals(self, inputs_move: bool) -> Tensor:
        """sum_y M[x, y] of the updated rows, [V]."""
        rows, columns = self.factors(inputs_move)
        return self.totals + rows * columns.sum()


@dataclass(frozen=True)
class Drawn:
    """The words that a half step's noise is summed over for some of its rows, and the lines near it."""

    rows: slice
    columns: NoiseColumns
    line: Line


@dataclass(frozen=True)
class Place:
    """The vectors that a half step begins with.

    Attributes:
        inputs_move: the input rows move, and the output rows are fixed; else the other way round.
        updated, fixed: [V, d], before it.
        drawn: for stretches of the updated rows; empty where nothing is drawn.
    """

    inputs_move: bool
    updated: Tensor
    fixed: Tensor
    drawn: Sequence[Drawn] = ()


class GradientSums(Protocol):
    """Sums over the counts of one corpus, on one device."""

    def in_order(self, values: Tensor) -> Tensor:
        """Values of the entries [E, ...] in the order in which the sums take them."""
        ...

    def by_entry(self, values: Tensor) -> Tensor:
        """The inverse of in_order."""
        ...

    def place(
        self, inputs_move: bool, updated: Tensor, fixed: Tensor, full: Weights, generator: np.random.Generator
    ) -> Place:
        """A half step's place on the whole corpus' own path."""
        ...

    def gradient(self, place: Place, weights: Weights) -> tuple[Tensor, Tensor]:
        """G [V, d] and a [V] of the updated rows."""
        ...

    def adjoint(self, place: Place, full: Weights, adjoints: Tensor, table: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What adjoints . G changes by, of P adjoints at the whole corpus.

        Args:
            adjoints: [V, P, d].
            table: [E, P], in order; receives the derivatives in N, where q and n are fixed, added to what it holds.

        Returns:
            The derivatives in the updated and in the fixed rows, [V, P, d] each, and in n, [V, P].
        """
        ...


class SampledSums:
    """On processors: entries by compiled loops, noise over drawn words.

    Args:
        counts: of the whole corpus.
        noise: q, [V].
        generator: draws the words over which the noise's share of input words is summed.
        workers: cores to use; results do not depend on it.
    """

    def __init__(self, counts: Cooccurrences, noise: Tensor, generator: np.random.Generator, workers: int) -> None:
        self._pairs = PairSums(counts.offsets, counts.columns, workers)
        self._noise_columns = [choose_columns(noise, generator, share) for _, share in _shares(len(noise))]

    @staticmethod
    def bytes_needed(words: int, dimension: int, entries: int, scores: int) -> int:
        """Memory of an adjoint of so many scores."""
        return PairSums.bytes_needed(words, dimension, entries, scores) + 32 * scores * words * dimension + 28 * entries

    def in_order(self, values: Tensor) -> Tensor:
        """See GradientSums.in_order."""
        return torch.as_tensor(self._pairs.in_order(values.numpy()))

    def by_entry(self, values: Tensor) -> Tensor:
        """See GradientSums.by_entry."""
        return torch.as_tensor(self._pairs.by_entry(values.numpy()))

    def place(
        self, inputs_move: bool, updated: Tensor, fixed: Tensor, full: Weights, generator: np.random.Generator
    ) -> Place:
        """See GradientSums.place."""
        _, by_column = full.factors(inputs_move)
        drawn = []
        for rows, share in _shares(len(updated)):
            columns = choose_columns(by_column, generator, share)
            drawn.append(Drawn(rows, columns, NoiseSum(fixed, by_column, columns).line(updated[rows])))
        return Place(inputs_move, updated, fixed, drawn)

    def gradient(self, place: Place, weights: Weights) -> tuple[Tensor, Tensor]:
        """See GradientSums.gradient."""
        by_row, by_column = weights.factors(place.inputs_move)
        pulled = self._pairs.pair_gradient(weights.counts.numpy(), place.updated.numpy(), place.fixed.numpy())
        gradient, curvature = map(torch.as_tensor, pulled)
        for drawn in place.drawn:
            rows = drawn.rows
            sums, slopes = NoiseSum(place.fixed, by_column, drawn.columns).sums(place.updated[rows], drawn.line)
            gradient[rows] += by_row[rows, None] * sums
            curvature[rows] += by_row[rows] * slopes
        return gradient, curvature

    def adjoint(self, place: Place, full: Weights, adjoints: Tensor, table: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See GradientSums.adjoint."""
        by_row, by_column = full.factors(place.inputs_move)
        arrays = (place.updated.numpy(), place.fixed.numpy(), adjoints.numpy())
        pulled = self._pairs.pair_gradient_vjp(full.counts.numpy(), *arrays, table.numpy())
        to_updated, to_fixed = map(torch.as_tensor, pulled)
        by_word = adjoints.new_empty(adjoints.shape[:2])
        for drawn in place.drawn:
            rows = drawn.rows
            noise = NoiseSum(place.fixed, by_column, drawn.columns)
            by_word[rows], pushed = noise.adjoint(
                place.updated[rows], drawn.line, by_row[rows], adjoints[rows], to_fixed
            )
            to_updated[rows] += pushed
        if not place.inputs_move:
            by_word = self._noise_by_input(place, full, adjoints)
        return to_updated, to_fixed, by_word

    def _noise_by_input(self, place: Place, full: Weights, to_outputs: Tensor) -> Tensor:
        """sum_c q_c sig(w.c) (to_c . w), what n_w adds to adjoints . G when outputs move: [V, P] by input word.

        Over columns of its own: those of the half step are input words.
        """
        inputs, outputs = place.fixed, place.updated
        found = to_outputs.new_empty(to_outputs.shape[:2])
        for (rows, _), columns in zip(_shares(len(inputs)), self._noise_columns, strict=True):
            noise = NoiseSum(outputs, full.noise, columns)
            found[rows] = noise.slopes_in_weights(inputs[rows], noise.line(inputs[rows]), to_outputs)
        return found


def _shares(words: int) -> list[tuple[slice, float]]:
    """Rows, and the share of columns that their noise is summed over."""
    frequent = min(words, max(FEWEST_FREQUENT, min(MOST_FREQUENT, round(FREQUENT * words))))
    shares = ((slice(0, frequent), 1.0), (slice(frequent, words), SHARE_OF_RARE))
    return [one for one in shares if one[0].start < words]
