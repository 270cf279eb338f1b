"""Output vectors for input vectors whose training kept none.

With the input vectors W held, the expected loss of skip-gram with negative sampling is convex in each output vector c
alone. Each is fitted as

    minimise over c   sum_w N[w,c] softplus(-w.c) + K P(c) N_w softplus(w.c)  +  |c|^2 / (2 tau)

N and N_w are the corpus' expected counts of one epoch (skipgram_audit.corpus.counts), K the noise words, P their
distribution, tau = mean step size x epochs. The last term represents the training's short length: gradient descent from
zero for a time tau and a ridge of weight 1 / tau agree to first order, and without it the output vectors of rare
words, which training hardly moves, would grow without need (Hastie, Tibshirani and Friedman 2009, section 3.4 and
exercise 7.10 on early stopping; Ali, Kolter and Tibshirani 2019, arXiv 1810.10082).

Solved by Newton's method, its steps by conjugate gradients on exact products with the Hessian, preconditioned by
(1 / tau) I + a_c S with S = sum_w N_w w w^T, whose eigenvectors all rows share. Rows are fitted in blocks; the cost is
about forty times 4 V^2 d operations.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.cooccurrence import Cooccurrences

NUMBERS_IN_A_BLOCK = 2**21
"""Of a block [rows, words]: 8 MB in single precision, near the processor's cache."""

NEWTON_STEPS, CONJUGATE_STEPS, HALVINGS = 20, 12, 12
TOLERANCE = 1e-3
"""A row is fitted when its gradient has fallen to this share of its gradient at zero."""

FORCING = 0.1
"""A Newton step is solved until its own residual has fallen to this share."""


@dataclass(frozen=True)
class FittedContexts:
    """Output vectors, and how well they were fitted.

    Attributes:
        outputs: float32 [words, dimension].
        residual: the largest gradient that is left, as a share of the row's gradient at zero.
        unfinished: rows whose residual is above TOLERANCE.
    """

    outputs: npt.NDArray[np.float32]
    residual: float
    unfinished: int


