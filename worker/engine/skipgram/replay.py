"""Replay: a probe word's training run again, in expectation, for any counts.

Training leaves the path of the output vectors C(t) (worker.engine.skipgram.trajectory). With that path held, a probe
word w's own training under counts N' is a convex problem in w alone, whose expected gradient over an epoch is

    g(w) = sum_c N'[w,c] (sig(w.c) - 1) c + K N'_w sum_n P(n) sig(w.n) n,        N'_w = sum_c N'[w,c]

and whose path is followed from the word's first vector in a few exponential steps, exact for a quadratic loss:

    w <- w - bounded(phi(tau, s H) g(w)),        phi(tau, h) = (1 - exp(-tau h)) / h,        tau = step size x epochs

H(t) = sum_c (N[w,c] + K N_w P(c)) sig'(w.c) c c^T is the curvature of the *whole* corpus at the whole corpus' own path,
taken where an interval of the trajectory begins, and s = N'_w / N_w carries it to other counts; the gradient is always
that of N' at the current w. Holding H this way changes predicted scores of random halves by less than 0.002 against
recomputing it at every step, makes a set's replay twenty times cheaper, and leaves a derivative without derivatives of
eigenvectors. A step is never longer than half of |w| + 0.3:
without the bound, frequent words overshoot.

Shapes: R replayed rows (probe words), V words, d dimensions, T steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from worker.engine.corpus.encoding import Progress, part_of
from worker.engine.skipgram.trajectory import Trajectory

STEPS_PER_INTERVAL = 2
SMALL = 1e-3
"""Below this argument, (1 - exp(-x)) / x is taken from its series, where the quotient would lose digits."""

CONTEXTS_AT_ONCE, DIMENSIONS_AT_ONCE = 512, 20
"""Products formed together in weighted_squares: 4 MB at d = 100, which stays in the processor's cache."""


@dataclass(frozen=True)
class Curvature:
    """Eigenvalues [R, d] and eigenvectors [R, d, d] of H(t) for one interval, by row."""

    values: Tensor
    vectors: Tensor


class Replay:
    """The replay of some words of one trajectory.

    Args:
        trajectory: of the training.
        start: [R, d], the rows' first vectors.
        counts: [R, V], N of the whole corpus.
        noise: [V], P.
        negatives: K.
        device: where tensors live.
        dtype: torch.float32, or torch.float64 for checks of derivatives.
        progress: called with 0..1 while the curvature is computed.
    """

    def __init__(
        self,
        trajectory: Trajectory,
        start: npt.NDArray[np.float32],
        counts: npt.NDArray[np.float64],
        noise: npt.NDArray[np.float64],
        negatives: int,
        device: str,
        dtype: torch.dtype,
        progress: Progress,
    ) -> None:
        self._device, self._dtype = torch.device(device), dtype
        self._contexts = [self.tensor(contexts) for contexts in trajectory.contexts]
        self._times = (trajectory.step_sizes * trajectory.shares / STEPS_PER_INTERVAL).tolist()
        self._start = self.tensor(start)
        self._noise = self.tensor(negatives * noise)
        self._counts = self.tensor(counts)
        self._totals = self._counts.sum(1)
        self._curvatures: list[Curvature] = []
        self._path = [self._start]
        self._fix_curvature(progress)

    @property
    def vectors(self) -> Tensor:
        """[R, d], the replayed vectors of the whole corpus."""
        return self._path[-1]

    def run(self, counts: Tensor) -> Tensor:
        """The replayed vectors [R, d] under other counts [R, V]."""
        rows = self._start
        scale = self._scale(counts)
        weights = counts + counts.sum(1, keepdim=True) * self._noise
        for curvature, contexts, time in self._steps():
            gradient = (weights * torch.sigmoid(rows @ contexts.T) - counts) @ contexts
            rows = rows - bounded(step(curvature, scale, time, gradient), rows)
        return rows

    def gradient(self, rows: Sequence[int], adjoints: Tensor) -> Tensor:
        """The derivative of a score in the counts, at the whole corpus.

        Args:
            rows: which of the R rows the score depends on.
            adjoints: [rows, d], the score's derivative in the replayed vectors of these rows.

        Returns:
            [rows, V], the table Q: the derivative of the score in N[w, c].
        """
        chosen = torch.as_tensor(list(rows), device=self._device)
        counts, totals = self._counts[chosen], self._totals[chosen]
        weights = counts + totals[:, None] * self._noise
        one = torch.ones_like(totals)
        table = torch.zeros_like(counts)
        steps = list(self._steps())
        for number in reversed(range(len(steps))):
            curvature, contexts, time = steps[number]
            picked = Curvature(curvature.values[chosen], curvature.vectors[chosen])
            before = self._path[number][chosen]
            probabilities = torch.sigmoid(before @ contexts.T)
            gradient = (weights * probabilities - counts) @ contexts
            to_step, to_rows = bounded_adjoint(step(picked, one, time, gradient), before, -adjoints)
            to_gradient, to_scale = step_adjoint(picked, time, gradient, to_step)
            along = to_gradient @ contexts.T
            table += (probabilities - 1.0) * along
            table += (self._noise * probabilities * along).sum(1, keepdim=True)
            table += torch.where(totals > 0, to_scale / totals, 0.0)[:, None]
            curved = weights * probabilities * (1.0 - probabilities) * along
            adjoints = adjoints + to_rows + curved @ contexts
        return table

    def tensor(self, numbers: npt.NDArray[Any]) -> Tensor:
        """Numbers, counts for instance, on this replay's device."""
        return torch.as_tensor(numbers, device=self._device, dtype=self._dtype)

    def _scale(self, counts: Tensor) -> Tensor:
        return torch.where(self._totals > 0, counts.sum(1) / self._totals, 0.0)

    def _steps(self) -> Iterator[tuple[Curvature, Tensor, float]]:
        for curvature, contexts, time in zip(self._curvatures, self._contexts, self._times, strict=True):
            for _ in range(STEPS_PER_INTERVAL):
                yield curvature, contexts, time

    def _fix_curvature(self, progress: Progress) -> None:
        """Follows the whole corpus' own path once, keeping H and the rows before each step."""
        rows = self._start
        weights = self._counts + self._totals[:, None] * self._noise
        one = torch.ones_like(self._totals)
        for interval, (contexts, time) in enumerate(zip(self._contexts, self._times, strict=True)):
            for part in range(STEPS_PER_INTERVAL):
                probabilities = torch.sigmoid(rows @ contexts.T)
                if part == 0:
                    curved = weights * probabilities * (1.0 - probabilities)
                    report = part_of(progress, interval / len(self._contexts), 1 / len(self._contexts))
                    self._curvatures.append(decomposed(weighted_squares(curved, contexts, report)))
                gradient = (weights * probabilities - self._counts) @ contexts
                rows = rows - bounded(step(self._curvatures[-1], one, time, gradient), rows)
                self._path.append(rows)


