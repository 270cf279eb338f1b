"""The expected gradient and its adjoint over every pair of words, by dense matrix products: for a GPU.

A block of rows of the whole V x V table at a time, counts put into their places: on a GPU the products of all pairs
cost less than finding those that occur, and noise is summed over every word, so nothing is drawn. Formulas and shapes:
skipgram_audit.attribution.mean_field.gradient_sums. The same machine gives the same bytes each time.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from skipgram_audit.attribution.blocks import row_blocks
from skipgram_audit.attribution.mean_field.gradient_sums import Place, Weights
from skipgram_audit.corpus.cooccurrence import Cooccurrences

NUMBERS_AT_ONCE = 2**26
"""Of a block of rows and all columns: large enough to keep a GPU busy, a quarter of a gigabyte in single precision."""

BLOCKS_IN_MEMORY = 7
"""Tables of a block's size that an adjoint holds at once."""


class DenseSums:
    """Sums over all pairs of words.

    Args:
        counts: of the whole corpus.
        device: where tensors live.
    """

    def __init__(self, counts: Cooccurrences, device: torch.device) -> None:
        self._offsets = counts.offsets
        self._rows = torch.as_tensor(counts.rows, device=device)
        self._columns = torch.as_tensor(counts.columns, device=device)
        self._words = len(counts.offsets) - 1

    @staticmethod
    def bytes_needed(words: int, dimension: int, entries: int, scores: int) -> int:
        """Memory of an adjoint of so many scores."""
        block = max(words, min(NUMBERS_AT_ONCE, words * words))
        return 4 * (BLOCKS_IN_MEMORY * block + 8 * scores * words * dimension) + 24 * entries

    def in_order(self, values: Tensor) -> Tensor:
        """See GradientSums.in_order: as they are."""
        return values

    def by_entry(self, values: Tensor) -> Tensor:
        """See GradientSums.by_entry."""
        return values

    def place(
        self, inputs_move: bool, updated: Tensor, fixed: Tensor, full: Weights, generator: np.random.Generator
    ) -> Place:
        """See GradientSums.place."""
        return Place(inputs_move, updated, fixed)

    def gradient(self, place: Place, weights: Weights) -> tuple[Tensor, Tensor]:
        """See GradientSums.gradient."""
        gradient, curvature = torch.empty_like(place.updated), place.updated.new_empty(self._words)
        rows, columns = weights.factors(place.inputs_move)
        for part in self._blocks():
            counts, _ = self._block(weights.counts, part)
            probabilities = torch.sigmoid(place.updated[part] @ place.fixed.T)
            weighted = torch.addcmul(counts, rows[part, None], columns).mul_(probabilities)
            curvature[part] = torch.linalg.vecdot(weighted, 1.0 - probabilities)
            gradient[part] = weighted.sub_(counts) @ place.fixed
        return gradient, curvature

    def adjoint(self, place: Place, full: Weights, adjoints: Tensor, table: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See GradientSums.adjoint."""
        to_updated, to_fixed = torch.empty_like(adjoints), torch.zeros_like(adjoints)
        by_word = adjoints.new_zeros(adjoints.shape[:2])
        rows, columns = full.factors(place.inputs_move)
        for part in self._blocks():
            counts, (entries, places) = self._block(full.counts, part)
            probabilities = torch.sigmoid(place.updated[part] @ place.fixed.T)
            weighted = torch.addcmul(counts, rows[part, None], columns).mul_(probabilities)
            errors = weighted - counts
            slopes = weighted.mul_(1.0 - probabilities)
            for number in range(adjoints.shape[1]):
                directions = adjoints[part, number]
                along = directions @ place.fixed.T
                found = along.flatten()[places]
                seen = probabilities * along
                table[entries, number] += seen.flatten()[places].sub_(found)
                if place.inputs_move:
                    by_word[part, number] = seen @ columns
                else:
                    by_word[:, number] += rows[part] @ seen
                curved = along.mul_(slopes)
                to_updated[part, number] = curved @ place.fixed
                to_fixed[:, number] += curved.T @ place.updated[part] + errors.T @ directions
        return to_updated, to_fixed, by_word

    def _blocks(self) -> Iterator[slice]:
        return row_blocks(self._words, self._words, NUMBERS_AT_ONCE)

    def _block(self, counts: Tensor, part: slice) -> tuple[Tensor, tuple[slice, Tensor]]:
        """N of some rows as a dense table; which entries these are, and their places in it, row by row."""
        entries = slice(int(self._offsets[part.start]), int(self._offsets[part.stop]))
        places = (self._rows[entries].long() - part.start) * self._words + self._columns[entries]
        block = counts.new_zeros(part.stop - part.start, self._words)
        block.view(-1)[places] = counts[entries]
        return block, (entries, places)