def fit_contexts(
    inputs: npt.NDArray[np.float32],
    counts: Cooccurrences,
    noise: npt.NDArray[np.float64],
    negatives: int,
    time: float,
    progress: Progress,
    dtype: torch.dtype = torch.float32,
) -> FittedContexts:
    """Fits the output vector of every word.

    Args:
        inputs: [words, dimension], W.
        counts: N, symmetric.
        noise: [words], P.
        negatives: K.
        time: tau.
        progress: called with 0..1 after every block; may raise to cancel.
        dtype: torch.float64 for checks.
    """
    vectors = torch.as_tensor(inputs, dtype=dtype)
    totals = torch.as_tensor(counts.totals, dtype=dtype)
    shared = torch.linalg.eigh((vectors.T * totals) @ vectors)
    outputs = torch.zeros_like(vectors)
    residuals = torch.zeros(len(vectors), dtype=dtype)
    rows = max(1, NUMBERS_IN_A_BLOCK // len(vectors))
    for first in range(0, len(vectors), rows):
        last = min(len(vectors), first + rows)
        positives = _dense_rows(counts, first, last, dtype)
        noises = torch.as_tensor(negatives * noise[first:last], dtype=dtype)
        block = ContextBlock(vectors, positives, positives + noises[:, None] * totals, noises, 1.0 / time, shared)
        outputs[first:last], residuals[first:last] = block.fit()
        progress(last / len(vectors))
    return FittedContexts(outputs.to(torch.float32).numpy(), float(residuals.max()), int((residuals > TOLERANCE).sum()))


class ContextBlock:
    """Some output vectors [rows, d], fitted together and independently of each other.

    Args:
        vectors: [words, d], W.
        positives: [rows, words], N[w,c].
        weights: [rows, words], N[w,c] + K P(c) N_w.
        noises: [rows], K P(c).
        ridge: 1 / tau.
        shared: eigenvalues and eigenvectors of S.
    """

    def __init__(
        self,
        vectors: Tensor,
        positives: Tensor,
        weights: Tensor,
        noises: Tensor,
        ridge: float,
        shared: tuple[Tensor, Tensor],
    ) -> None:
        self._vectors, self._positives, self._weights = vectors, positives, weights
        self._ridge = ridge
        values, self._directions = shared
        # Away from the few positives the sigmoid is near its value at the noise words' share of all updates.
        self._diagonal = ridge + 0.1 * noises[:, None] * values.clamp_min(0.0)

    def fit(self) -> tuple[Tensor, Tensor]:
        """The vectors, and each row's residual."""
        rows = torch.zeros(len(self._weights), self._vectors.shape[1], dtype=self._vectors.dtype)
        loss, gradient, curvature = self._derivatives(rows)
        beginning = gradient.norm(dim=1).clamp_min(torch.finfo(rows.dtype).tiny)
        for _ in range(NEWTON_STEPS):
            if bool((gradient.norm(dim=1) <= TOLERANCE * beginning).all()):
                break
            step = self._solve(curvature, gradient)
            rows = self._shortened(rows, step, loss, (step * gradient).sum(1))
            loss, gradient, curvature = self._derivatives(rows)
        return rows, gradient.norm(dim=1) / beginning

    def loss(self, rows: Tensor) -> Tensor:
        """[rows], what is minimised."""
        products = rows @ self._vectors.T
        losses = self._weights * torch.nn.functional.softplus(products) - self._positives * products
        return losses.sum(1) + 0.5 * self._ridge * rows.square().sum(1)

    def _derivatives(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Loss [rows], gradient [rows, d], and the weights [rows, words] of the Hessian's squares."""
        probabilities = torch.sigmoid(rows @ self._vectors.T)
        weighted = self._weights * probabilities
        gradient = (weighted - self._positives) @ self._vectors + self._ridge * rows
        return self.loss(rows), gradient, weighted * (1.0 - probabilities)

    def _shortened(self, rows: Tensor, step: Tensor, loss: Tensor, slope: Tensor) -> Tensor:
        """rows - t step, t halved by row until the loss falls enough (Armijo)."""
        lengths = torch.ones_like(loss)
        slack = 8 * torch.finfo(loss.dtype).eps * loss.abs()
        for _ in range(HALVINGS):
            tried = rows - lengths[:, None] * step
            enough = self.loss(tried) <= loss - 1e-4 * lengths * slope + slack
            if bool(enough.all()):
                return tried
            lengths = torch.where(enough, lengths, 0.5 * lengths)
        return rows - torch.where(enough, lengths, 0.0)[:, None] * step

    def _solve(self, curvature: Tensor, right: Tensor) -> Tensor:
        """The Hessian's inverse times right [rows, d], by preconditioned conjugate gradients, row by row."""
        solution = torch.zeros_like(right)
        residual = right.clone()
        scaled = self._preconditioned(residual)
        direction = scaled.clone()
        product = (residual * scaled).sum(1)
        target = FORCING**2 * product
        for _ in range(CONJUGATE_STEPS):
            active = product > target
            if not bool(active.any()):
                break
            image = (curvature * (direction @ self._vectors.T)) @ self._vectors + self._ridge * direction
            along = torch.where(active, product / (direction * image).sum(1), 0.0)[:, None]
            solution += along * direction
            residual -= along * image
            scaled = self._preconditioned(residual)
            following = (residual * scaled).sum(1)
            ratio = torch.where(active, following / product, 0.0)[:, None]
            direction = torch.where(active[:, None], scaled + ratio * direction, direction)
            product = torch.where(active, following, product)
        return solution

    def _preconditioned(self, right: Tensor) -> Tensor:
        return ((right @ self._directions) / self._diagonal) @ self._directions.T


def _dense_rows(counts: Cooccurrences, first: int, last: int, dtype: torch.dtype) -> Tensor:
    """Rows first..last-1 of N: [rows, words]."""
    begin, end = int(counts.offsets[first]), int(counts.offsets[last])
    dense = np.zeros((last - first, len(counts.offsets) - 1))
    rows = np.repeat(np.arange(last - first), np.diff(counts.offsets[first : last + 1]))
    dense[rows, counts.columns[begin:end]] = counts.values[begin:end]
    return torch.as_tensor(dense, dtype=dtype)