def weighted_squares(weights: Tensor, contexts: Tensor, progress: Progress) -> Tensor:
    """sum_c weights[r, c] c c^T for every row r: [R, d, d] from [R, V] and [V, d].

    As matrix products of the weights with tables of products c_i c_j, i <= j, formed in parts and shared by all rows:
    half the operations of a product per row.
    """
    dimension = contexts.shape[1]
    squares = weights.new_zeros(weights.shape[0], dimension, dimension)
    for low in range(0, dimension, DIMENSIONS_AT_ONCE):
        high = min(dimension, low + DIMENSIONS_AT_ONCE)
        block = weights.new_zeros(weights.shape[0], (high - low) * (dimension - low))
        for first in range(0, contexts.shape[0], CONTEXTS_AT_ONCE):
            part = contexts[first : first + CONTEXTS_AT_ONCE]
            products = (part[:, low:high, None] * part[:, None, low:]).flatten(1)
            block.addmm_(weights[:, first : first + CONTEXTS_AT_ONCE], products)
        block = block.reshape(-1, high - low, dimension - low)
        squares[:, low:high, low:] = block
        squares[:, low:, low:high] = block.transpose(1, 2)
        progress(high / dimension)
    return squares


def decomposed(matrices: Tensor) -> Curvature:
    """Eigenvalues, not below zero, and eigenvectors of symmetric positive semi-definite matrices [R, d, d]."""
    values, vectors = torch.linalg.eigh(matrices)
    return Curvature(values.clamp_min(0.0), vectors)


def step(curvature: Curvature, scale: Tensor, time: float, gradient: Tensor) -> Tensor:
    """phi(time, scale H) gradient: [R, d] from scale [R] and gradient [R, d]."""
    factors = time * decay(time * scale[:, None] * curvature.values)
    return _apply(curvature.vectors, factors, gradient)


def step_adjoint(curvature: Curvature, time: float, gradient: Tensor, adjoint: Tensor) -> tuple[Tensor, Tensor]:
    """The derivatives of adjoint . step(curvature, 1, time, gradient) in gradient [R, d] and in scale [R]."""
    exponents = time * curvature.values
    to_gradient = _apply(curvature.vectors, time * decay(exponents), adjoint)
    by_scale = _apply(curvature.vectors, time * exponents * decay_slope(exponents), gradient)
    return to_gradient, (by_scale * adjoint).sum(1)


def _apply(vectors: Tensor, factors: Tensor, right: Tensor) -> Tensor:
    """U diag(factors) U^T right, by row."""
    turned = torch.einsum("rij,ri->rj", vectors, right)
    return torch.einsum("rij,rj->ri", vectors, factors * turned)


def decay(exponents: Tensor) -> Tensor:
    """(1 - exp(-x)) / x, 1 at 0."""
    safe = exponents.clamp_min(SMALL)
    series = 1.0 - exponents / 2.0 + exponents**2 / 6.0 - exponents**3 / 24.0
    return torch.where(exponents < SMALL, series, -torch.expm1(-safe) / safe)


def decay_slope(exponents: Tensor) -> Tensor:
    """The derivative of decay, -1/2 at 0."""
    safe = exponents.clamp_min(SMALL)
    series = -0.5 + exponents / 3.0 - exponents**2 / 8.0
    return torch.where(exponents < SMALL, series, (torch.exp(-safe) + torch.expm1(-safe) / safe) / safe)


def bounded(steps: Tensor, rows: Tensor) -> Tensor:
    """Steps [R, d] shortened where they are longer than half of |row| + 0.3."""
    lengths = steps.norm(dim=1, keepdim=True)
    bounds = 0.5 * rows.norm(dim=1, keepdim=True) + 0.3
    return steps * torch.where(lengths > bounds, bounds / lengths, 1.0)


def bounded_adjoint(steps: Tensor, rows: Tensor, adjoint: Tensor) -> tuple[Tensor, Tensor]:
    """The derivatives of adjoint . bounded(steps, rows) in steps and in rows, both [R, d]."""
    lengths = steps.norm(dim=1, keepdim=True)
    sizes = rows.norm(dim=1, keepdim=True)
    bounds = 0.5 * sizes + 0.3
    cut = lengths > bounds
    directions = torch.where(cut, steps / lengths, 0.0)
    along = (adjoint * directions).sum(1, keepdim=True)
    to_steps = torch.where(cut, (bounds / lengths) * (adjoint - along * directions), adjoint)
    to_rows = torch.where(cut & (sizes > 0), 0.5 * along * rows / sizes, 0.0)
    return to_steps, to_rows
