"""Replay: a probe word's training run again, in expectation, for any counts.

Training leaves the path of the output vectors C(t) (skipgram_audit.training.trajectory). With that path fixed, a probe
word w's own training under counts N' is a convex problem in w alone, whose expected gradient over an epoch is

    g(w) = sum_c N'[w,c] (sig(w.c) - 1) c + K N'_w sum_n P(n) sig(w.n) n,        N'_w = sum_c N'[w,c]

and whose path is followed from the word's first vector in a few exponential steps, exact for a quadratic loss:

    w <- w - bounded(phi(tau, s H) g(w)),        phi(tau, h) = (1 - exp(-tau h)) / h,        tau = step size x epochs

H(t) = sum_c (N[w,c] + K N_w P(c)) sig'(w.c) c c^T is the curvature of the *whole* corpus at the whole corpus' own path,
taken where an interval of the trajectory begins, and s = N'_w / N_w carries it to other counts; the gradient is always
that of N' at the current w. Holding H this way spares a set's replay the eigenproblems, and leaves a derivative without
derivatives of eigenvectors. A step is never longer than half of |w| + 0.3: without the bound, frequent words overshoot.

Beyond the most frequent contexts, whose vectors are short, the noise in H has one sig' for all, their mean (see
attribution.replay.curvature). On contemporary-mix (29,508 words, ten probes) that moves the derivatives by a fiftieth
to a twentieth of what twice the steps do (1 - r, at most 1.3e-5).

Shapes: R replayed rows (probe words), V words, d dimensions, T steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.replay.curvature import ProbeCurvature, context_blocks, decompose
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.training.trajectory import Trajectory

STEPS_PER_INTERVAL = 2
SMALL = 1e-3
"""Below this argument, (1 - exp(-x)) / x is taken from its series, where the quotient would lose digits."""

NUMBERS_A_PAIR = 16
"""Held for each row and word at most: counts, weights, probabilities, tables and their products on the way."""


@dataclass(frozen=True)
class Curvature:
    """Eigenvalues [R, d] and eigenvectors [R, d, d] of H(t) for one interval, by row."""

    values: Tensor
    vectors: Tensor


@dataclass(frozen=True)
class FixedPath:
    """What replays of other counts take from the whole corpus' own: it is the costly part, and kept.

    Attributes:
        values: [intervals, R, d], eigenvalues of H where each interval begins.
        vectors: [intervals, R, d, d], eigenvectors.
        rows: [T + 1, R, d], before each step and after the last.
    """

    values: Tensor
    vectors: Tensor
    rows: Tensor

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """By name, as they are kept on disk."""
        return {
            "values": self.values.cpu().numpy(),
            "vectors": self.vectors.cpu().numpy(),
            "rows": self.rows.cpu().numpy(),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], device: str, dtype: torch.dtype) -> "FixedPath":
        """What arrays() gave."""
        return cls(
            *(torch.as_tensor(arrays[name], device=device, dtype=dtype) for name in ("values", "vectors", "rows"))
        )


class FixedCurvature:
    """H of some rows, step by step, always in the same memory: fresh memory has to be cleared by the system first.

    Args:
        chosen: [n], rows of the path; they may repeat.
    """

    def __init__(self, fixed_path: FixedPath, chosen: Tensor) -> None:
        self._fixed_path, self._chosen, self._interval = fixed_path, chosen, -1
        dimension = fixed_path.values.shape[2]
        self._curvature = Curvature(
            fixed_path.values.new_empty(len(chosen), dimension),
            fixed_path.vectors.new_empty(len(chosen), dimension, dimension),
        )

    def at(self, step: int) -> Curvature:
        """That of one step; good until another interval is asked for."""
        interval = step // STEPS_PER_INTERVAL
        if interval != self._interval:
            self._interval = interval
            torch.index_select(self._fixed_path.values[interval], 0, self._chosen, out=self._curvature.values)
            torch.index_select(self._fixed_path.vectors[interval], 0, self._chosen, out=self._curvature.vectors)
        return self._curvature


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
        fixed_path: of an earlier replay of the same words and counts along the same trajectory; None: computed.
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
        fixed_path: FixedPath | None = None,
    ) -> None:
        self._device, self._dtype = torch.device(device), dtype
        self._contexts = [self.tensor(contexts) for contexts in trajectory.contexts]
        self._times = (trajectory.step_sizes * trajectory.shares / STEPS_PER_INTERVAL).tolist()
        self._start = self.tensor(start)
        self._noise = self.tensor(negatives * noise)
        self._counts = self.tensor(counts)
        self._totals = self._counts.sum(1)
        self._followed: list[Tensor] = []
        self.fixed_path = fixed_path or self._follow(progress)

    @staticmethod
    def bytes_needed(words: int, rows: int, dimension: int, intervals: int) -> int:
        """Memory of a replay and its derivative: the contexts' path, the curvature, and tables of rows and words."""
        path = intervals * words * dimension + intervals * rows * dimension * dimension
        return 4 * (path + rows * words * NUMBERS_A_PAIR)

    @property
    def vectors(self) -> Tensor:
        """[R, d], the replayed vectors of the whole corpus."""
        return self.fixed_path.rows[-1]

    def run(self, counts: Tensor) -> Tensor:
        """The replayed vectors [R, d] under other counts [R, V]; rows whose counts stay are those of the corpus."""
        changed = (counts != self._counts).any(1).nonzero()[:, 0]
        result = self.vectors.clone()
        if len(changed):
            result[changed] = self._run(changed, counts[changed])
        return result

    def _run(self, chosen: Tensor, counts: Tensor) -> Tensor:
        rows = self._start[chosen]
        totals = self._totals[chosen]
        scale = torch.where(totals > 0, counts.sum(1) / totals, 0.0)
        weights = counts + counts.sum(1, keepdim=True) * self._noise
        curvatures = FixedCurvature(self.fixed_path, chosen)
        for number, (contexts, time) in enumerate(self._steps()):
            gradient = self._gradient(rows, weights, counts, contexts)
            rows = rows - bounded(step(curvatures.at(number), scale, time, gradient), rows)
        return rows

    def gradients(self, rows: Sequence[npt.NDArray[np.int64]], adjoints: Sequence[Tensor]) -> list[Tensor]:
        """The derivatives of scores in the counts, at the whole corpus, all in one pass back through the steps.

        Args:
            rows: of each score, which of the R rows it depends on, [n].
            adjoints: of each score, [n, d], its derivative in the replayed vectors of these rows.

        Returns:
            of each score [n, V], the table Q: its derivative in N[w, c].
        """
        unique, inverse = np.unique(np.concatenate(rows), return_inverse=True)
        chosen, places = (torch.as_tensor(one, device=self._device) for one in (unique, inverse))
        owners = chosen[places]
        counts, totals = self._counts[chosen], self._totals[owners]
        weights = counts + self._totals[chosen, None] * self._noise
        one = torch.ones_like(totals)
        adjoint = torch.cat(list(adjoints))
        curvatures = FixedCurvature(self.fixed_path, owners)
        table = adjoint.new_zeros(len(adjoint), counts.shape[1])
        by_row = adjoint.new_zeros(len(adjoint))
        steps = list(self._steps())
        for number in reversed(range(len(steps))):
            contexts, time = steps[number]
            before, curvature = self.fixed_path.rows[number][chosen], curvatures.at(number)
            gradient = (
                self._followed[number][chosen] if self._followed else self._gradient(before, weights, counts, contexts)
            )[places]
            moved = step(curvature, one, time, gradient)
            to_step, to_rows = bounded_adjoint(moved, before[places], -adjoint)
            to_gradient, to_scale = step_adjoint(curvature, time, gradient, to_step)
            by_row += torch.where(totals > 0, to_scale / totals, 0.0)
            adjoint = adjoint + to_rows
            for part in context_blocks(adjoint, contexts):
                near = contexts[part]
                others = torch.sigmoid(-(before @ near.T))
                along = to_gradient @ near.T
                missing = others.index_select(0, places)
                table[:, part].addcmul_(along, missing, value=-1.0)
                along.addcmul_(along, missing, value=-1.0)
                by_row.addmv_(along, self._noise[part])
                along *= others.mul_(weights[:, part]).index_select(0, places)
                adjoint.addmm_(along, near)
        table += by_row[:, None]
        return list(torch.split(table, [len(one) for one in rows]))

    def tensor(self, numbers: npt.NDArray[Any]) -> Tensor:
        """Numbers, counts for instance, on this replay's device."""
        return torch.as_tensor(numbers, device=self._device, dtype=self._dtype)

    def _steps(self) -> Iterator[tuple[Tensor, float]]:
        for contexts, time in zip(self._contexts, self._times, strict=True):
            for _ in range(STEPS_PER_INTERVAL):
                yield contexts, time

    def _gradient(self, rows: Tensor, weights: Tensor, counts: Tensor, contexts: Tensor) -> Tensor:
        """g of every row, [R, d], under counts N' [R, V], with N' + K N'_w P for weights."""
        gradient = torch.zeros_like(rows)
        for part in context_blocks(rows, contexts):
            near = contexts[part]
            gradient.addmm_((rows @ near.T).sigmoid_().mul_(weights[:, part]).sub_(counts[:, part]), near)
        return gradient

    def _follow(self, progress: Progress) -> FixedPath:
        """Follows the whole corpus' own path once, keeping H and the rows before each step."""
        rows = self._start
        weights = self._counts + self._totals[:, None] * self._noise
        squares = ProbeCurvature(self._counts, self._noise)
        one = torch.ones_like(self._totals)
        intervals, (many, dimension) = len(self._contexts), rows.shape
        fixed_path = FixedPath(
            rows.new_empty(intervals, many, dimension),
            rows.new_empty(intervals, many, dimension, dimension),
            rows.new_empty(intervals * STEPS_PER_INTERVAL + 1, many, dimension),
        )
        fixed_path.rows[0] = rows
        for number, (contexts, time) in enumerate(self._steps()):
            interval, part = divmod(number, STEPS_PER_INTERVAL)
            curvature = Curvature(fixed_path.values[interval], fixed_path.vectors[interval])
            if part == 0:
                report = part_of(progress, interval / intervals, 1 / intervals)
                decompose(squares.at(rows, contexts, report), curvature.values, curvature.vectors)
            gradient = self._gradient(rows, weights, self._counts, contexts)
            self._followed.append(gradient)
            rows = rows - bounded(step(curvature, one, time, gradient), rows)
            fixed_path.rows[number + 1] = rows
        return fixed_path


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
    """The derivatives of adjoint . bounded(steps, rows) in steps and in rows, both [R, d].

    With [R, 1, d] steps and rows and [R, P, d] adjoints, of each adjoint: [R, P, d].
    """
    lengths = steps.norm(dim=-1, keepdim=True)
    sizes = rows.norm(dim=-1, keepdim=True)
    bounds = 0.5 * sizes + 0.3
    cut = lengths > bounds
    if not cut.any():
        return adjoint, torch.zeros_like(adjoint)
    directions = torch.where(cut, steps / lengths, 0.0)
    along = (adjoint * directions).sum(-1, keepdim=True)
    to_steps = torch.where(cut, (bounds / lengths) * (adjoint - along * directions), adjoint)
    to_rows = torch.where(cut & (sizes > 0), 0.5 * along * rows / sizes, 0.0)
    return to_steps, to_rows
