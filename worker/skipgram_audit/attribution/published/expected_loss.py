"""The loss that training minimises, in expectation over windows, subsampling and noise words, and its derivatives.

    L(W, C) = sum_w sum_c -N[w,c] log sig(w.c) - K N_w P(c) log sig(-w.c),        N_w = sum_c N[w,c]

over all parameters: the input vectors w and the output vectors c of all V words. N is the expected number of updates
of one epoch (skipgram_audit.corpus.cooccurrence), K the number of noise words, P their distribution; a noise word that
equals the positive one is not skipped. With M[w,c] = N[w,c] + K N_w P(c), the derivatives at a pair's x = w.c are

    E[w,c] = M[w,c] sig(x) - N[w,c]   (first),        S[w,c] = M[w,c] sig(x) (1 - sig(x))   (second)

    gradient:                 dL/dw = sum_c E[w,c] c,         dL/dc = sum_w E[w,c] w
    Gauss-Newton, times (u, v):   Z[w,c] = S[w,c] (u_w.c + w.v_c),   (sum_c Z[w,c] c,   sum_w Z[w,c] w)
    Hessian, times (u, v):    that, plus (sum_c E[w,c] v_c,   sum_w E[w,c] u_w)

The Gauss-Newton matrix is positive semi-definite; the Hessian is not, since x is a product of parameters. Both are
applied in row blocks of the V x V matrices as plain matrix products, 8 V^2 d operations a direction (12 for the
Hessian). S and E are kept between products where memory allows, else formed again.

Parameters and directions are tensors [..., 2 V, d]: the input vectors' rows, then the output vectors'.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.corpus.cooccurrence import Cooccurrences

NUMBERS_IN_A_BLOCK = 2**21
"""Of S in a row block: 8 MB in single precision, near the processor's cache."""


@dataclass(frozen=True)
class Block:
    """Rows first..last-1 of E and S: tensors [rows, V]."""

    first: int
    last: int
    errors: Tensor
    curvatures: Tensor


class ExpectedLoss:
    """The expected loss of a corpus at given parameters, kept as tensors inputs and outputs.

    Args:
        counts: N.
        inputs, outputs: [V, d], w and c.
        noise: [V], P.
        negatives: K.
        device: where tensors live.
        dtype: torch.float32, or torch.float64 for checks of derivatives.
        kept_bytes: how much memory E and S may take between products; 0 forms them again each time.
        watch: called before every row block; may raise to cancel.
    """

    def __init__(
        self,
        counts: Cooccurrences,
        inputs: npt.NDArray[Any],
        outputs: npt.NDArray[Any],
        noise: npt.NDArray[np.float64],
        negatives: int,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
        cached_bytes: int = 0,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self._device, self._dtype = torch.device(device), dtype
        self._counts = counts
        self._watch = watch
        self.inputs, self.outputs = self.tensor(inputs), self.tensor(outputs)
        self._totals = self.tensor(counts.totals)
        self._noise = self.tensor(negatives * noise)
        self._rows = max(1, NUMBERS_IN_A_BLOCK // len(noise))
        self._cached: list[Block] | None = None
        if 2 * len(noise) ** 2 * dtype.itemsize <= cached_bytes:  # what E and S take
            self._cached = list(self._blocks())

    @property
    def words(self) -> int:
        """V."""
        return len(self._noise)

    def tensor(self, numbers: npt.NDArray[Any]) -> Tensor:
        """Numbers on this loss' device, in its precision."""
        return torch.as_tensor(numbers, device=self._device, dtype=self._dtype)

    def value(self) -> float:
        """L."""
        total = 0.0
        for first, last, positives, weights in self._weights():
            products = self.inputs[first:last] @ self.outputs.T
            losses = weights * torch.nn.functional.softplus(products) - positives * products
            total += float(losses.sum(dtype=torch.float64))
        return total

    def gradient(self) -> Tensor:
        """dL/d(W, C): [2 V, d]."""
        result = self._zeros(1)[0]
        for block in self._every_block():
            rows = slice(block.first, block.last)
            result[rows] = block.errors @ self.outputs
            result[self.words :].addmm_(block.errors.T, self.inputs[rows])
        return result

    def gauss_newton(self, directions: Tensor) -> Tensor:
        """The Gauss-Newton matrix times each direction: [n, 2 V, d] from [n, 2 V, d]."""
        result = self._zeros(len(directions))
        for block in self._every_block():
            self._add_gauss_newton(block, directions, result)
        return result

    def hessian(self, directions: Tensor) -> Tensor:
        """The Hessian times each direction: [n, 2 V, d] from [n, 2 V, d]."""
        result = self._zeros(len(directions))
        for block in self._every_block():
            self._add_gauss_newton(block, directions, result)
            rows = slice(block.first, block.last)
            for direction, target in zip(directions, result, strict=True):
                target[rows].addmm_(block.errors, direction[self.words :])
                target[self.words :].addmm_(block.errors.T, direction[rows])
        return result

    def diagonal(self) -> Tensor:
        """The diagonal of the Gauss-Newton matrix: [2 V, d]; the Hessian's is the same."""
        result = self._zeros(1)[0]
        for block in self._every_block():
            rows = slice(block.first, block.last)
            result[rows] = block.curvatures @ self.outputs.square()
            result[self.words :].addmm_(block.curvatures.T, self.inputs[rows].square())
        return result

    def noise_terms(self, directions: Tensor) -> Tensor:
        """What a pair's noise words add to its loss, along each direction: [n, V] by input word.

        K sum_n P(n) sig(w.n) (u_w.n + w.v_n), the same for all pairs of the input word w.
        """
        result = directions.new_zeros(len(directions), self.words)
        for first in range(0, self.words, self._rows):
            self._watch()
            rows = slice(first, min(self.words, first + self._rows))
            weights = torch.sigmoid(self.inputs[rows] @ self.outputs.T) * self._noise
            towards = weights @ self.outputs
            for direction, target in zip(directions, result, strict=True):
                across = (weights @ direction[self.words :]) * self.inputs[rows]
                target[rows] = (towards * direction[rows] + across).sum(1)
        return result

    def _add_gauss_newton(self, block: Block, directions: Tensor, result: Tensor) -> None:
        rows = slice(block.first, block.last)
        own = self.inputs[rows]
        for direction, target in zip(directions, result, strict=True):
            left = torch.cat([direction[rows], own], 1)
            right = torch.cat([self.outputs, direction[self.words :]], 1)
            weighted = (left @ right.T).mul_(block.curvatures)
            target[rows] += weighted @ self.outputs
            target[self.words :].addmm_(weighted.T, own)

    def _every_block(self) -> Iterator[Block]:
        for block in self._cached if self._cached is not None else self._blocks():
            self._watch()
            yield block

    def _blocks(self) -> Iterator[Block]:
        for first, last, positives, weights in self._weights():
            probabilities = torch.sigmoid(self.inputs[first:last] @ self.outputs.T)
            errors = (weights * probabilities).sub_(positives)
            yield Block(first, last, errors, weights.mul_(probabilities).mul_(1.0 - probabilities))

    def _weights(self) -> Iterator[tuple[int, int, Tensor, Tensor]]:
        """Row blocks of N and of M, as dense tensors."""
        offsets = self._counts.offsets
        for first in range(0, self.words, self._rows):
            self._watch()
            last = min(self.words, first + self._rows)
            begin, end = offsets[first], offsets[last]
            lengths = torch.as_tensor(np.diff(offsets[first : last + 1]), device=self._device)
            places = torch.repeat_interleave(torch.arange(last - first, device=self._device), lengths)
            columns = torch.as_tensor(self._counts.columns[begin:end], device=self._device).long()
            positives = torch.zeros(last - first, self.words, device=self._device, dtype=self._dtype)
            positives[places, columns] = self.tensor(self._counts.values[begin:end])
            yield first, last, positives, positives + self._totals[first:last, None] * self._noise

    def _zeros(self, directions: int) -> Tensor:
        shape = (directions, 2 * self.words, self.inputs.shape[1])
        return torch.zeros(shape, device=self._device, dtype=self._dtype)
